"""Bearer tokens: signed JWTs that say who is calling (behaviour 13)."""

import time
from collections.abc import Iterable
from typing import Any, Final, Protocol

import jwt

from gateway.claims import ExpiredToken, InvalidToken, caller_of
from gateway.keys import KeySource
from models.cache import Cache
from resolvers.caller import Caller

LEEWAY = 5
"""Seconds that the clocks of issuer and gateway may differ."""
TOKENS_SHARE: Final = 0.03
REMEMBERED_FOR = 60.0
"""Seconds after which a signature is checked again, so that a withdrawn key does not live on."""


class TokenVerifier(Protocol):
    """Turns the text of a bearer token into a caller."""

    async def verify(self, token: str) -> Caller:
        """The caller. Raises ExpiredToken or InvalidToken, or KeysUnavailable where nobody can say."""


class JwtVerifier:
    """Verifies signature, times, issuer and audience, and remembers the answer for a short while."""

    def __init__(self, keys: KeySource, *, issuer: str | None = None, audience: str | None = None) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._remembered = Cache("tokens", share=TOKENS_SHARE)

    async def verify(self, token: str) -> Caller:
        remembered: tuple[Caller, float] | None = self._remembered.find(token)
        if remembered is not None and time.time() < remembered[1]:
            return remembered[0]
        claims = await self._verified_claims(token)
        caller = caller_of(claims)
        self._remember(token, caller, expires_at=claims["exp"])
        return caller

    async def _verified_claims(self, token: str) -> dict[str, Any]:
        try:
            key = await self._keys.key_for(jwt.get_unverified_header(token))
            claims = jwt.decode(
                token,
                key.key,
                algorithms=[key.algorithm],
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY,
                options={
                    "require": ["exp"],
                    "verify_aud": self._audience is not None,
                    "enforce_minimum_key_length": True,
                },
            )
        except jwt.ExpiredSignatureError:
            raise ExpiredToken("the token has expired") from None
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise InvalidToken(str(error)) from None
        for name in ("exp", "nbf", "iat"):
            if name in claims and (
                isinstance(claims[name], bool) or not isinstance(claims[name], int | float)
            ):
                raise InvalidToken(f"{name} is not a number")
        return claims

    def _remember(self, token: str, caller: Caller, *, expires_at: float) -> None:
        self._remembered.put(token, (caller, min(expires_at, time.time() + REMEMBERED_FOR)))


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
    """A token of our own, good for `expires_in` seconds."""
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
    said = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(said, secret.encode(), algorithm="HS256")
