import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
import jwt
import pytest
import structlog
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from gateway.identity.claims import InvalidToken
from gateway.identity.jwks import KeysUnavailable, PublishedKeys
from gateway.identity.tokens import JwtVerifier
from gateway.settings.settings import Settings

CLAIMS = {"tenant": "acme", "exp": 4_000_000_000}
RSA_KEY = rsa.generate_private_key(65537, 2048)
OTHER_KEY = rsa.generate_private_key(65537, 2048)
EC_KEYS = {
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "ES384": ec.generate_private_key(ec.SECP384R1()),
    "ES512": ec.generate_private_key(ec.SECP521R1()),
}
ED_KEY = ed25519.Ed25519PrivateKey.generate()


def jwk_of(key: Any, algorithm: str, **members: str) -> dict[str, Any]:
    text = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key())
    return {**json.loads(text), **members}


def token_by(key: Any, algorithm: str, kid: str | None = None) -> str:
    return jwt.encode(CLAIMS, key, algorithm=algorithm, headers={"kid": kid} if kid else None)


class Provider:
    """An identity provider that can be changed and switched off."""

    def __init__(self, *keys: Mapping[str, Any]) -> None:
        self.keys: Any = list(keys)
        self.is_up = True
        self.asked = 0
        self.now = 0.0
        self.verifier = JwtVerifier(
            PublishedKeys(
                "https://idp.example/keys",
                transport=httpx.MockTransport(self._answer),
                clock=lambda: self.now,
            )
        )

    def _answer(self, _request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if not self.is_up:
            raise httpx.ConnectError("refused")
        return httpx.Response(200, json={"keys": self.keys})

    async def tenant_of(self, token: str) -> str:
        return (await self.verifier.verify(token)).tenant


def every_algorithm() -> Iterator[tuple[str, Any]]:
    for algorithm in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"):
        yield algorithm, RSA_KEY
    yield from EC_KEYS.items()
    yield "EdDSA", ED_KEY


@pytest.mark.parametrize(
    ("algorithm", "key"), [*every_algorithm()], ids=lambda value: value if isinstance(value, str) else "key"
)
@pytest.mark.parametrize("kid", ["k1", None])
async def test_public_key_algorithms_are_accepted(algorithm: str, key: Any, kid: str | None) -> None:
    provider = Provider(jwk_of(key, algorithm, kid="k1"))
    assert await provider.tenant_of(token_by(key, algorithm, kid)) == "acme"


def _public_pem() -> bytes:
    return RSA_KEY.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def hs256_with_the_public_key() -> str:
    """The classic confusion: the public key used as a secret. PyJWT refuses to make it, so by hand."""
    head, payload, _ = jwt.encode(CLAIMS, "x" * 32, headers={"kid": "k1"}).split(".")
    algorithm = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signature = algorithm.sign(f"{head}.{payload}".encode(), _public_pem())
    return f"{head}.{payload}.{jwt.utils.base64url_encode(signature).decode()}"


@pytest.mark.parametrize(
    "make_token",
    [
        hs256_with_the_public_key,
        lambda: token_by(OTHER_KEY, "RS256", "k1"),
        lambda: token_by(OTHER_KEY, "RS256", "k2"),
        lambda: token_by(RSA_KEY, "RS512", "k1"),
        lambda: token_by(EC_KEYS["ES256"], "ES256", "k1"),
        lambda: jwt.encode(CLAIMS, "", algorithm="none"),
    ],
)
async def test_forgeries_are_refused(make_token: Callable[[], str]) -> None:
    provider = Provider(jwk_of(RSA_KEY, "RS256", kid="k1", alg="RS256"))
    with pytest.raises(InvalidToken):
        await provider.tenant_of(make_token())


@pytest.mark.parametrize(
    "jwk",
    [
        {"kty": "oct", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", "kid": "k1"},
        {"kty": ["RSA"], "kid": "k1"},
        {"kty": "EC", "crv": {"a": 1}, "kid": "k1"},
        {"kty": "RSA", "n": "!", "e": "AQAB", "kid": "k1"},
        jwk_of(RSA_KEY, "RS256", kid="k1", use="enc"),
        7,
        None,
    ],
    ids=["symmetric", "kty-list", "crv-object", "n-garbage", "for-encryption", "number", "null"],
)
async def test_keys_that_cannot_verify_signatures_are_left_out(jwk: Any) -> None:
    provider = Provider(jwk, jwk_of(OTHER_KEY, "RS256", kid="k2"))
    assert await provider.tenant_of(token_by(OTHER_KEY, "RS256", "k2")) == "acme"
    with pytest.raises(InvalidToken):
        await provider.tenant_of(token_by(RSA_KEY, "RS256", "k1"))


async def test_without_a_key_id_two_fitting_keys_are_one_too_many() -> None:
    provider = Provider(jwk_of(RSA_KEY, "RS256", kid="k1"), jwk_of(OTHER_KEY, "RS256", kid="k2"))
    with pytest.raises(InvalidToken):
        await provider.tenant_of(token_by(RSA_KEY, "RS256"))


async def test_many_tokens_at_once_fetch_the_keys_once() -> None:
    provider = Provider(jwk_of(RSA_KEY, "RS256", kid="k1"))
    token = token_by(RSA_KEY, "RS256", "k1")
    assert await asyncio.gather(*(provider.tenant_of(token) for _ in range(20))) == ["acme"] * 20
    assert provider.asked == 1


async def test_an_unknown_key_id_fetches_the_keys_again_but_not_at_once() -> None:
    provider = Provider(jwk_of(RSA_KEY, "RS256", kid="k1"))
    await provider.tenant_of(token_by(RSA_KEY, "RS256", "k1"))
    provider.keys.append(jwk_of(OTHER_KEY, "RS256", kid="k2"))
    rotated = token_by(OTHER_KEY, "RS256", "k2")
    with pytest.raises(InvalidToken):
        await provider.tenant_of(rotated)
    assert provider.asked == 1
    provider.now += 10
    assert await provider.tenant_of(rotated) == "acme"
    assert provider.asked == 2


async def test_a_withdrawn_key_is_forgotten_after_the_lifetime() -> None:
    provider = Provider(jwk_of(RSA_KEY, "RS256", kid="k1"), jwk_of(OTHER_KEY, "RS256", kid="k2"))
    await provider.tenant_of(token_by(RSA_KEY, "RS256", "k1"))
    del provider.keys[1]
    provider.now += 300
    with pytest.raises(InvalidToken):
        await provider.tenant_of(token_by(OTHER_KEY, "RS256", "k2"))


async def test_the_last_good_keys_serve_while_the_provider_is_down() -> None:
    provider = Provider(jwk_of(RSA_KEY, "RS256", kid="k1"), jwk_of(OTHER_KEY, "RS256", kid="k2"))
    await provider.tenant_of(token_by(RSA_KEY, "RS256", "k1"))
    provider.is_up = False
    provider.now += 10_000
    assert await provider.tenant_of(token_by(OTHER_KEY, "RS256", "k2")) == "acme"
    assert provider.asked == 2


@pytest.mark.parametrize("broken", ["not a list", {}, None])
async def test_an_answer_that_is_no_key_set_changes_nothing(broken: Any) -> None:
    provider = Provider(jwk_of(RSA_KEY, "RS256", kid="k1"), jwk_of(OTHER_KEY, "RS256", kid="k2"))
    await provider.tenant_of(token_by(RSA_KEY, "RS256", "k1"))
    provider.keys = broken
    provider.now += 10_000
    assert await provider.tenant_of(token_by(OTHER_KEY, "RS256", "k2")) == "acme"


async def test_without_any_keys_nobody_can_say_whether_a_token_is_good() -> None:
    provider = Provider(jwk_of(RSA_KEY, "RS256", kid="k1"))
    provider.is_up = False
    with pytest.raises(KeysUnavailable):
        await provider.tenant_of(token_by(RSA_KEY, "RS256", "k1"))
    provider.is_up = True
    provider.now += 10
    assert await provider.tenant_of(token_by(RSA_KEY, "RS256", "k1")) == "acme"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx.Response(404), "the status is 404"),
        (httpx.Response(302, headers={"Location": "/"}), "the status is 302"),
        (
            httpx.Response(200, content=b"no JSON"),
            "invalid literal, expected 'null': line 1 column 1 (char 0)",
        ),
        (httpx.Response(200, json=[]), "the answer is not a JSON Web Key Set"),
        (httpx.ConnectError("refused"), "refused"),
        (httpx.ReadTimeout(""), "ReadTimeout"),
    ],
)
async def test_no_password_of_the_address_is_logged(
    answer: httpx.Response | httpx.HTTPError, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    requests: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if isinstance(answer, httpx.HTTPError):
            raise answer
        return answer

    url = "https://user%40x:hunter%2F2@idp.example:8443/keys?key=hunter3#hunter4"
    keys = PublishedKeys(url, transport=httpx.MockTransport(respond))
    with structlog.testing.capture_logs() as logs, pytest.raises(KeysUnavailable) as failure:
        await keys.key_for({"alg": "RS256"})
    assert [(line["url"], line["reason"]) for line in logs] == [("https://idp.example:8443/keys", reason)]
    assert requests[0].headers["authorization"].startswith("Basic ")
    assert requests[0].url.query == b"key=hunter3"
    for shown in (str(logs), caplog.text, str(failure.value)):
        assert "hunter" not in shown


def test_no_password_of_the_address_is_shown_by_the_settings() -> None:
    url = "https://user:hunter2@idp.example/keys"
    assert "hunter2" not in repr(Settings(jwks_url=url))
    for malformed in (
        "https://user:hunter2@",
        "https://user:hunter2@h\x01/",
        "ftp://user:hunter2@idp.example",
    ):
        with pytest.raises(ValueError, match="jwks_url") as failure:
            Settings(jwks_url=malformed)
        assert "hunter2" not in str(failure.value)
