"""Pages that continue after a row.

Rows may be added or removed between two pages. Of a long text a cursor holds the beginning; the statement
looks up the rest in the row that the cursor names. Where that row is gone, the page continues at the first
text with that beginning: it may show rows again, but it leaves none out.
"""

from collections.abc import Sequence
from enum import Enum, auto
from typing import Any, Final

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

from models.sql.cursor import Beginning, Value
from models.sql.ordering import Ordering, Term

LAST_CHARACTER: Final = "\U0010ffff"


class Held(Enum):
    """The content of a cursor for one sort key.

    The SQL depends on nothing else of it.
    """

    NULL = auto()
    VALUE = auto()
    BEGINNING = auto()


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
