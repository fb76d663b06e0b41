"""Tokens that nobody issued, at both APIs. More of them meet the verifier in tests/gateway."""

import base64
import time
from typing import Any

import httpx
import jwt
import orjson
import pytest
import structlog

from resolvers.caller import Scope
from tests.security.apis import bearer, through_both

CLAIMS = {"tenant": "acme", "scope": f"{Scope.READ} {Scope.MANAGE}", "exp": 4_000_000_000}
ATTACKERS_KEY = {"kty": "oct", "k": base64.urlsafe_b64encode(b"a" * 32).decode()}


def unsigned(algorithm: str) -> str:
    parts = [{"alg": algorithm, "typ": "JWT"}, CLAIMS]
    return ".".join(base64.urlsafe_b64encode(orjson.dumps(part)).decode().rstrip("=") for part in parts) + "."


def signed(claims: dict[str, Any], key: str, **header: Any) -> str:
    return jwt.encode({**CLAIMS, **claims}, key, algorithm="HS256", headers=header)


FORGED = {
    "no algorithm": unsigned("none"),
    "no algorithm, in capitals": unsigned("NONE"),
    "a key in the header": signed({}, "a" * 32, jwk=ATTACKERS_KEY),
    "keys at the attacker's": signed({}, "a" * 32, jku="https://evil.example/keys.json"),
    "a certificate at the attacker's": signed({}, "a" * 32, x5u="https://evil.example/cert.pem"),
    "a key id that is a path": signed({}, "\0" * 32, kid="../../../../dev/null"),
    "a key id that is SQL": signed({}, "a" * 32, kid="x' UNION SELECT 'aaaa"),
    "huge": "x." + "x" * 50_000 + ".x",
    "many parts": ".".join("x" * 20_000),
}
REFUSED_CLAIMS: dict[str, dict[str, Any]] = {
    "expired": {"exp": int(time.time()) - 60},
    "not yet valid": {"nbf": 3_999_999_999},
    "issued in the future": {"iat": 3_999_999_999},
    "two tenants": {"scope": f"{Scope.READ} tenant=other"},
    "two tenants in the scope": {"tenant": None, "scope": "tenant=acme tenant=other"},
    "a tenant that is a path": {"tenant": "../acme"},
    "a tenant that is a wildcard": {"tenant": "%"},
    "a tenant that looks like another": {"tenant": "аcme"},  # noqa: RUF001  (a Cyrillic letter)
    "a tenant with a line break": {"tenant": "acme\r\nX-Evil: 1"},
    "a list of tenants": {"tenant": ["acme", "other"]},
}


async def assert_refused(client: httpx.AsyncClient, token: str) -> None:
    """401 at both APIs, and the token is neither in the answer nor in any log line."""
    with structlog.testing.capture_logs() as lines:
        answers = await through_both(client, "acme", bearer(token))
    assert [answer.status_code for answer in answers] == [401, 401]
    for answer in answers:
        assert answer.headers["WWW-Authenticate"].startswith('Bearer error="invalid_token"')
        assert token[:200] not in answer.text
    assert token[:200] not in str(lines)
    assert [line["event"] for line in lines] == ["token refused", "request"] * 2


@pytest.mark.parametrize("attack", FORGED)
async def test_forged_tokens_are_refused(client: httpx.AsyncClient, attack: str) -> None:
    await assert_refused(client, FORGED[attack])


@pytest.mark.parametrize("attack", REFUSED_CLAIMS)
async def test_a_good_signature_does_not_make_good_claims(
    client: httpx.AsyncClient, secret: str, attack: str
) -> None:
    await assert_refused(client, signed(REFUSED_CLAIMS[attack], secret))


@pytest.mark.parametrize(
    "scope",
    [
        "CUSTOMERSEGMENT.SEGMENT_READ",
        "customersegment.segment_read_everything",
        "customersegment.segment_read,customersegment.segment_manage",
        "customersegment.*",
        "сustomersegment.segment_read",  # noqa: RUF001  (a Cyrillic letter)
        "customersegment.segment_read\u200b",
    ],
)
async def test_what_only_looks_like_a_scope_is_none(
    client: httpx.AsyncClient, secret: str, scope: str
) -> None:
    graphql, rest = await through_both(client, "acme", bearer(signed({"scope": scope}, secret)))
    assert graphql.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert (rest.status_code, rest.json()["status"]) == (403, "Forbidden")


async def test_of_two_authorization_headers_none_is_chosen(client: httpx.AsyncClient, secret: str) -> None:
    good = signed({}, secret)
    for pair in ([good, "x"], ["x", good], [good, good]):
        headers = [("Authorization", f"Bearer {token}") for token in pair]
        answer = await client.get("/customer-segment/acme/segments", headers=headers)
        assert answer.status_code == 401


async def test_a_token_elsewhere_than_in_its_header_is_no_token(
    client: httpx.AsyncClient, secret: str
) -> None:
    good = signed({}, secret)
    for headers in ({"Cookie": f"access_token={good}"}, {"X-Access-Token": good}):
        assert (await through_both(client, "acme", headers))[1].status_code == 401
    path = f"/customer-segment/acme/segments?access_token={good}"
    assert (await client.get(path)).status_code == 401
