"""Bearer tokens: signed JWTs for callers (behaviour D52)."""

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final, Protocol

import jwt

from gateway.identity.claims import ExpiredToken, InvalidToken, caller_of
from gateway.identity.keys import KeySource
from models.cache import Cache
from resolvers.caller import Caller

DEFAULT_LEEWAY: Final = 30
"""Seconds that the clocks of issuer and gateway may differ."""
TIMES: Final = range(253_402_300_800)
"""The times that a claim may name, in seconds: up to the end of the year 9999."""
TOKENS_SHARE: Final = 0.03
REMEMBERED_FOR = 60.0
"""Seconds after which a signature is checked again, so that a withdrawn key stops working."""


class TokenVerifier(Protocol):
    """Verifies a bearer token and returns its caller."""

    async def verify(self, token: str) -> Caller:
        """Return the caller of a token.

        Raises ExpiredToken or InvalidToken, or KeysUnavailable where the keys are not known.
        """

    def knows(self, token: str) -> bool:
        """Whether `verify` would take the token from its cache."""


class JwtVerifier:
    """Verifies JWTs, and caches the result for a minute.

    It checks signature, times, issuer and audience.
    """

    def __init__(
        self,
        keys: KeySource,
        *,
        issuer: str | None = None,
        audience: str | None = None,
        leeway: int = DEFAULT_LEEWAY,
    ) -> None:
        self._keys = keys
        self._leeway = leeway
        self._issuer = issuer
        self._audience = audience
        self._remembered = Cache("tokens", share=TOKENS_SHARE)

    async def verify(self, token: str) -> Caller:
        if (caller := self._known(token)) is not None:
            return caller
        claims = await self._verified_claims(token)
        caller = replace(caller_of(claims), expires_at=claims["exp"] + self._leeway)
        self._remember(token, caller)
        return caller

    def knows(self, token: str) -> bool:
        return self._known(token) is not None

    def _known(self, token: str) -> Caller | None:
        remembered: tuple[Caller, float] | None = self._remembered.find(token)
        return remembered[0] if remembered is not None and time.time() < remembered[1] else None

    async def _verified_claims(self, token: str) -> dict[str, Any]:
        try:
            key = await self._keys.key_for(jwt.get_unverified_header(token))
            claims = jwt.decode(
                token,
                key.key,
                algorithms=[key.algorithm],
                issuer=self._issuer,
                audience=self._audience,
                leeway=self._leeway,
                options={
                    "require": ["exp"],
                    "verify_aud": self._audience is not None,
                    "enforce_minimum_key_length": True,
                },
            )
        except jwt.ExpiredSignatureError:
            raise ExpiredToken("the token has expired") from None
        except (jwt.PyJWTError, ValueError, OverflowError, RecursionError) as error:
            raise InvalidToken(str(error)) from None
        for name in ("exp", "nbf", "iat"):
            if name in claims and not _is_time(claims[name]):
                raise InvalidToken(f"{name} is not a time in seconds")
        return claims

    def _remember(self, token: str, caller: Caller) -> None:
        self._remembered.put(token, (caller, min(caller.expires_at, time.time() + REMEMBERED_FOR)))


def _is_time(value: Any) -> bool:
    """Whether a claim is a NumericDate (RFC 7519, section 2).

    The year has to be from 1970 to 9999.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and TIMES.start <= value < TIMES.stop


def issue_token(
    secret: str,
    tenant: str,
    scopes: Iterable[str],
    *,
    customer_id: str | None = None,
    legal_entity_id: str | None = None,
    expires_in: int = 3600,
    subject: str | None = None,
    issuer: str | None = None,
    audience: str | None = None,
) -> str:
    """Return a signed token, valid for `expires_in` seconds."""
    now = int(time.time())
    claims = {
        "iss": issuer,
        "aud": audience,
        "sub": subject or customer_id,
        "tenant": tenant,
        "scope": " ".join(scopes),
        "customerId": customer_id,
        "legalEntityId": legal_entity_id,
        "iat": now,
        "exp": now + expires_in,
    }
    present = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(present, secret.encode(), algorithm="HS256")
