"""Cursors: the place of a row in a list, as text.

A cursor holds the sort keys of a row, and a binding to the list that it was made for. It is not signed: a
forged cursor gives another page of rows that the caller may see anyway. Of texts that do not fit into a
cursor it holds the beginning.
"""

import base64
import binascii
import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any, Final, TypeAlias

import orjson

from models.filter.errors import CursorError, FilterError, require_storable
from models.filter.literals import LARGEST_INTEGER, SMALLEST_INTEGER, instant
from models.sql.ordering import Ordering, Term, TermKind
from models.tables.columns import instant_text, to_milliseconds

LONGEST_CURSOR: Final = 4096
LONGEST_CONTENT: Final = LONGEST_CURSOR // 4 * 3
"""Bytes of JSON that a cursor of that length holds."""
DIGEST_BYTES: Final = 9
CLOCK_YEARS: Final = range(1970, 8000)
"""The years of a valid clock, however wrong: an instant relative to it is still a valid instant."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first characters of a text too long for a cursor."""

    text: str


Value: TypeAlias = str | int | float | datetime | Beginning | None


def binding_of(*parts: str) -> str:
    """Return a short digest that identifies a list.

    Its parts are the list's noun, parent, filter and sort.
    """
    digest = hashlib.blake2b(orjson.dumps(parts), digest_size=DIGEST_BYTES).digest()
    return base64.urlsafe_b64encode(digest).decode()


def encode_cursor(
    binding: str, values: Sequence[Any], ordering: Ordering, clock: datetime | None = None
) -> str:
    """Return the cursor of the row with these sort keys.

    It has at most LONGEST_CURSOR characters. `clock` is the instant of the list's first page, where its
    filter is relative to now.
    """
    texts = [instant_text(value) if isinstance(value, datetime) else value for value in values]
    at = [] if clock is None else [instant_text(clock)]
    content = orjson.dumps([binding, texts, *at])
    if len(content) > LONGEST_CONTENT:
        content = orjson.dumps([binding, _shortened(texts, ordering, len(content)), *at])
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _shortened(values: Sequence[Any], ordering: Ordering, size: int) -> list[Any]:
    """Return the sort keys with long texts shortened.

    Long are texts that take more than their share of a cursor; their beginnings stay.
    """
    places = [place for place, term in enumerate(ordering.terms) if term.may_be_cut and values[place]]
    remaining = size - sum(len(orjson.dumps(values[place])) for place in places)
    share = max((LONGEST_CONTENT - remaining) // max(len(places), 1) - len("[]"), len('""'))
    shortened = list(values)
    for place in places:
        if len(orjson.dumps(values[place])) > share:
            shortened[place] = [_beginning(values[place], share)]
    return shortened


def _beginning(text: str, size: int) -> str:
    """Return the beginning of a text within a size.

    The size counts bytes of JSON.
    """
    lengths = range(min(len(text), size) + 1)
    return text[: bisect_right(lengths, size, key=lambda length: len(orjson.dumps(text[:length]))) - 1]


def decode_cursor(cursor: str, binding: str, ordering: Ordering) -> tuple[Value, ...]:
    """Return the sort keys in a cursor.

    Raises CursorError unless it was made for this list and order.
    """
    match _content(cursor):
        case [str(found), list(values), *_] if found == binding:
            if len(values) != len(ordering.terms):
                raise _unreadable()
            return tuple(map(_decode, values, ordering.terms))
        case [str(), list(), *_]:
            raise CursorError("The cursor belongs to another list, filter or sort.")
        case _:
            raise _unreadable()


def clock_of(cursor: str) -> datetime:
    """Return the instant of the list's first page.

    The list is the one that the cursor was made for. Raises CursorError.
    """
    match _content(cursor):
        case [str(), list(), str(text)]:
            at = instant(text)
            if at is not None and at.value.year in CLOCK_YEARS:
                return at.value
    raise CursorError("The cursor belongs to another list, filter or sort.")


def _content(cursor: str) -> Any:
    if len(cursor) > LONGEST_CURSOR:
        raise CursorError(f"A cursor has at most {LONGEST_CURSOR} characters.")
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        return orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (UnicodeEncodeError, binascii.Error, orjson.JSONDecodeError):
        raise _unreadable() from None


def _decode(value: Any, term: Term) -> Value:
    match term.kind, value:
        case _, None if term.nullable:
            return None
        case TermKind.TEXT, str():
            return _storable(value)
        case TermKind.TEXT, [str(beginning)] if term.may_be_cut:
            return Beginning(_storable(beginning))
        case TermKind.INSTANT, str():
            return _instant(value)
        case TermKind.INTEGER, int() if _is_integer(value):
            return value
        case TermKind.NUMBER, int() | float() if not isinstance(value, bool) and isfinite(value):
            return float(value)
        case _:
            raise _unreadable()


def _is_integer(value: int) -> bool:
    return not isinstance(value, bool) and SMALLEST_INTEGER <= value <= LARGEST_INTEGER


def _storable(text: str) -> str:
    try:
        return require_storable(text)
    except FilterError:
        raise _unreadable() from None


def _instant(text: str) -> datetime:
    try:
        return to_milliseconds(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise _unreadable() from None


def _unreadable() -> CursorError:
    return CursorError("This is not a cursor of this list.")
