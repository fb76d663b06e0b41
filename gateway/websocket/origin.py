"""The origins whose scripts may open a WebSocket.

Browsers ask no permission for it, so the server checks.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.types import Scope

from rest_compat.wire.headers import first_value


def is_allowed(scope: Scope, origins: Sequence[str]) -> bool:
    """Whether the request's Origin is allowed.

    Allowed are requests without an Origin (from no browser), from a page of this host, and from a named
    origin.
    """
    origin = first_value(scope, b"origin").decode("latin-1")
    if not origin or "*" in origins or origin in origins:
        return True
    try:
        host = urlsplit(origin).netloc
    except ValueError:
        return False
    return bool(host) and host.lower() == first_value(scope, b"host").decode("latin-1").lower()
