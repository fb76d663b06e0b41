"""Bodies of GraphQL and token requests: no content coding, and UTF-8."""

import httpx
import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.settings.settings import OAuthClient, Settings
from tests.gateway.serving import client_of
from tests.rest_compat.bodies import BOM, CODED, NOT_UTF_8, charsets, codings

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TEXT = '{"query": "{ __typename } # ü"}'
CREDENTIALS = "grant_type=client_credentials&client_id=backend&client_secret=hunter2"
DATA = {"data": {"__typename": "Query"}}


def refusal(message: str) -> dict[str, object]:
    return {"errors": [{"message": message, "extensions": {"code": "BAD_REQUEST"}}]}


@pytest.mark.parametrize("coding", codings(b""))
async def test_a_query_with_a_content_coding_is_415(client: httpx.AsyncClient, coding: str) -> None:
    headers, content = codings(TEXT.encode())[coding]
    response = await client.post("/graphql", content=content, headers={**JSON, **headers})
    assert (response.status_code, response.json()) == (415, refusal(CODED))
    assert response.headers["accept-encoding"] == "identity"
    assert "accept" not in response.headers


@pytest.mark.parametrize("charset", charsets("ü"))
async def test_a_query_in_another_charset_is_415(client: httpx.AsyncClient, charset: str) -> None:
    response = await client.post("/graphql", content=charsets(TEXT)[charset], headers=JSON)
    assert (response.status_code, response.json()) == (415, refusal(NOT_UTF_8))
    assert response.headers["accept"] == "application/json"
    assert "accept-encoding" not in response.headers


async def test_a_byte_order_mark_before_a_query_is_ignored(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", content=BOM + TEXT.encode(), headers=JSON)
    assert (response.status_code, response.json()) == (200, DATA)


async def test_the_identity_coding_is_none(client: httpx.AsyncClient) -> None:
    headers = {**JSON, "Content-Encoding": "identity"}
    response = await client.post("/graphql", content=TEXT.encode(), headers=headers)
    assert (response.status_code, response.json()) == (200, DATA)


@pytest.mark.parametrize("body", [b"\xff", b'{"query": "{ __typename }", "variables": {"x": "\xc3"}}'])
async def test_bytes_that_are_no_utf_8_are_415(client: httpx.AsyncClient, body: bytes) -> None:
    response = await client.post("/graphql", content=body, headers=JSON)
    assert (response.status_code, response.json()) == (415, refusal(NOT_UTF_8))


async def test_a_number_above_all_doubles_is_not_called_a_matter_of_syntax(client: httpx.AsyncClient) -> None:
    query = b'{"query": "query ($n: Int) { segments(first: $n) { totalCount } }", "variables": {"n": 1e400}}'
    response = await client.post("/graphql", content=query, headers=JSON)
    [error] = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (200, "BAD_REQUEST")
    assert "JSON" not in error["message"]
    assert "UTF-8" not in error["message"]


def token_refusal(message: str) -> dict[str, object]:
    """In the shape of REST and in that of RFC 6749, section 5.2."""
    return {
        "code": 415,
        "status": "Unsupported Media Type",
        "message": message,
        "error": "invalid_request",
        "error_description": message,
    }


async def test_a_token_request_has_the_same_rules(settings: Settings) -> None:
    backend = OAuthClient(
        client_id="backend", client_secret=SecretStr("hunter2"), tenant="acme", scopes=("segment_read",)
    )
    app = create_app(settings.model_copy(update={"oauth_clients": (backend,)}))
    async with client_of(app) as client:
        for headers, content in codings(CREDENTIALS.encode()).values():
            response = await client.post("/oauth/token", content=content, headers={**FORM, **headers})
            assert (response.status_code, response.json()) == (415, token_refusal(CODED))
            assert response.headers["accept-encoding"] == "identity"
        for content in charsets(f"{CREDENTIALS}&more=ü").values():
            response = await client.post("/oauth/token", content=content, headers=FORM)
            assert (response.status_code, response.json()) == (415, token_refusal(NOT_UTF_8))
        latin = {"Content-Type": f"{FORM['Content-Type']}; charset=ISO-8859-1"}  # as Apache HttpClient has it
        response = await client.post("/oauth/token", content=CREDENTIALS.encode(), headers=latin)
        assert response.status_code == 200
