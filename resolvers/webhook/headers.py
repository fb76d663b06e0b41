"""The custom headers of a webhook."""

import re
from collections.abc import Mapping
from typing import Any, Final

from resolvers.errors import InvalidInput, Path

MOST_HEADERS: Final = 20
LONGEST_NAME: Final = 100
LONGEST_VALUE: Final = 2_000
NAME: Final = re.compile(rf"[!#$%&'*+.^_`|~0-9A-Za-z-]{{1,{LONGEST_NAME}}}")
VALUE: Final = re.compile(r"[!-~](?:[ \t!-~]*[!-~])?")
"""Printable ASCII: no line ends, and no space at either end."""
RESERVED: Final = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "expect",
        "host",
        "http2-settings",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
    }
)
RESERVED_PREFIXES: Final = ("webhook-", "emporix-event-", "proxy-")


def checked_headers(headers: Any, path: Path = ("headers",)) -> Mapping[str, str]:
    """Check headers and return them by name.

    They keep their spelling. Raises InvalidInput.
    """
    if headers is None:
        return {}
    if not isinstance(headers, dict) or len(headers) > MOST_HEADERS:
        raise InvalidInput(f"An object of at most {MOST_HEADERS} names and texts is expected.", path=path)
    for name, value in headers.items():
        _check(name, value, path)
    if len({name.lower() for name in headers}) < len(headers):
        raise InvalidInput("A header is given twice.", path=path)
    return headers


def _check(name: str, value: Any, path: Path) -> None:
    lower = name.lower()
    if not NAME.fullmatch(name):
        raise InvalidInput("This is not the name of a header.", path=(*path, name))
    if lower in RESERVED or lower.startswith(RESERVED_PREFIXES):
        raise InvalidInput("This header is not for you to set.", path=(*path, name))
    if not isinstance(value, str) or len(value) > LONGEST_VALUE or not VALUE.fullmatch(value):
        raise InvalidInput(
            f"A text of 1 to {LONGEST_VALUE:,} printable ASCII characters is expected.", path=(*path, name)
        )
