"""Opening of WebSockets: checks and refusals."""

from collections.abc import Sequence
from http import HTTPStatus

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.graphql.errors import error_response
from gateway.identity.authentication import identify
from gateway.identity.claims import InvalidToken
from gateway.identity.jwks import KeysUnavailable
from gateway.websocket.connection import Connection, Rules
from gateway.websocket.messages import SUB_PROTOCOL, SUB_PROTOCOL_NOT_ACCEPTABLE
from gateway.websocket.origin import is_allowed
from rest_compat.wire.errors import Refused, unavailable
from rest_compat.wire.headers import values
from rest_compat.wire.request_state import request_state

log = structlog.get_logger(__name__)


class WebSocketEndpoint:
    """Accepts sockets of the sub-protocol from allowed origins.

    `most` bounds all open sockets, those without a known caller included.
    """

    def __init__(self, rules: Rules, *, origins: Sequence[str] = (), most: int = 2_000) -> None:
        self._rules = rules
        self._origins = tuple(origins)
        self._most = most
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        refusal = await self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        if SUB_PROTOCOL not in scope["subprotocols"]:
            await send({"type": "websocket.accept"})
            reason = "Subprotocol not acceptable"
            await send({"type": "websocket.close", "code": SUB_PROTOCOL_NOT_ACCEPTABLE, "reason": reason})
            return
        self._open += 1
        try:
            await send({"type": "websocket.accept", "subprotocol": SUB_PROTOCOL})
            await Connection(scope, receive, send, self._rules).run()
        finally:
            self._open -= 1

    async def _refusal(self, scope: Scope) -> Response | None:
        """The refusal of a socket, or None.

        Without a refusal the request's state has the caller, if a header names one.
        """
        if not is_allowed(scope, self._origins):
            message = "Scripts of this origin may not open a WebSocket."
            return error_response(Refused(HTTPStatus.FORBIDDEN, message=message, code="FORBIDDEN"))
        if self._open >= self._most:
            return error_response(
                unavailable(f"The service has {self._most:,} sockets open already; try again.")
            )
        try:
            await identify(request_state(scope), values(scope, b"authorization"), self._rules.verifier)
        except InvalidToken as error:
            log.info("token refused", reason=str(error))
            return error_response(error)
        except KeysUnavailable:
            return error_response(
                unavailable("The access token cannot be verified at the moment; try again.")
            )
        return None
