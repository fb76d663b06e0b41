"""Pages that continue after a row.

Rows may be added or removed between two pages. A cursor holds the sort keys of a row, and a binding to the
list that it was made for. It is not signed: a forged cursor gives another page of rows that the caller may
see anyway.

Of texts that do not fit into a cursor it holds the beginning. The statement looks up the rest in the row that
the cursor names. Where that row is gone, the page continues at the first text with that beginning: it may
show rows again, but it leaves none out.
"""

import base64
import binascii
import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from math import isfinite
from typing import Any, Final, TypeAlias

import orjson
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    literal_column,
    or_,
    true,
    tuple_,
)

from models.filter.errors import CursorError, FilterError, require_storable
from models.filter.literals import LARGEST_INTEGER, SMALLEST_INTEGER, instant
from models.sql.ordering import Ordering, Term, TermKind
from models.tables.columns import instant_text, to_milliseconds

LONGEST_CURSOR: Final = 4096
LONGEST_CONTENT: Final = LONGEST_CURSOR // 4 * 3
"""Bytes of JSON that a cursor of that length holds."""
LAST_CHARACTER: Final = "\U0010ffff"
DIGEST_BYTES: Final = 9
CLOCK_YEARS: Final = range(1970, 8000)
"""The years of a valid clock, however wrong: an instant relative to it is still a valid instant."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first characters of a text too long for a cursor."""

    text: str


Value: TypeAlias = str | int | float | datetime | Beginning | None


class Held(Enum):
    """The content of a cursor for one sort key.

    The SQL depends on nothing else of it.
    """

    NULL = auto()
    VALUE = auto()
    BEGINNING = auto()


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


def held_of(values: Sequence[Value]) -> tuple[Held, ...]:
    """Return the kind of content of each cursor value.

    It is kept where the values come with each run.
    """
    return tuple(map(_held, values))


def _held(value: Value) -> Held:
    match value:
        case None:
            return Held.NULL
        case Beginning():
            return Held.BEGINNING
        case _:
            return Held.VALUE


def named_values(name: str, values: Sequence[Value]) -> dict[str, Any]:
    """Return the parameters' values for `beyond`.

    The parameters are those that `beyond` gives the same name.
    """
    texts = (value.text if isinstance(value, Beginning) else value for value in values)
    return {f"{name}_{index}": value for index, value in enumerate(texts)}


def beyond(
    statement: Select[Any],
    ordering: Ordering,
    name: str,
    held_values: Sequence[Held],
    *,
    backwards: bool = False,
) -> ColumnElement[bool]:
    """Return the condition for rows after (or before) a cursor.

    The cursor's values are parameters. The statement selects the whole list, in which the row of the cursor
    is looked up where necessary. NULL is no parameter, as `IS NULL` is another condition.
    """
    values = [
        None if kind is Held.NULL else bindparam(f"{name}_{index}", type_=term.expression.type)
        for index, (term, kind) in enumerate(zip(ordering.terms, held_values, strict=True))
    ]
    keys = [
        term.expression == value for term, value in zip(ordering.terms, values, strict=True) if term.is_key
    ]
    row = statement.where(*keys).limit(literal_column("1"))
    bounds = [
        _looked_up(term, value, row, backwards=backwards) if kind is Held.BEGINNING else value
        for term, value, kind in zip(ordering.terms, values, held_values, strict=True)
    ]
    return seek(ordering, bounds, backwards=backwards)


def _looked_up(term: Term, beginning: Any, row: Select[Any], *, backwards: bool) -> ColumnElement[str]:
    """Return the whole text of the cursor's row.

    If it no longer begins with `beginning`, or the row is gone, the result is a text before all texts that
    do, in the order of the list.
    """
    begins_so = func.substr(term.expression, 1, func.length(beginning)) == beginning
    whole = row.where(begins_so).with_only_columns(term.expression).correlate_except(*row.get_final_froms())
    descends = term.descending != backwards
    return func.coalesce(whole.scalar_subquery(), beginning + LAST_CHARACTER if descends else beginning)


def seek(
    ordering: Ordering, values: Sequence[Value | ColumnElement[Any]], *, backwards: bool = False
) -> ColumnElement[bool]:
    """Return the condition for rows strictly after (or before) sort keys.

    CASE does not nest, however many terms there are: nested conditions overflow SQLite's parser.
    """
    keys = list(zip(ordering.terms, values, strict=True))
    directions = {term.descending for term in ordering.terms}
    if len(directions) == 1 and not any(term.nullable for term in ordering.terms):
        return _row_comparison(keys, descends=directions.pop() != backwards)
    decisions: list[tuple[ColumnElement[bool], ColumnElement[bool]]] = []
    for term, value in keys:
        decisions.append((_strictly_after(term, value, backwards=backwards), true()))
        decisions.append((_strictly_after(term, value, backwards=not backwards), false()))
    after = case(*decisions, else_=false())
    bound = _index_bound(*keys[0], backwards=backwards)
    return after if bound is None else and_(bound, after)


def _index_bound(
    term: Term, value: Value | ColumnElement[Any], *, backwards: bool
) -> ColumnElement[bool] | None:
    """Return the first term's bound, for an index.

    The bound excludes what the first term alone rules out, where an index can begin with it: CASE has to
    visit each row. None where no bound is possible.
    """
    descends = term.descending != backwards
    if value is None:
        return term.expression.is_(None) if descends else None
    if isinstance(value, ColumnElement) and not isinstance(value, BindParameter):  # not to look it up twice
        return None
    if not descends:
        return term.expression >= value
    return None if term.nullable else term.expression <= value


def _row_comparison(
    keys: list[tuple[Term, Value | ColumnElement[Any]]], *, descends: bool
) -> ColumnElement[bool]:
    """Return the comparison `(a, b) > (1, 2)`.

    The one form that both databases answer by seeking in an index.
    """
    row = tuple_(*(term.expression for term, _ in keys))
    bound = tuple_(*(_bound(term, value) for term, value in keys))
    return row < bound if descends else row > bound


def _bound(term: Term, value: Value | ColumnElement[Any]) -> ColumnElement[Any]:
    return value if isinstance(value, ColumnElement) else literal(value, term.expression.type)


def _strictly_after(term: Term, value: Value | ColumnElement[Any], *, backwards: bool) -> ColumnElement[bool]:
    """Return the condition of one term.

    NULL is the smallest value.
    """
    if term.descending != backwards:
        if value is None:
            return false()
        smaller = term.expression < value
        return or_(smaller, term.expression.is_(None)) if term.nullable else smaller
    return term.expression.is_not(None) if value is None else term.expression > value


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
