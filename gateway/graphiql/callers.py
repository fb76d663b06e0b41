"""The demo's callers and tokens for GraphiQL.

Only a browser on this machine gets them.
"""

from dataclasses import asdict
from typing import Final

from starlette.types import Receive, Scope, Send

from gateway.commands.demo import demo_callers
from gateway.identity.loopback import is_loopback
from gateway.settings.settings import Settings
from rest_compat.wire.responses import json_response

FOR_THE_PAGE_ALONE: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
HOSTS: Final = ("localhost", "127.0.0.1", "[::1]")
"""Names of this machine in its browsers."""
DEFAULT_PORT: Final = 80
"""The port that a browser leaves out."""
OF_BROWSERS: Final = frozenset(
    {
        b"accept",
        b"accept-encoding",
        b"accept-language",
        b"cache-control",
        b"connection",
        b"cookie",
        b"dnt",
        b"host",
        b"origin",
        b"pragma",
        b"priority",
        b"referer",
        b"save-data",
        b"te",
        b"upgrade-insecure-requests",
        b"user-agent",
    }
)
"""Headers of a browser's request, beside those that begin with `sec-`. Proxies add others: Forwarded, Via,
X-Forwarded-For, X-Real-IP, CF-Connecting-IP and many more, so any other header means a proxy."""
OWN_SITE: Final = (b"same-origin", b"none")
"""Values of Sec-Fetch-Site for the page itself, and for an address that a person typed."""


class CallersOfThisPage:
    """An endpoint with the callers of the demo.

    Outside the demo, or for another machine, the list is empty.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        offered = self._settings.demo and is_browser_on_this_machine(scope)
        callers = demo_callers(self._settings) if offered else []
        response = json_response([asdict(caller) for caller in callers], headers=FOR_THE_PAGE_ALONE)
        await response(scope, receive, send)


def is_browser_on_this_machine(scope: Scope) -> bool:
    """Whether a browser on this machine sent the request directly.

    In doubt it did not. The client's address is not enough: a proxy on this machine has it, and so has the
    browser that shows a foreign page. A proxy adds headers or, as nginx does by default, speaks HTTP/1.0. A
    foreign page gives itself away by the host that it asks for, or by its own address in Origin or Referer. A
    proxy that hides all this looks like a browser, so the demo does not belong behind any.
    """
    client, server = scope.get("client"), scope.get("server")
    if not (client and server and is_loopback(client[0])) or scope.get("http_version") == "1.0":
        return False
    headers: dict[bytes, bytes] = dict(scope["headers"])
    if len(headers) < len(scope["headers"]) or not all(map(_is_of_browsers, headers)):
        return False
    host = headers.get(b"host", b"")
    origin = b"http://" + host
    return (
        host in _hosts(server[1])
        and headers.get(b"sec-fetch-site", OWN_SITE[0]) in OWN_SITE
        and headers.get(b"origin", origin) == origin
        and headers.get(b"referer", origin + b"/").startswith(origin + b"/")
    )


def _is_of_browsers(name: bytes) -> bool:
    return name in OF_BROWSERS or name.startswith(b"sec-")


def _hosts(port: int | None) -> frozenset[bytes]:
    """The Host headers for a port of this machine."""
    suffix = "" if port in {None, DEFAULT_PORT} else f":{port}"
    return frozenset(f"{name}{suffix}".encode() for name in HOSTS)
