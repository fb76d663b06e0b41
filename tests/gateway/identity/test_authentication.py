import time

import httpx
import jwt
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from gateway.http.bounds import Bounds
from gateway.identity.authentication import Authentication, fault_refusal
from gateway.identity.claims import ExpiredToken, InvalidToken
from gateway.identity.jwks import KeysUnavailable
from gateway.identity.tokens import issue_token
from resolvers.caller import Caller, Scope
from rest_compat.wire.request_state import request_state
from tests.gateway.serving import client_of

VIEWER = {"query": "{ viewer { tenant } }"}


async def test_a_good_token_reaches_its_tenant(client: httpx.AsyncClient, secret: str, tenant: str) -> None:
    token = issue_token(secret, tenant[:16], [Scope.READ])
    for scheme in ("Bearer", "bearer", "BEARER"):
        answer = await client.post("/graphql", json=VIEWER, headers={"Authorization": f"{scheme} {token}"})
        assert (answer.status_code, answer.json()) == (200, {"data": {"viewer": {"tenant": tenant[:16]}}})


async def test_no_token_is_the_anonymous_caller(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": "{ __typename }"})
    assert (answer.status_code, answer.json()) == (200, {"data": {"__typename": "Query"}})


@pytest.mark.parametrize(
    "header", ["", " ", "Bearer", "Bearer ", "Basic YTpi", "x.y.z", "Bearer x", "Bearer a b", "Bearer \xe4"]
)
async def test_a_malformed_header_is_refused_at_once(client: httpx.AsyncClient, header: str) -> None:
    answer = await client.post("/graphql", json=VIEWER, headers={b"Authorization": header.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.json() == {
        "errors": [{"message": "The access token is not valid.", "extensions": {"code": "UNAUTHENTICATED"}}]
    }
    assert answer.headers["WWW-Authenticate"] == (
        'Bearer error="invalid_token", error_description="The access token is not valid."'
    )
    assert answer.headers["Content-Type"] == "application/json"


async def test_two_authorization_headers_are_one_too_many(client: httpx.AsyncClient, secret: str) -> None:
    good = f"Bearer {issue_token(secret, 'acme', [])}"
    answer = await client.post(
        "/graphql", json=VIEWER, headers=[("Authorization", good), ("Authorization", good)]
    )
    assert answer.status_code == 401


async def test_an_expired_token_is_told_so(client: httpx.AsyncClient, secret: str) -> None:
    token = jwt.encode({"tenant": "acme", "exp": int(time.time()) - 60}, secret)
    answer = await client.post("/graphql", json=VIEWER, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["message"] == "The access token has expired."


async def test_health_needs_no_token_and_looks_at_none(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz", headers={"Authorization": "Bearer x"})).status_code == 200


class OneToken:
    """A verifier that knows one token."""

    async def verify(self, token: str) -> Caller:
        match token:
            case "good":
                return Caller("acme")
            case "old":
                raise ExpiredToken("old")
            case "unknown":
                raise KeysUnavailable("the identity provider is away")
            case _:
                raise InvalidToken("bad")

    def knows(self, token: str) -> bool:  # noqa: ARG002  (the protocol's)
        return False


async def tenant_of(request: Request) -> JSONResponse:
    return JSONResponse(request_state(request.scope).caller.tenant)


@pytest.fixture
def rest_app() -> Starlette:
    """What a REST route looks like: the contract's own 401."""
    guard = Middleware(Authentication, verifier=OneToken(), refusal=fault_refusal)
    return Starlette(
        routes=[Route("/customer-segment/x", tenant_of, middleware=[guard])],
        middleware=[Middleware(Bounds)],
    )


@pytest.mark.parametrize(
    ("token", "status", "body"),
    [
        ("good", 200, "acme"),
        (
            "bad",
            401,
            {
                "fault": {
                    "faultstring": "Invalid access token",
                    "detail": {"errorcode": "oauth.v2.InvalidAccessToken"},
                }
            },
        ),
        (
            "old",
            401,
            {
                "fault": {
                    "faultstring": "Access Token expired",
                    "detail": {"errorcode": "keymanagement.service.access_token_expired"},
                }
            },
        ),
        (
            "unknown",
            503,
            {
                "code": 503,
                "status": "Service Unavailable",
                "message": "The service cannot answer at the moment; try again.",
            },
        ),
    ],
)
async def test_rest_routes_answer_in_the_contracts_shape(
    rest_app: Starlette, token: str, status: int, body: object
) -> None:
    async with client_of(rest_app) as client:
        answer = await client.get("/customer-segment/x", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()) == (status, body)


async def test_a_path_or_method_that_is_not_there_comes_before_the_token(rest_app: Starlette) -> None:
    async with client_of(rest_app) as client:
        bad = {"Authorization": "Bearer bad"}
        assert (await client.get("/customer-segment/y", headers=bad)).status_code == 404
        assert (await client.put("/customer-segment/x", headers=bad)).status_code == 405
