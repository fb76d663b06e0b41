"""Detection of browsers by their Accept header."""

from typing import Final

from starlette.requests import Request

from rest_compat.wire.accept import accept_of

HTML: Final = "text/html"
JSON: Final = "application/json"


def asks_for_page(request: Request) -> bool:
    """Whether the client prefers HTML to JSON (RFC 9110, section 12.5.1).

    It has to name HTML, and to want it as much as JSON.
    """
    accept = accept_of(request.headers.raw)
    quality = accept.quality(HTML)
    return accept.names(HTML) and quality > 0 and quality >= accept.quality(JSON)
