"""Whom the page can speak as: the callers of the demo, and only in a browser on this very machine."""

from dataclasses import asdict
from typing import Final

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from gateway.demo import demo_callers
from gateway.loopback import is_loopback
from gateway.settings import Settings
from rest_compat.responses import json_response

FOR_THE_PAGE_ALONE: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class CallersOfThisPage:
    """The demo's callers with a token each; for anybody else, and outside of the demo, an empty list."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        offered = self._settings.demo and _is_on_this_machine(Request(scope))
        callers = demo_callers(self._settings) if offered else []
        response = json_response([asdict(caller) for caller in callers], headers=FOR_THE_PAGE_ALONE)
        await response(scope, receive, send)


def _is_on_this_machine(request: Request) -> bool:
    """Whether both ends are here.

    The client's address alone would not do: a foreign page whose host name has been made to point
    at this machine asks from it too. The name that it asks for gives it away.
    """
    client = request.client.host if request.client else None
    return is_loopback(client) and is_loopback(request.url.hostname)
