"""What every answer tells browsers and caches, whichever room it comes from."""

import httpx
import pytest

from gateway.identity.tokens import issue_token
from resolvers.caller import Scope


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        ("GET /graphql?query={__typename}", 200),
        ("GET /graphql", 400),
        ("GET /customer-segment/acme/segments", 200),
        ("GET /customer-segment/acme/segments/none", 404),
        ("GET /customer-segment/other/segments", 403),
        ("PUT /customer-segment/acme/segments", 405),
        ("POST /oauth/token", 400),
        ("GET /healthz", 200),
        ("GET /readyz", 200),
        ("GET /metrics", 200),
        ("GET /nowhere", 404),
        ("GET /" + "x" * 10_240, 414),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_no_answer_is_kept_or_taken_for_something_else(
    client: httpx.AsyncClient, secret: str, request_line: str, status: int
) -> None:
    method, path = request_line.split()
    token = issue_token(secret, "acme", [Scope.READ])
    answer = await client.request(method, path, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == status
    assert answer.headers.get_list("X-Content-Type-Options") == ["nosniff"]
    assert answer.headers.get_list("Cache-Control") == ["no-store"]
    assert len(answer.headers["X-Request-Id"]) == 32
    assert "server" not in answer.headers


async def test_a_bad_token_is_answered_with_them_too(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql", headers={"Authorization": "Bearer x"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (401, "no-store")


@pytest.mark.parametrize("path", ["/graphql", "/customer-segment/openapi.json"])
async def test_a_page_that_says_how_long_it_may_be_kept_is_believed(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path, headers={"Accept": "text/html"})
    assert answer.headers.get_list("Cache-Control") == ["no-cache"]
    assert answer.headers.get_list("X-Content-Type-Options") == ["nosniff"]
