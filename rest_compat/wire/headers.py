"""Readers of request headers from ASGI's bytes.

The gateway and the REST endpoints share these functions.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeAlias

from starlette.types import Scope

RawHeaders: TypeAlias = Iterable[tuple[bytes, bytes]]

NO_VALUE: Final = b""
MEMBER = re.compile(r'(?:"(?:\\.|[^"\\])*+(?:"|\\?$)|[^,"])+', re.DOTALL)
"""One member of a list: a comma inside a quoted string does not end it (RFC 9110, section 5.6.1)."""


def first_value(scope: Scope, name: bytes) -> bytes:
    """Return the first header of this name.

    The name is in lower case. Empty where there is none. For headers that have one value; `list_value` reads
    those that hold a list.
    """
    for header, value in scope["headers"]:
        if header == name:
            return value  # type: ignore[no-any-return]  # ASGI says bytes
    return NO_VALUE


def values(scope: Scope, name: bytes) -> list[str]:
    """Return all headers of this name, in order.

    The name is in lower case.
    """
    return [value.decode("latin-1") for header, value in scope["headers"] if header == name]


def list_value(headers: RawHeaders, name: bytes) -> str | None:
    """Return a list header as one text.

    Its lines are joined by commas (RFC 9110, section 5.3). The name is in lower case. None means that there
    is no such header.
    """
    lines: list[bytes] = []
    for header, value in headers:
        if header == name:
            lines.append(value)
    return b", ".join(lines).decode("latin-1") if lines else None


def challenge(description: str) -> dict[str, str]:
    """Return the header about a faulty token.

    It describes the fault (RFC 6750, section 3).
    """
    return {"WWW-Authenticate": f'Bearer error="invalid_token", error_description="{description}"'}


def list_members(value: str, most: int) -> Iterator[str]:
    """Yield at most so many members of a list header.

    Empty ones are no members.
    """
    members = (match[0].strip() for match in MEMBER.finditer(value))
    return islice(filter(None, members), most)
