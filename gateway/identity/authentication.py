"""ASGI middleware that authenticates the caller.

It decides nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeAlias

import structlog
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.identity.claims import ExpiredToken, InvalidToken
from gateway.identity.tokens import TokenVerifier
from resolvers.caller import Caller
from rest_compat.wire.headers import challenge, values
from rest_compat.wire.request_state import RequestState, request_state
from rest_compat.wire.responses import json_response

log = structlog.get_logger(__name__)

Refusal: TypeAlias = Callable[[InvalidToken], Response]
"""Makes the 401 response of an API."""


class Authentication:
    """Puts a `Caller` into the request's state, as `caller`.

    No Authorization header makes the anonymous caller; a bad one is refused at once. It wraps
    single routes, not the application, so that 404 and 405 come before 401 (behaviour D4).
    """

    def __init__(self, app: ASGIApp, *, verifier: TokenVerifier, refusal: Refusal) -> None:
        self._app = app
        self._verifier = verifier
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await identify(request_state(scope), values(scope, b"authorization"), self._verifier)
        except InvalidToken as error:
            log.info("token refused", reason=str(error))
            await self._refusal(error)(scope, receive, send)
            return
        await self._app(scope, receive, send)


@dataclass(frozen=True, slots=True)
class TokenCheck:
    """Verifies one token again."""

    verifier: TokenVerifier
    token: str

    async def __call__(self) -> Caller:
        """Return the caller. Raises as `TokenVerifier.verify` does."""
        return await self.verifier.verify(self.token)

    def is_known(self) -> bool:
        """Whether the verifier has the token in its cache."""
        return self.verifier.knows(self.token)


async def identify(state: RequestState, headers: Sequence[str], verifier: TokenVerifier) -> None:
    """Put the caller of the Authorization headers into the state.

    Without headers the state stays as it is. Raises InvalidToken.
    """
    if headers:
        token = _bearer_token(headers)
        state.caller = await verifier.verify(token)
        state.verify = TokenCheck(verifier, token)


def _bearer_token(headers: Sequence[str]) -> str:
    if len(headers) > 1:
        raise InvalidToken("more than one Authorization header")
    scheme, _, token = headers[0].strip().partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise InvalidToken("the Authorization header is not `Bearer <token>`")
    return token


def fault_refusal(error: InvalidToken) -> Response:
    """401 in the format of Emporix's own gateway."""
    if isinstance(error, ExpiredToken):
        text, code = "Access Token expired", "keymanagement.service.access_token_expired"
    else:
        text, code = "Invalid access token", "oauth.v2.InvalidAccessToken"
    fault = {"faultstring": text, "detail": {"errorcode": code}}
    return json_response({"fault": fault}, HTTPStatus.UNAUTHORIZED, headers=challenge(text))
