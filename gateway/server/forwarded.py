"""The client of a request behind a proxy."""

from collections.abc import Awaitable
from typing import Any, Final

from uvicorn import Config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

FORWARDED: Final = frozenset({b"x-forwarded-for", b"x-forwarded-proto"})
"""Headers of proxies. They are believed where they come from an address in `FORWARDED_ALLOW_IPS`."""


class ForwardedHeaders:
    """ASGI middleware that reads the headers of proxies.

    uvicorn's reads them; requests without them do not pass through it.
    """

    def __init__(self, app: Any, trusted: list[str] | str) -> None:
        self._app = app
        self._forwarded: Any = ProxyHeadersMiddleware(app, trusted)

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        is_direct = FORWARDED.isdisjoint(dict(scope.get("headers", ())))
        awaitable: Awaitable[None] = (self._app if is_direct else self._forwarded)(scope, receive, send)
        return awaitable


class ServerConfig(Config):
    """uvicorn's configuration, with the gateway's layer for headers of proxies."""

    def __init__(self, app: str, **options: Any) -> None:
        super().__init__(app, proxy_headers=False, **options)

    def load(self) -> None:
        """Load the application."""
        super().load()
        self.loaded_app = ForwardedHeaders(self.loaded_app, self.forwarded_allow_ips)
