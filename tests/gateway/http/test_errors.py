import httpx
import pytest
import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gateway.http.bounds import Bounds
from gateway.observability.access_log import log_request
from gateway.observability.observation import Observation
from models.connection.failure import DatabaseUnavailable, StatementTimeout
from rest_compat.wire.request_state import request_state
from tests.gateway.serving import client_of

FAILURES = {
    "bug": ZeroDivisionError("a secret detail"),
    "away": DatabaseUnavailable("secret host is away"),
    "slow": StatementTimeout("secret statement"),
    "gone": ClientDisconnect(),
}


async def fail(request: Request) -> Response:
    raise FAILURES[request.path_params["how"]]


async def succeed(request: Request) -> Response:
    return PlainTextResponse(request_state(request.scope).request_id)


@pytest.fixture
def app() -> Starlette:
    return Starlette(
        routes=[Route("/fail/{how}", fail), Route("/ok", succeed)],
        middleware=[
            Middleware(Observation, recorders=[log_request]),
            Middleware(Bounds),
        ],
    )


async def test_a_bug_is_answered_neutrally_and_logged_once(app: Starlette) -> None:
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        async with client_of(app) as client:
            answer = await client.get("/fail/bug", headers={"X-Request-Id": "r-1"})
    assert answer.status_code == 500
    assert answer.json() == {
        "code": 500,
        "status": "Internal Server Error",
        "message": "An unexpected error has occurred.",
    }
    assert answer.headers["X-Request-Id"] == "r-1"
    failures = [line for line in logs if line["log_level"] == "error"]
    assert [(line["event"], line["request_id"], line["exc_info"]) for line in failures] == [
        ("request failed", "r-1", FAILURES["bug"])
    ]


@pytest.mark.parametrize(
    ("how", "status", "phrase", "retry"),
    [("away", 503, "Service Unavailable", "1"), ("slow", 504, "Gateway Timeout", None)],
)
async def test_failures_of_the_database_have_a_status_of_their_own(
    app: Starlette, how: str, status: int, phrase: str, retry: str | None
) -> None:
    async with client_of(app) as client:
        answer = await client.get(f"/fail/{how}")
    assert answer.status_code == status
    assert (answer.json()["code"], answer.json()["status"]) == (status, phrase)
    assert "secret" not in answer.text
    assert answer.headers.get("Retry-After") == retry


async def test_one_line_for_each_request(app: Starlette) -> None:
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        async with client_of(app) as client:
            await client.get("/ok?secret=1", headers={"X-Request-Id": "r-1"})
            await client.get("/no%0Asuch")
    assert [line["event"] for line in logs] == ["request", "request"]
    assert all(line.pop("duration_ms") >= 0 for line in logs)
    assert len(logs[1].pop("request_id")) == 32
    assert logs == [
        {
            "event": "request",
            "log_level": "info",
            "method": "GET",
            "path": "/ok",
            "status": 200,
            "request_id": "r-1",
        },
        {"event": "request", "log_level": "info", "method": "GET", "path": "/no%0Asuch", "status": 404},
    ]


@pytest.mark.parametrize("given", ["r-1", "A.b_c-9", "x" * 64])
async def test_a_well_formed_request_id_is_kept(app: Starlette, given: str) -> None:
    async with client_of(app) as client:
        answer = await client.get("/ok", headers={"X-Request-Id": given})
    assert (answer.text, answer.headers["X-Request-Id"]) == (given, given)


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "ä", "a;b", '"'])
async def test_any_other_request_id_is_replaced(app: Starlette, given: str) -> None:
    async with client_of(app) as client:
        answer = await client.get("/ok", headers={b"X-Request-Id": given.encode()})
    assert answer.text == answer.headers["X-Request-Id"]
    assert len(answer.text) == 32


@pytest.mark.parametrize("path", ["/nowhere", "/healthz/", "/customer-segment"])
async def test_unknown_paths_answer_in_the_contracts_shape(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert answer.json() == {"code": 404, "status": "Not Found", "message": "No such endpoint."}


async def test_unknown_methods_answer_in_the_contracts_shape(client: httpx.AsyncClient) -> None:
    answer = await client.post("/healthz")
    assert answer.status_code == 405
    assert answer.json() == {
        "code": 405,
        "status": "Method Not Allowed",
        "message": "The method is not allowed for this path.",
    }
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}
