"""What one line a request says, for both APIs."""

import asyncio
from typing import Any

import httpx
import orjson
import pytest
import structlog

from gateway.identity.tokens import issue_token
from gateway.observability.access_log import json_lines, log_request
from gateway.observability.observation import Finished
from resolvers.caller import Caller, Scope
from rest_compat.wire.request_state import RequestState

SEGMENTS = "/customer-segment/{tenant}/segments"
QUERY = {"query": 'query find { segment(id: "none") { id } }', "operationName": "find"}


@pytest.mark.parametrize(
    ("request_line", "body", "told"),
    [
        (f"GET {SEGMENTS}/none", None, (404, "GET-customer-segment-retrieve-segment", 1)),
        (f"GET {SEGMENTS}?pageSize=1", None, (200, "GET-customer-segment-retrieve-segments", 1)),
        (f"DELETE {SEGMENTS}/none", None, (204, "DELETE-customer-segment-remove-segment", 3)),
        (f"POST {SEGMENTS}", {}, (400, "POST-customer-segment-create-segment", 0)),
        ("POST /graphql", QUERY, (200, "find", 1)),
    ],
)
async def test_it_says_what_was_asked_by_whom_and_what_it_cost(
    client: httpx.AsyncClient,
    secret: str,
    tenant: str,
    *,
    request_line: str,
    body: Any,
    told: tuple[int, str, int],
) -> None:
    token = issue_token(secret, tenant, [Scope.READ, Scope.MANAGE])
    method, path = request_line.format(tenant=tenant).split()
    with structlog.testing.capture_logs() as lines:
        await client.request(method, path, json=body, headers={"Authorization": f"Bearer {token}"})
    [line] = [one for one in lines if one["event"] == "request"]
    assert (line["status"], line["operation"], line["statements"]) == told
    assert (line["tenant"], line["path"]) == (tenant, path.partition("?")[0])


def test_a_path_in_a_line_has_a_largest_size() -> None:
    for path, logged in (("/a" * 500, "/a" * 500), ("/a" * 501, "/a" * 500), ("/" + "ä" * 2_000, None)):
        with structlog.testing.capture_logs() as lines:
            log_request(Finished("GET", path, 414, 0.0, RequestState()))
        assert lines[0]["path"] == (logged or "/" + "%C3%A4" * 999)


async def test_a_line_of_json_says_what_structlog_would(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    state = RequestState("r-1", caller=Caller("acme"), operation="find", statements=0)
    finished = Finished("GET", "/a b\n", 404, 0.01234, state)
    json_lines()(finished)
    await asyncio.sleep(0)
    line = orjson.loads(capfdbinary.readouterr().err)
    with structlog.testing.capture_logs() as lines:
        log_request(finished)
    [expected] = lines
    assert line.pop("timestamp").endswith("Z")
    assert (line.pop("logger"), line.pop("level")) == (
        "gateway.observability.access_log",
        expected.pop("log_level"),
    )
    assert line.pop("request_id") == "r-1"
    assert (
        line
        == expected
        == {
            "event": "request",
            "method": "GET",
            "path": "/a%20b%0A",
            "status": 404,
            "duration_ms": 12.3,
            "tenant": "acme",
            "operation": "find",
            "statements": 0,
        }
    )


async def test_a_look_at_a_customers_view_is_logged_with_the_request(
    client: httpx.AsyncClient, secret: str
) -> None:
    token = issue_token(secret, "acme", [Scope.READ], subject="carl")
    with structlog.testing.capture_logs() as lines:
        await client.post(
            "/graphql",
            json={"query": '{ viewAs(customerId: "anna") { segments { totalCount } } }'},
            headers={"Authorization": f"Bearer {token}", "X-Request-Id": "look-1"},
        )
    [line] = [one for one in lines if one["event"] == "view as"]
    assert (line["actor"], line["customer_id"], line["request_id"]) == ("carl", "anna", "look-1")
