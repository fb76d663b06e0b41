"""The token endpoint for client credentials (RFC 6749, behaviour D51).

It responds with a bearer token of our own.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.identity.claims import TENANT_IN_SCOPE
from gateway.identity.oauth_guesses import Guesses
from gateway.identity.oauth_request import TokenRefused, TokenRequest, TooManyGuesses, read_token_request
from gateway.identity.tokens import issue_token
from gateway.settings.settings import OAuthClient
from rest_compat.wire.errors import Refused
from rest_compat.wire.responses import failure_response, json_response

TOKENS_LAST: Final = 14_399
"""The lifetime of tokens in seconds, the same as of the vendor's service tokens."""
SESSION_IDLE_TIME: Final = 120
"""A number of the vendor's response. There are no sessions here, so it has no effect."""
NOT_KEPT: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}

log = structlog.get_logger(__name__)


class TokenEndpoint:
    """Issues tokens to the OAuth clients of the settings."""

    def __init__(
        self,
        clients: Iterable[OAuthClient],
        signing_secret: str,
        *,
        issuer: str | None = None,
        audience: str | None = None,
        guesses: Guesses | None = None,
    ) -> None:
        self._clients = {client.client_id: client for client in clients}
        self._signing_secret = signing_secret
        self._issuer = issuer
        self._audience = audience
        self._nobodys_secret = secrets.token_urlsafe()
        self._guesses = Guesses() if guesses is None else guesses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Request(scope, receive))
        response.headers.update(NOT_KEPT)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            token_request = await read_token_request(request)
            client = self._authenticated(token_request, request.client.host if request.client else "")
            granted = granted_scopes(client, token_request.scope)
        except Refused as refusal:  # readable for clients of both error formats
            members = {"error": "invalid_request", "error_description": str(refusal)}
            rendering = refusal.rendering
            return failure_response(rendering.status, str(refusal), rendering.headers, **members)
        except TokenRefused as refusal:
            log.info("no token issued", reason=str(refusal))
            body = {"error": refusal.error, "error_description": refusal.description}
            return json_response(body, refusal.status, refusal.headers)
        return json_response(
            {
                "access_token": self._token(client, granted),
                "token_type": "Bearer",
                "expires_in": TOKENS_LAST,
                "session_idle_time": SESSION_IDLE_TIME,
                "refresh_token": "",
                "refresh_token_expires_in": 0,
                "scope": " ".join([f"{TENANT_IN_SCOPE}{client.tenant}", *granted]),
            }
        )

    def _authenticated(self, token_request: TokenRequest, address: str) -> OAuthClient:
        """The client with these credentials.

        Raises TokenRefused. A failure counts for each reading of the id, so that no spelling gives further
        guesses.
        """
        client_ids = set(token_request.client_ids)
        if seconds := max(self._guesses.seconds_to_wait(client_id, address) for client_id in client_ids):
            raise TooManyGuesses(seconds)
        for client in [
            self._client(client_id, token_request.secrets) for client_id in token_request.client_ids
        ]:
            if client is not None:
                return client
        for client_id in client_ids:
            self._guesses.add_failure(client_id, address)
        raise TokenRefused("invalid_client", "The client is not known, or its secret is another.")

    def _client(self, client_id: str, secrets: Iterable[str]) -> OAuthClient | None:
        """The client, if a secret matches.

        An unknown client is compared as well, so that the time does not tell which ids exist.
        """
        client = self._clients.get(client_id)
        secret = self._nobodys_secret if client is None else client.client_secret.get_secret_value()
        matches = [_is_same(secret, text) for text in secrets]
        return client if any(matches) else None

    def _token(self, client: OAuthClient, scopes: Sequence[str]) -> str:
        return issue_token(
            self._signing_secret,
            client.tenant,
            scopes,
            expires_in=TOKENS_LAST,
            subject=client.client_id,
            issuer=self._issuer,
            audience=self._audience,
        )


def granted_scopes(client: OAuthClient, scope_text: str) -> tuple[str, ...]:
    """The requested scopes, or all of the client.

    Raises TokenRefused. A `tenant=` element may stand among them, as it does in the answer; it names the
    client's own.
    """
    elements = scope_text.split()
    tenants = {element for element in elements if element.startswith(TENANT_IN_SCOPE)}
    if tenants - {f"{TENANT_IN_SCOPE}{client.tenant}"}:
        raise TokenRefused("invalid_scope", "The client belongs to another tenant.")
    scopes = set(elements) - tenants
    if scopes - set(client.scopes):
        raise TokenRefused("invalid_scope", "The client may not have all of these scopes.")
    return tuple(scope for scope in client.scopes if scope in scopes or not scopes)


def _is_same(secret: str, secret_sent: str) -> bool:
    """Compare secrets in constant time."""
    return hmac.compare_digest(_digest(secret), _digest(secret_sent))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
