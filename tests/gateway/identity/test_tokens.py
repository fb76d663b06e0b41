import base64
import json
import time
from collections.abc import Mapping
from typing import Any

import jwt
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.identity.claims import ExpiredToken, InvalidToken, caller_of
from gateway.identity.keys import SharedSecret
from gateway.identity.tokens import DEFAULT_LEEWAY, JwtVerifier, issue_token
from resolvers.caller import Caller, Scope

SECRET = "0123456789abcdef0123456789abcdef"
GOOD: Mapping[str, Any] = {"tenant": "acme", "scope": Scope.READ, "exp": 4_000_000_000}


def verifier(**expected: Any) -> JwtVerifier:
    return JwtVerifier(SharedSecret(SECRET), **expected)


def signed(claims: Mapping[str, Any], **header: Any) -> str:
    return jwt.encode(dict(claims), SECRET, algorithm="HS256", headers=header)


def raw(header: bytes, payload: bytes, signature: bytes = b"") -> str:
    return ".".join(
        base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (header, payload, signature)
    )


async def test_an_issued_token_says_who_it_was_issued_for() -> None:
    token = issue_token(
        SECRET,
        "acme",
        [Scope.READ_OWN, Scope.MANAGE],
        customer_id="c-1",
        legal_entity_id="le-1",
        issuer="us",
        audience="shop",
    )
    assert await verifier(issuer="us", audience="shop").verify(token) == Caller(
        tenant="acme",
        scopes=frozenset({Scope.READ_OWN, Scope.MANAGE}),
        subject="c-1",
        customer_id="c-1",
        legal_entity_id="le-1",
    )


async def test_the_tenant_may_stand_in_the_scope() -> None:
    token = signed({"scope": f"{Scope.READ} tenant=acme", "exp": 4_000_000_000})
    assert await verifier().verify(token) == Caller(tenant="acme", scopes=frozenset({Scope.READ}))


async def test_a_token_without_scopes_is_a_caller_without_scopes() -> None:
    assert await verifier().verify(signed({"tenant": "acme", "exp": 4_000_000_000})) == Caller(tenant="acme")


async def test_an_audience_is_looked_at_only_where_one_is_expected() -> None:
    assert (await verifier().verify(signed({**GOOD, "aud": "other"}))).tenant == "acme"


@pytest.mark.parametrize(
    "claims",
    [
        {"tenant": None},
        {"tenant": ""},
        {"tenant": 7},
        {"tenant": "ab"},
        {"tenant": "a" * 17},
        {"tenant": "Acme"},
        {"tenant": "1acme"},
        {"tenant": "acme\n"},
        {"tenant": ["acme"]},
        {"tenant": None, "scope": "tenant=acme tenant=other"},
        {"tenant": None, "scope": "tenant="},
        {"scope": "tenant=other"},
        {"scope": [Scope.READ, 1]},
        {"scope": [[Scope.READ]]},
        {"scope": [None]},
        {"scope": ["\0"]},
        {"scope": ["\ud800"]},
        {"scope": ["tenant=other"]},
        {"scope": {"scope": Scope.READ}},
        {"scope": 1},
        {"scope": True},
        {"customerId": 42},
        {"customerId": {"id": "c"}},
        {"customerId": "c\0"},
        {"customerId": "\ud800"},
        {"legalEntityId": ["le"]},
        {"sub": "\0"},
        {"exp": None},
        {"exp": "4000000000"},
        {"exp": True},
        {"exp": [1]},
        {"nbf": "1"},
        {"nbf": 4_000_000_000},
        {"nbf": None},
        {"iat": 4_000_000_000},
        {"iat": True},
    ],
    ids=str,
)
async def test_claims_that_are_refused(claims: dict[str, Any]) -> None:
    payload = json.dumps({**GOOD, **claims}).encode()  # which spells lone surrogates, as an attacker may
    token = jwt.api_jws.encode(payload, SECRET, algorithm="HS256")
    with pytest.raises(InvalidToken):
        await verifier().verify(token)


@pytest.mark.parametrize(
    "claims",
    [{"iss": "them"}, {"iss": None}, {"iss": ["us"]}, {}, {"iss": "us"}, {"iss": "us", "aud": "other"}],
    ids=str,
)
async def test_a_foreign_issuer_or_audience_is_refused(claims: dict[str, Any]) -> None:
    token = jwt.api_jws.encode(orjson.dumps({**GOOD, **claims}), SECRET, algorithm="HS256")
    with pytest.raises(InvalidToken):
        await verifier(issuer="us", audience="shop").verify(token)


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "ä.ö.ü",
        raw(b'{"alg":"none"}', orjson.dumps(dict(GOOD))),
        raw(b'{"alg":"None","typ":"JWT"}', orjson.dumps(dict(GOOD))),
        raw(b'{"alg":["HS256"]}', orjson.dumps(dict(GOOD)), b"x"),
        raw(b'{"typ":"JWT"}', orjson.dumps(dict(GOOD)), b"x"),
        raw(b'{"alg":"HS256"}', orjson.dumps(dict(GOOD)), b"not the signature"),
        raw(b"[" * 20_000, b"{}", b"x"),
        raw(b'{"alg":"HS256","kid":7}', orjson.dumps(dict(GOOD)), b"x"),
        jwt.encode(dict(GOOD), "another secret of thirty-two bytes", algorithm="HS256"),
        jwt.encode(dict(GOOD), SECRET * 2, algorithm="HS512"),
        signed(GOOD, crit=["exp"]),
        signed(GOOD)[:-4],
        signed(GOOD) + ".x",
        jwt.api_jws.encode(b"[1]", SECRET, algorithm="HS256"),
        jwt.api_jws.encode(b"\xff", SECRET, algorithm="HS256"),
        jwt.api_jws.encode(b'{"exp":1e999,"tenant":"acme"}', SECRET, algorithm="HS256"),
        jwt.api_jws.encode(b'{"exp":NaN,"tenant":"acme"}', SECRET, algorithm="HS256"),
        jwt.api_jws.encode(b'{"a":' + b"[" * 50_000, SECRET, algorithm="HS256"),
    ],
)
async def test_forgeries_are_refused(token: str) -> None:
    with pytest.raises(InvalidToken) as refusal:
        await verifier().verify(token)
    assert not isinstance(refusal.value, ExpiredToken)


@pytest.mark.parametrize("leeway", [DEFAULT_LEEWAY, 0, 300])
async def test_an_expired_token_is_refused_as_expired_after_the_leeway(leeway: int) -> None:
    now = int(time.time())
    assert (await verifier(leeway=leeway).verify(signed({**GOOD, "exp": now - leeway + 10}))).tenant == "acme"
    with pytest.raises(ExpiredToken):
        await verifier(leeway=leeway).verify(signed({**GOOD, "exp": now - leeway - 1}))


async def test_the_clock_of_the_issuer_may_be_ahead_by_the_leeway() -> None:
    assert DEFAULT_LEEWAY == 30
    for name in ("iat", "nbf"):
        now = int(time.time())
        assert (await verifier().verify(signed({**GOOD, name: now + 20}))).tenant == "acme"
        with pytest.raises(InvalidToken):
            await verifier(leeway=10).verify(signed({**GOOD, name: now + 20}))


@pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
@pytest.mark.parametrize(
    "number",
    [
        *("Infinity", "-Infinity", "NaN", "1e400", "-1e400", "1e30", "253402300800", "-1", "-1e18"),
        *("1" + "0" * 30, "1" + "0" * 400, "1" + "0" * 5_000, "-1" + "0" * 400),
        *("true", "false", "null", "[]", "[1]", "{}", '"1"', '""'),
    ],
)
async def test_what_is_no_time_in_seconds_is_refused(name: str, number: str) -> None:
    claims = {one: value for one, value in GOOD.items() if one != name}
    payload = f'{json.dumps(claims)[:-1]}, "{name}": {number}}}'
    with pytest.raises(InvalidToken):
        await verifier().verify(jwt.api_jws.encode(payload.encode(), SECRET, algorithm="HS256"))


async def test_a_time_may_have_a_fraction() -> None:
    claims = {**GOOD, "exp": 253_402_300_799.5, "iat": 0.5, "nbf": 1e9}
    assert (await verifier().verify(signed(claims))).tenant == "acme"


@pytest.mark.parametrize(
    ("scope", "scopes"),
    [
        ([Scope.READ], {Scope.READ}),
        ([Scope.READ, Scope.MANAGE, "tenant=acme"], {Scope.READ, Scope.MANAGE}),
        ([f"{Scope.READ} {Scope.MANAGE}", ""], {Scope.READ, Scope.MANAGE}),
        ([], set()),
        (None, set()),
    ],
)
async def test_the_scope_may_be_an_array_of_texts(scope: Any, scopes: set[str]) -> None:
    assert (await verifier().verify(signed({**GOOD, "scope": scope}))).scopes == scopes


@given(st.text())
async def test_no_text_is_more_than_an_invalid_token(text: str) -> None:
    with pytest.raises(InvalidToken):
        await verifier().verify(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(("tenant", "scope", "sub", "customerId"), json_values))
)
def test_any_claims_make_a_caller_or_are_refused(claims: dict[str, Any]) -> None:
    try:
        caller = caller_of(claims)
    except InvalidToken:
        return
    assert 3 <= len(caller.tenant) <= 16
    assert not any(scope.startswith("tenant=") for scope in caller.scopes)
