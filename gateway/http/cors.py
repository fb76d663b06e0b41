"""CORS: the origins whose scripts may read responses.

There are none, unless the settings name them.
"""

from collections.abc import Sequence
from typing import Final

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
SHOWN: Final = (
    "Content-Language",
    "ETag",
    "Retry-After",
    "Segments-Cursor",
    "WWW-Authenticate",
    "X-Next-Cursor",
    "X-Prev-Cursor",
    "X-Request-Id",
    "X-Total-Count",
)
"""Response headers that scripts may read, besides those of the CORS safelist."""


def cors_middleware(origins: Sequence[str]) -> Sequence[Middleware]:
    """Return the CORS middleware; none without named origins.

    An origin that may send a token may send any header. Credentials, which are cookies here, are
    never allowed: nothing that a browser adds by itself says who is calling.
    """
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=METHODS,
            allow_headers=["*"],
            expose_headers=SHOWN,
        )
    ]
