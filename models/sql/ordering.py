"""The order of a list (behaviour D20, D21).

It is a total order, the same on both databases. Missing values come first ascending and last descending.
Every order ends in the keys of its noun, so no two rows are ever equal and a page can continue after any row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    FromClause,
    Label,
    Table,
    bindparam,
    func,
    type_coerce,
)

from models.filter.catalogue import Catalogue, Kind, ResolvedField
from models.filter.dialects import dialect_named
from models.filter.dialects.base import SqlDialect
from models.filter.errors import SortError, shortened
from models.filter.names import FreeNames
from models.filter.tree import Path, written
from models.tables.columns import PlainText

MOST_FIELDS: Final = 10
LONGEST_SORT: Final = 2000
MOST_NAMES: Final = 20
"""Names under `mixins` in a sort: a cursor compares with each term, and each term goes down all its names."""
FEW_TAGS: Final = 8
SORT_LANGUAGE: Final = "sort_language_"
SORT_LANGUAGES: Final = "sort_languages"


@dataclass(frozen=True, slots=True)
class Order:
    """One field to sort by."""

    path: Path
    descending: bool = False


class TermKind(Enum):
    """The kind of a term's values, in rows and cursors."""

    TEXT = auto()
    INTEGER = auto()
    NUMBER = auto()
    INSTANT = auto()


@dataclass(frozen=True, slots=True)
class Term:
    """One expression to sort by.

    Only a nullable one needs care for NULL, which would cost an index.
    """

    expression: ColumnElement[Any]
    descending: bool
    kind: TermKind
    nullable: bool = False
    is_key: bool = False
    """A column of the row's key, by which a cursor names its row."""

    @property
    def may_be_cut(self) -> bool:
        """Whether a cursor may hold only the value's beginning."""
        return self.kind is TermKind.TEXT and not self.is_key

    def order_by(self, *, backwards: bool) -> ColumnElement[Any]:
        """Return the term for ORDER BY.

        SQLite sorts NULL as smallest by default; on PostgreSQL the clause must say so.
        """
        descends = self.descending != backwards
        sorted_ = self.expression.desc() if descends else self.expression.asc()
        if not self.nullable:
            return sorted_
        return sorted_.nulls_last() if descends else sorted_.nulls_first()


@dataclass(frozen=True, slots=True)
class LookupShape:
    """The shape of a language lookup.

    Its SQL depends on nothing else; the tags themselves are parameters of the statement.

    `tags` counts them where they are few. More are one parameter, a list: this takes twice as long for a row,
    while a statement with a parameter for each of a hundred tags takes 50 ms to be built.
    """

    tags: int
    or_any: bool

    def text(self, translations: ColumnElement[Any], dialect: SqlDialect) -> ColumnElement[str] | None:
        """Return the text as SQL.

        None where no language is looked up.
        """
        if self.tags > FEW_TAGS:
            texts = [dialect.first_of(translations, SORT_LANGUAGES)]
        else:
            texts = [dialect.translation(translations, _tag_parameter(number)) for number in range(self.tags)]
        if self.or_any:
            texts.append(dialect.first_translation(translations))
        return func.coalesce(*texts) if len(texts) > 1 else next(iter(texts), None)


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages by which localized fields are sorted.

    They apply to a field without a language in its path. The text is that of the first tag that has one.
    Where none of them has, `or_any` takes the text of the alphabetically first language.
    """

    tags: tuple[str, ...] = ()
    or_any: bool = False

    @property
    def shape(self) -> LookupShape:
        return LookupShape(min(len(self.tags), FEW_TAGS + 1), self.or_any)

    @property
    def values(self) -> dict[str, Any]:
        """The tags as parameters of a statement of this shape."""
        if len(self.tags) > FEW_TAGS:
            return {SORT_LANGUAGES: self.tags}
        return {f"{SORT_LANGUAGE}{number}": tag for number, tag in enumerate(self.tags)}


def _tag_parameter(number: int) -> BindParameter[str]:
    return bindparam(f"{SORT_LANGUAGE}{number}", type_=PlainText)


@cache
def _key_names(count: int) -> tuple[str, ...]:
    return tuple(f"key_{index}" for index in range(count))


@dataclass(frozen=True, slots=True)
class Ordering:
    """A total order over the rows of one list.

    And the reference tables that it needs joined.
    """

    terms: tuple[Term, ...]
    tables: frozenset[Table]

    def order_by(self, *, backwards: bool = False) -> list[ColumnElement[Any]]:
        """Return the terms for ORDER BY."""
        return [term.order_by(backwards=backwards) for term in self.terms]

    def over(self, rows: FromClause) -> "Ordering":
        """Return the same order over selected rows.

        The rows were selected with the `key_columns`.
        """
        pairs = zip(self.key_names, self.terms, strict=True)
        return Ordering(tuple(replace(term, expression=rows.c[name]) for name, term in pairs), frozenset())

    def key_columns(self) -> list[Label[Any]]:
        """The columns needed for the cursor of a row.

        In the order of the terms.
        """
        return [term.expression.label(name) for name, term in zip(self.key_names, self.terms, strict=True)]

    @property
    def key_names(self) -> tuple[str, ...]:
        """The names of the key columns."""
        return _key_names(len(self.terms))


def parse_sort(text: str | None) -> tuple[Order, ...]:
    """Parse the orders of `field[:direction],...`.

    Only `desc`, in any case, descends.
    """
    if text is None or not text.strip():
        return ()
    if len(text) > LONGEST_SORT:
        raise SortError(f"A sort may have at most {LONGEST_SORT} characters.")
    return tuple(map(_parse_order, text.split(",")))


def _parse_order(text: str) -> Order:
    key, _, direction = text.strip().partition(":")
    path = tuple(key.strip().split("."))
    if not all(path):
        raise SortError(
            f"{shortened(text.strip())!r} is not a field to sort by. Write field or field:desc, "
            "with commas between fields.",
            key=shortened(key),
        )
    return Order(path, descending=direction.strip().lower() == "desc")


def shape_of_orders(orders: Sequence[Order], catalogue: Catalogue) -> tuple[tuple[Order, ...], FreeNames]:
    """Return the orders with parameters for free names.

    And those names, which clients choose freely.
    """
    names = FreeNames(catalogue, "order_name")
    shape = tuple(Order(names.taken_from(order.path), order.descending) for order in orders)
    return shape, names


def order_terms(orders: Sequence[Order], catalogue: Catalogue, dialect: str, lookup: LookupShape) -> Ordering:
    """Return the orders as SQL.

    The keys of the noun follow them. Raises FilterError for an unknown field.
    """
    if len(orders) > MOST_FIELDS:
        raise SortError(f"A list can be sorted by at most {MOST_FIELDS} fields.")
    sql = dialect_named(dialect)
    sorted_by: dict[tuple[Path, Path], list[Term]] = {}
    tables: set[Table] = set()
    names = 0
    for order in (*orders, *map(Order, catalogue.keys)):
        resolved = catalogue.resolve(order.path)
        if resolved.field.link is not None:
            name = written(order.path)
            raise SortError(f"{name} may have several values, and is no field to sort by.", key=name)
        names += len(resolved.subpath)
        if names > MOST_NAMES:
            raise SortError(f"A sort may have at most {MOST_NAMES} names under mixins together.")
        place = resolved.field.path, resolved.subpath
        if place not in sorted_by:
            is_key = resolved.field.path in catalogue.keys
            sorted_by[place] = list(_terms(resolved, order, sql, lookup, is_key=is_key))
            tables.update(resolved.field.joined)
    return Ordering(tuple(term for terms in sorted_by.values() for term in terms), frozenset(tables))


def _terms(
    resolved: ResolvedField, order: Order, dialect: SqlDialect, lookup: LookupShape, *, is_key: bool
) -> Iterator[Term]:
    field = resolved.field
    match field.kind:
        case Kind.TEXT:
            yield Term(field.column, order.descending, TermKind.TEXT, field.nullable, is_key)
        case Kind.INTEGER:
            yield Term(field.column, order.descending, TermKind.INTEGER, field.nullable)
        case Kind.INSTANT:
            yield Term(field.column, order.descending, TermKind.INSTANT, field.nullable)
        case Kind.LOCALIZED:
            text = _localized(resolved, dialect, lookup)
            if text is not None:
                yield Term(text, order.descending, TermKind.TEXT, nullable=True)
        case Kind.JSON:
            yield from _json_terms(resolved, order, dialect)


def _localized(
    resolved: ResolvedField, dialect: SqlDialect, lookup: LookupShape
) -> ColumnElement[str] | None:
    column = resolved.field.column
    if resolved.subpath:
        return dialect.translation(column, resolved.tag)
    return lookup.text(column, dialect)


def _json_terms(resolved: ResolvedField, order: Order, dialect: SqlDialect) -> Iterator[Term]:
    if not resolved.subpath:
        name = written(order.path)
        raise SortError(
            f"{name} holds many values: name the one to sort by, as in {name}.loyalty.points.", key=name
        )
    rank, number, text = dialect.json_order(resolved.field.column, resolved.subpath)
    yield Term(type_coerce(rank, BigInteger), order.descending, TermKind.INTEGER)
    yield Term(number, order.descending, TermKind.NUMBER)
    yield Term(text, order.descending, TermKind.TEXT)
