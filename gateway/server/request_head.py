"""The head of a request: its target and its headers."""

import re
from collections.abc import Sequence
from typing import Any, Final, TypeAlias
from urllib.parse import unquote

import httptools

from gateway.http.apis import GRAPHQL_PATH

Headers: TypeAlias = Sequence[tuple[bytes, bytes]]

WEBSOCKET_PATH: Final = GRAPHQL_PATH.encode()
LONGEST_LINE: Final = 8_192
MOST_LINES: Final = 128
"""Limits of the parser of the package websockets."""
SPARE: Final = 32
"""Bytes of a line besides the name and the value of a header, or the target of a request."""
HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(:[0-9]*)?")
"""`uri-host [":" port]` of RFC 9110, section 7.2. A client without an authority sends an empty value."""


def set_target(scope: Any, target: bytes) -> None:
    """Put the path and the query of a request into its scope.

    Raises HttpParserInvalidURLError.
    """
    url = httptools.parse_url(target)
    path = url.path.decode("ascii")
    scope["path"] = unquote(path) if "%" in path else path
    scope["raw_path"] = url.path
    scope["query_string"] = url.query or b""


def hosts_of(headers: Headers) -> list[bytes]:
    """The values of all Host headers."""
    return [value for name, value in headers if name == b"host"]


def is_host(value: bytes) -> bool:
    """Whether the value names a host (RFC 9112, section 3.2)."""
    return HOST.fullmatch(value) is not None


def fits_websocket(target: bytes, headers: Headers) -> bool:
    """Whether the parser of WebSockets takes a request with such a target and headers."""
    return (
        target.partition(b"?")[0] == WEBSOCKET_PATH
        and len(target) + SPARE < LONGEST_LINE
        and len(headers) < MOST_LINES
        and all(len(name) + len(value) + SPARE < LONGEST_LINE for name, value in headers)
    )
