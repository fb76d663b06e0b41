"""Tokens for programs: client credentials as RFC 6749 has them, with the vendor's own members."""

import base64
from collections.abc import AsyncIterator
from urllib.parse import quote_plus

import httpx
import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from gateway.app import create_app
from gateway.settings.settings import OAuthClient, Settings
from tests.factories.examples import examples
from tests.gateway.serving import client_of

READ = "customersegment.segment_read"
MANAGE = "customersegment.segment_manage"
SECRET_OF_READER = "p+ss w%rd/ü"
FORM = {"grant_type": "client_credentials", "client_id": "backend", "client_secret": "hunter2"}


@pytest.fixture
def oauth_settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={
            "oauth_clients": (
                OAuthClient(
                    client_id="backend",
                    client_secret=SecretStr("hunter2"),
                    tenant="acme",
                    scopes=("segment_read", "segment_manage"),
                ),
                OAuthClient(
                    client_id="read:er",
                    client_secret=SecretStr(SECRET_OF_READER),
                    tenant="globex",
                    scopes=("segment_read",),
                ),
                OAuthClient(
                    client_id="erp+sync",
                    client_secret=SecretStr("s+1"),
                    tenant="globex",
                    scopes=("segment_read",),
                ),
                OAuthClient(
                    client_id="erp sync",
                    client_secret=SecretStr("with a space"),
                    tenant="acme",
                    scopes=("segment_read",),
                ),
            )
        }
    )


@pytest.fixture
async def issuer(oauth_settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(create_app(oauth_settings)) as client:
        yield client


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{client_id}:{secret}'.encode()).decode()}"}


async def refusal(issuer: httpx.AsyncClient, form: dict[str, str], **options: object) -> tuple[int, str]:
    response = await issuer.post("/oauth/token", data=form, **options)  # type: ignore[arg-type]
    assert response.headers["cache-control"] == "no-store"
    assert response.json().keys() == {"error", "error_description"}
    assert response.json()["error_description"]
    return response.status_code, response.json()["error"]


async def test_a_client_gets_a_token_with_all_its_scopes(issuer: httpx.AsyncClient, secret: str) -> None:
    response = await issuer.post("/oauth/token", data=FORM)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    body = response.json()
    token = body.pop("access_token")
    assert body == {
        "token_type": "Bearer",
        "expires_in": 14399,
        "session_idle_time": 120,
        "refresh_token": "",
        "refresh_token_expires_in": 0,
        "scope": f"tenant=acme {READ} {MANAGE}",
    }
    claims = jwt.decode(token, secret, algorithms=["HS256"])
    assert claims.pop("exp") - claims.pop("iat") == 14399
    assert claims == {"sub": "backend", "tenant": "acme", "scope": f"{READ} {MANAGE}"}


async def test_the_token_is_valid_for_both_apis(issuer: httpx.AsyncClient) -> None:
    token = (await issuer.post("/oauth/token", data=FORM)).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    response = await issuer.get("/customer-segment/acme/segments?pageSize=1", headers=headers)
    assert response.status_code == 200
    assert (await issuer.get("/customer-segment/globex/segments", headers=headers)).status_code == 403
    response = await issuer.post("/graphql", json={"query": "{ viewer { tenant } }"}, headers=headers)
    assert response.json() == {"data": {"viewer": {"tenant": "acme"}}}


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (READ, READ),
        (f"tenant=acme {MANAGE}", MANAGE),
        (f"{MANAGE}  {READ} {READ} tenant=acme tenant=acme", f"{READ} {MANAGE}"),
        ("tenant=acme", f"{READ} {MANAGE}"),
        ("", f"{READ} {MANAGE}"),
    ],
)
async def test_requested_scopes_narrow_and_none_means_all(
    issuer: httpx.AsyncClient, asked: str, granted: str
) -> None:
    response = await issuer.post("/oauth/token", data={**FORM, "scope": asked})
    assert response.json()["scope"] == f"tenant=acme {granted}"


@pytest.mark.parametrize(
    "asked",
    [
        "tenant=globex",
        f"tenant=acme tenant=globex {READ}",
        "tenant=",
        f"{READ} customersegment.segment_read_own",
        "segment_read",
        "product.product_read",
    ],
)
async def test_another_tenant_or_an_ungranted_scope_is_refused(issuer: httpx.AsyncClient, asked: str) -> None:
    assert await refusal(issuer, {**FORM, "scope": asked}) == (400, "invalid_scope")


@pytest.mark.parametrize("client_id", ["erp+sync", quote_plus("erp+sync")])
@pytest.mark.parametrize("written", ["s+1", quote_plus("s+1")])
@pytest.mark.parametrize("form", [{}, {"client_id": "erp+sync"}])
async def test_id_and_secret_of_http_basic_may_be_encoded_or_not(
    issuer: httpx.AsyncClient, client_id: str, written: str, form: dict[str, str]
) -> None:
    form = {"grant_type": "client_credentials", **form}
    response = await issuer.post("/oauth/token", data=form, headers=basic(client_id, written))
    assert (response.status_code, response.json().get("scope")) == (200, f"tenant=globex {READ}")


async def test_of_two_ids_that_one_text_may_mean_the_secret_decides(issuer: httpx.AsyncClient) -> None:
    form = {"grant_type": "client_credentials"}
    for secret, tenant in (("s+1", "globex"), ("with a space", "acme")):
        response = await issuer.post("/oauth/token", data=form, headers=basic("erp+sync", secret))
        assert response.json()["scope"] == f"tenant={tenant} {READ}"
    assert await refusal(issuer, form, headers=basic("erp%20sync", "s+1")) == (401, "invalid_client")
    form["client_id"] = "erp sync"
    assert await refusal(issuer, form, headers=basic("erp+sync", "s+1")) == (401, "invalid_client")


@pytest.mark.parametrize("written", [SECRET_OF_READER, quote_plus(SECRET_OF_READER)])
@pytest.mark.parametrize("form", [{}, {"client_id": "read:er"}])
async def test_credentials_may_come_as_http_basic(
    issuer: httpx.AsyncClient, written: str, form: dict[str, str]
) -> None:
    form = {"grant_type": "client_credentials", **form}
    response = await issuer.post("/oauth/token", data=form, headers=basic("read%3Aer", written))
    assert response.json()["scope"] == f"tenant=globex {READ}"


@pytest.mark.parametrize(
    "headers",
    [
        basic("backend", "wrong"),
        basic("nobody", "hunter2"),
        {"Authorization": "Basic ???"},
        {"Authorization": "Basic"},
        {"Authorization": f"Basic {base64.b64encode(b'no colon').decode()}"},
        {"Authorization": f"Basic {base64.b64encode(bytes([255])).decode()}"},
        {"Authorization": "Bearer abc"},
        {},
    ],
)
async def test_bad_basic_credentials_are_401(issuer: httpx.AsyncClient, headers: dict[str, str]) -> None:
    form = {"grant_type": "client_credentials"}
    assert await refusal(issuer, form, headers=headers) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"client_secret": "wrong"}, (401, "invalid_client")),
        ({"client_id": "nobody"}, (401, "invalid_client")),
        ({"client_id": "read:er"}, (401, "invalid_client")),
        ({"client_secret": ""}, (401, "invalid_client")),
        ({"client_secret": "hunter2\0"}, (401, "invalid_client")),
        ({"grant_type": ""}, (400, "invalid_request")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({"grant_type": "refresh_token"}, (400, "unsupported_grant_type")),
    ],
)
async def test_a_bad_form_is_refused_by_the_standards_codes(
    issuer: httpx.AsyncClient, change: dict[str, str], answer: tuple[int, str]
) -> None:
    assert await refusal(issuer, FORM | change) == answer


async def test_two_sets_of_credentials_are_refused(issuer: httpx.AsyncClient) -> None:
    headers = basic("backend", "hunter2")
    assert await refusal(issuer, FORM, headers=headers) == (400, "invalid_request")
    form = {"grant_type": "client_credentials", "client_id": "other"}
    assert await refusal(issuer, form, headers=headers) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("application/json", b'{"grant_type": "client_credentials"}'),
        ("", b"grant_type=client_credentials"),
        ("application/x-www-form-urlencoded", b"grant_type=client_credentials&grant_type=password"),
        ("application/x-www-form-urlencoded", b"grant_type=%ff"),
        ("application/x-www-form-urlencoded", b"a=1&" * 60),
        ("application/x-www-form-urlencoded", b""),
    ],
)
async def test_what_is_no_form_is_an_invalid_request(
    issuer: httpx.AsyncClient, content_type: str, content: bytes
) -> None:
    response = await issuer.post("/oauth/token", content=content, headers={"Content-Type": content_type})
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_an_unknown_client_names_its_method_to_come_back_with(issuer: httpx.AsyncClient) -> None:
    response = await issuer.post("/oauth/token", data={**FORM, "client_id": "nobody"})
    assert response.headers["www-authenticate"] == 'Basic realm="segment-gateway", charset="UTF-8"'


async def test_a_large_body_is_refused_before_it_is_read_whole(issuer: httpx.AsyncClient) -> None:
    response = await issuer.post("/oauth/token", data={**FORM, "scope": "x" * 20_000})
    assert (response.status_code, response.json()["message"]) == (413, "The request body is too large.")


async def test_only_post_is_allowed(issuer: httpx.AsyncClient) -> None:
    response = await issuer.get("/oauth/token")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


async def test_where_an_identity_provider_issues_tokens_there_is_no_endpoint(settings: Settings) -> None:
    elsewhere = settings.model_copy(update={"token_secret": None, "jwks_url": "https://idp.example/keys"})
    async with client_of(create_app(elsewhere)) as client:
        response = await client.post("/oauth/token", data=FORM)
    assert (response.status_code, response.json()["message"]) == (404, "No such endpoint.")


async def test_tokens_carry_the_issuer_and_audience_that_are_verified(oauth_settings: Settings) -> None:
    strict = oauth_settings.model_copy(update={"token_issuer": "https://us", "token_audience": "shop"})
    async with client_of(create_app(strict)) as client:
        token = (await client.post("/oauth/token", data=FORM)).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        response = await client.get("/customer-segment/acme/segments?pageSize=1", headers=headers)
    assert response.status_code == 200


@settings(
    max_examples=examples(50), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=60), header=st.text(st.characters(codec="latin-1"), max_size=30))
async def test_nothing_that_is_sent_is_a_server_error(
    issuer: httpx.AsyncClient, content: bytes, header: str
) -> None:
    for body in (content, b"grant_type=client_credentials&client_id=" + content):
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Authorization": f"Basic {header}".encode("latin-1"),
        }
        response = await issuer.post("/oauth/token", content=body, headers=headers)  # type: ignore[arg-type]
        assert response.status_code in {400, 401, 415}
        assert response.json()["error"] in {"invalid_request", "invalid_client", "unsupported_grant_type"}
