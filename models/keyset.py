"""Pages that continue after a row, whatever was added or removed in between.

A cursor holds the sort keys of a row, and a binding that says for which list it was made.
It is not signed: who forges one gets another page of what they may see anyway.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from datetime import datetime
from math import isfinite
from typing import Any, Final, TypeAlias

import orjson
from sqlalchemy import ColumnElement, and_, bindparam, false, literal, or_, tuple_

from models.columns import instant_text, to_milliseconds
from models.filter.errors import CursorError, FilterError, require_storable
from models.filter.literals import LARGEST_INTEGER, SMALLEST_INTEGER
from models.ordering import Ordering, Term, TermKind

Value: TypeAlias = str | int | float | datetime | None
Nulls: TypeAlias = tuple[bool, ...]
"""Which of the sort keys in a cursor are NULL: all that SQL depends on."""
LONGEST_CURSOR: Final = 4096
DIGEST_BYTES: Final = 9


def binding_of(*parts: str) -> str:
    """A short digest of what makes a list this list: its noun, parent, filter, sort."""
    digest = hashlib.blake2b(orjson.dumps(parts), digest_size=DIGEST_BYTES).digest()
    return base64.urlsafe_b64encode(digest).decode()


def encode_cursor(binding: str, values: Sequence[Value]) -> str:
    """The cursor of the row with these sort keys.

    Raises CursorError where they do not fit into one, which only texts of thousands of characters do.
    """
    written = [instant_text(value) if isinstance(value, datetime) else value for value in values]
    cursor = base64.urlsafe_b64encode(orjson.dumps([binding, written])).rstrip(b"=").decode()
    if len(cursor) > LONGEST_CURSOR:
        raise CursorError("The values of a row that the list is sorted by are too long for a cursor.")
    return cursor


def decode_cursor(cursor: str, binding: str, ordering: Ordering) -> tuple[Value, ...]:
    """The sort keys in a cursor; raises CursorError unless it was made for this list and order."""
    if len(cursor) > LONGEST_CURSOR:
        raise CursorError(f"A cursor has at most {LONGEST_CURSOR} characters.")
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        content = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (UnicodeEncodeError, binascii.Error, orjson.JSONDecodeError):
        raise _unreadable() from None
    match content:
        case [str(found), list(values)] if found == binding:
            if len(values) != len(ordering.terms):
                raise _unreadable()
            return tuple(map(_decode, values, ordering.terms))
        case [str(), list()]:
            raise CursorError("The cursor belongs to another list, filter or sort.")
        case _:
            raise _unreadable()


def nulls_of(values: Sequence[Value]) -> Nulls:
    """What is kept of a cursor where its values come with each run."""
    return tuple(value is None for value in values)


def named_values(name: str, values: Sequence[Value]) -> dict[str, Value]:
    """The values of `parameters` of the same name."""
    return {f"{name}_{index}": value for index, value in enumerate(values)}


def parameters(name: str, ordering: Ordering, nulls: Nulls) -> list[ColumnElement[Any] | None]:
    """For `seek`, in place of the sort keys of a cursor; NULL stays, as `IS NULL` is another question."""
    return [
        None if is_null else bindparam(f"{name}_{index}", type_=term.expression.type)
        for index, (term, is_null) in enumerate(zip(ordering.terms, nulls, strict=True))
    ]


def seek(
    ordering: Ordering, values: Sequence[Value | ColumnElement[Any]], *, backwards: bool = False
) -> ColumnElement[bool]:
    """The rows strictly after (or before) the one with these sort keys."""
    keys = list(zip(ordering.terms, values, strict=True))
    directions = {term.descending for term in ordering.terms}
    if len(directions) == 1 and not any(term.nullable for term in ordering.terms):
        return _row_comparison(keys, descends=directions.pop() != backwards)
    after: ColumnElement[bool] = false()
    for term, value in reversed(keys):
        after = or_(_strictly_after(term, value, backwards=backwards), and_(_same(term, value), after))
    return after


def _row_comparison(
    keys: list[tuple[Term, Value | ColumnElement[Any]]], *, descends: bool
) -> ColumnElement[bool]:
    """`(a, b) > (1, 2)`: the one form that both databases answer by seeking in an index."""
    row = tuple_(*(term.expression for term, _ in keys))
    bound = tuple_(*(_bound(term, value) for term, value in keys))
    return row < bound if descends else row > bound


def _bound(term: Term, value: Value | ColumnElement[Any]) -> ColumnElement[Any]:
    return value if isinstance(value, ColumnElement) else literal(value, term.expression.type)


def _strictly_after(term: Term, value: Value | ColumnElement[Any], *, backwards: bool) -> ColumnElement[bool]:
    """By this term alone. NULL is the smallest value."""
    if term.descending != backwards:
        if value is None:
            return false()
        smaller = term.expression < value
        return or_(smaller, term.expression.is_(None)) if term.nullable else smaller
    return term.expression.is_not(None) if value is None else term.expression > value


def _same(term: Term, value: Value | ColumnElement[Any]) -> ColumnElement[bool]:
    return term.expression.is_(None) if value is None else term.expression == value


def _decode(value: Any, term: Term) -> Value:
    match term.kind, value:
        case _, None if term.nullable:
            return None
        case TermKind.TEXT, str():
            return _storable(value)
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
