"""Public keys of an identity provider (RFC 7517), cached.

They are fetched when needed.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

import httpx
import jwt
import orjson
import structlog

from gateway.identity.claims import InvalidToken
from gateway.identity.keys import VerificationKey

RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
ALGORITHMS_OF: Final[Mapping[tuple[str, str | None], tuple[str, ...]]] = {
    ("RSA", None): RSA,
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("EC", "P-521"): ("ES512",),
    ("OKP", "Ed25519"): ("EdDSA",),
}
"""Algorithms by key type and curve, without secrets ("oct"): a published key cannot be one."""
ACCEPTED = frozenset(name for names in ALGORITHMS_OF.values() for name in names)
LARGEST_ANSWER = 1_000_000

log = structlog.get_logger(__name__)


class KeysUnavailable(Exception):
    """The identity provider's keys are unknown, and it is unreachable."""


class PublishedKeys:
    """The keys behind a JWKS address.

    They are fetched at the first token, when they are `lifetime` seconds old, and when a token
    names a key that is not known; never more often than every `pause` seconds. While the
    provider is down, the last good keys are used, and one caller a `pause` waits to find out.
    """

    def __init__(
        self,
        url: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        lifetime: float = 300.0,
        pause: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._shown_url = without_secrets(url)
        self._transport = transport
        self._lifetime = lifetime
        self._pause = pause
        self._clock = clock
        self._keys: Mapping[tuple[str | None, str], VerificationKey] = {}
        self._tried_at: float | None = None
        self._fetched_at: float | None = None
        self._fetching = asyncio.Lock()

    async def key_for(self, header: Mapping[str, Any]) -> VerificationKey:
        algorithm, kid = header.get("alg"), header.get("kid")
        if not isinstance(algorithm, str) or algorithm not in ACCEPTED:
            raise InvalidToken("the algorithm is not one of public keys")
        is_known = (kid, algorithm) in self._keys
        is_stale = self._age() >= self._lifetime
        if not is_known or (is_stale and not self._fetching.locked()):
            await self._refresh()
        if self._fetched_at is None:
            raise KeysUnavailable("the keys of the identity provider cannot be fetched")
        try:
            return self._keys[kid, algorithm]
        except KeyError:
            raise InvalidToken("the token names a key that the identity provider does not have") from None

    def _age(self) -> float:
        return float("inf") if self._fetched_at is None else self._clock() - self._fetched_at

    async def _refresh(self) -> None:
        """Fetch the keys, at most once every `pause` seconds.

        Concurrent callers wait for the same response.
        """
        async with self._fetching:
            now = self._clock()
            if self._tried_at is not None and now - self._tried_at < self._pause:
                return
            self._tried_at = now
            try:
                self._keys = usable_keys((await fetch_key_set(self._url, self._transport)).keys)
                self._fetched_at = self._clock()
            except (httpx.HTTPError, ValueError) as error:
                log.warning("keys not fetched", url=self._shown_url, reason=failure_reason(error))


class KeySet(NamedTuple):
    """The JSON Web Keys of an identity provider.

    `date` is the `Date` of its response, if it has one.
    """

    keys: list[Any]
    date: str | None


async def fetch_key_set(url: str, transport: httpx.AsyncBaseTransport | None = None) -> KeySet:
    """Fetch the keys of an identity provider.

    Raises httpx.HTTPError, or ValueError where they are none.
    """
    async with (
        httpx.AsyncClient(transport=transport, timeout=5.0) as client,
        client.stream("GET", url, headers={"Accept": "application/json"}) as response,
    ):
        response.raise_for_status()
        body = bytearray()
        async for part in response.aiter_bytes():
            body += part
            if len(body) > LARGEST_ANSWER:
                raise ValueError("the answer is too large")
    match orjson.loads(body):
        case {"keys": list(keys)}:
            return KeySet(keys, response.headers.get("date"))
        case _:
            raise ValueError("the answer is not a JSON Web Key Set")


def without_secrets(url: str) -> str:
    """Return the address without user, password and query.

    Each of them may hold a secret.
    """
    return str(httpx.URL(url).copy_with(userinfo=b"", query=None, fragment=None))


def failure_reason(error: Exception) -> str:
    """The reason of a failed fetch, without secrets.

    The library's own text about a status repeats the address with its password.
    """
    if isinstance(error, httpx.HTTPStatusError):
        return f"the status is {error.response.status_code}"
    return str(error) or type(error).__name__


def usable_keys(published: Iterable[Any]) -> Mapping[tuple[str | None, str], VerificationKey]:
    """The keys for signatures, by key id and algorithm.

    Other keys are left out. A token without a key id finds a key only if just one fits its algorithm.
    """
    keys: dict[tuple[str | None, str], VerificationKey] = {}
    by_algorithm: dict[str, list[VerificationKey]] = {}
    for jwk in published:
        for algorithm in _algorithms_of(jwk):
            try:
                key = VerificationKey(algorithm, jwt.PyJWK(jwk, algorithm).key)
            except (jwt.PyJWTError, ValueError, TypeError):
                continue
            by_algorithm.setdefault(algorithm, []).append(key)
            if isinstance(jwk.get("kid"), str):
                keys[jwk["kid"], algorithm] = key
    for algorithm, fitting in by_algorithm.items():
        if len(fitting) == 1:
            keys[None, algorithm] = fitting[0]
    return keys


def _algorithms_of(jwk: Any) -> tuple[str, ...]:
    match jwk:
        case {"use": use} if use != "sig":
            return ()
        case {"kty": "RSA"}:
            fitting = ALGORITHMS_OF["RSA", None]
        case {"kty": ("EC" | "OKP") as kind, "crv": str(curve)}:
            fitting = ALGORITHMS_OF.get((kind, curve), ())
        case _:
            return ()
    algorithm = jwk.get("alg")
    return fitting if algorithm is None else tuple(name for name in fitting if name == algorithm)
