"""Rows as JSON text, which the database writes.

It takes the driver and a response less than the columns do. PostgreSQL writes the text of a whole list as one
value, which it holds in memory: every column here is of bounded size.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, FromClause, Select, Table, and_, case

from models.sql.json_text import NULL, JsonWriter, PostgresJsonWriter, SqliteJsonWriter, constant
from models.sql.selection import InstantText, Join, TranslationText

WRITERS: Final[Mapping[str, JsonWriter]] = {
    writer.dialect: writer for writer in (PostgresJsonWriter(), SqliteJsonWriter())
}
WEIGHT: Final = 5
"""The SQL of a translation or of a list takes as long to be built as that of so many columns."""
Part: TypeAlias = str | ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class ColumnText:
    """The JSON of a column's value, `null` for NULL."""

    column: str | InstantText | TranslationText

    @property
    def name(self) -> str:
        """The name of the column."""
        return self.column if isinstance(self.column, str) else self.column.column


@dataclass(frozen=True, slots=True)
class ObjectText:
    """A JSON object of a row's columns; `null` where all columns in `null_without` are NULL.

    A value that is a `str` is a constant text of letters.
    """

    members: "tuple[tuple[str, ValueText], ...]"
    null_without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkText:
    """The object of the row that one of the joins finds.

    A row that is not found has its id alone, and an empty id is `null`.
    """

    objects: tuple[tuple[Join, ObjectText], ...]


@dataclass(frozen=True, slots=True)
class ChildrenText:
    """A list that belongs to the row's id. `number` counts the lists of a row."""

    number: int


ValueText: TypeAlias = str | ColumnText | ObjectText | LinkText | ChildrenText
WriteList: TypeAlias = Callable[[ColumnElement[str], FromClause], Select[Any]]
"""Writes the text of the rows of a list, which belongs to the row with a key in rows of another list."""


@dataclass(frozen=True, slots=True)
class RowText:
    """The text of a row. Equal texts give equal statements, so its hash is computed once."""

    row: ObjectText
    _hash: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash(self.row))

    def __hash__(self) -> int:
        return self._hash

    @property
    def columns(self) -> frozenset[str]:
        """The columns that it reads of the row itself."""
        return frozenset(_columns(self.row))

    @property
    def weight(self) -> int:
        """How long its SQL takes to be built, in columns."""
        return sum(_weights(self.row))

    @property
    def joins(self) -> frozenset[Join]:
        """The joins that it needs: none for a link that shows nothing but the id."""
        return frozenset(join for join, linked in _links(self.row) if set(_columns(linked)) - {"id"})

    def of(
        self, table: Table, rows: FromClause, dialect: str, lists: Sequence[WriteList] = ()
    ) -> ColumnElement[str]:
        """Return the text of one of the `rows` of a table.

        The joins are joined to `rows`, which have the columns of the text. `lists` are the lists in it.
        """
        return _Writing(WRITERS[dialect], table, rows, lists).object(self.row)


def _weights(text: ObjectText) -> Iterator[int]:
    for _, value in text.members:
        match value:
            case ColumnText(column=TranslationText()) | ChildrenText():
                yield WEIGHT
            case ColumnText():
                yield 1
            case ObjectText():
                yield from _weights(value)
            case LinkText(objects=objects):
                for _, linked in objects:
                    yield from _weights(linked)


def _columns(text: ObjectText) -> Iterator[str]:
    yield from text.null_without
    for _, value in text.members:
        match value:
            case ColumnText():
                yield value.name
            case ObjectText():
                yield from _columns(value)
            case LinkText(objects=objects):
                for join, _ in objects:
                    yield from (join.names, *(join.only or ())[:1])
            case ChildrenText():
                yield "id"


def _links(text: ObjectText) -> Iterator[tuple[Join, ObjectText]]:
    for _, value in text.members:
        match value:
            case ObjectText():
                yield from _links(value)
            case LinkText(objects=objects):
                yield from objects


@dataclass(frozen=True, slots=True)
class _Writing:
    """The text of a table's `rows` or, with a join, of the rows joined to them."""

    writer: JsonWriter
    table: Table
    rows: FromClause
    lists: Sequence[WriteList]
    join: Join | None = None

    def object(self, text: ObjectText) -> ColumnElement[str]:
        merged: list[Part] = []
        for part in self._object(text):
            if isinstance(part, str) and merged and isinstance(merged[-1], str):
                merged[-1] += part
            else:
                merged.append(part)
        return self.writer.joined([constant(part) if isinstance(part, str) else part for part in merged])

    def _object(self, text: ObjectText) -> Iterator[Part]:
        """The parts of the object's text, in order."""
        yield "{"
        for place, (key, value) in enumerate(text.members):
            yield f'{"," if place else ""}"{key}":'
            yield from self._value(value)
        yield "}"

    def _value(self, value: ValueText) -> Iterator[Part]:
        match value:
            case str():
                yield f'"{value}"'
            case ColumnText():
                yield self._shown(value)
            case ObjectText(null_without=()):
                yield from self._object(value)
            case ObjectText(null_without=names):
                is_null = and_(*(self._column(name).is_(None) for name in names))
                yield case((is_null, constant(NULL)), else_=self.object(value))
            case LinkText():
                yield self._link(value)
            case ChildrenText():
                yield "["  # what is put together on PostgreSQL may be NULL
                yield self.lists[value.number](self._column("id"), self.rows).scalar_subquery()
                yield "]"

    def _shown(self, text: ColumnText) -> ColumnElement[Any]:
        column = self._column(text.name)
        match text.column:
            case TranslationText(number=number):
                return self.writer.translation(column, number)
            case InstantText() as instant:
                value = instant.of(column, self.writer.dialect)
            case str():
                value = column
        return self.writer.value(value, nullable=self._may_be_null(text.name))

    def _column(self, name: str) -> ColumnElement[Any]:
        if self.join is None:
            return self.rows.c[name]
        return self.rows.c[self.join.names] if name == "id" else self.join.table.c[name]

    def _may_be_null(self, name: str) -> bool:
        """Whether the column may be NULL: all but the id may be where no row is joined."""
        return name != "id" if self.join is not None else bool(self.table.c[name].nullable)

    def _link(self, text: LinkText) -> ColumnElement[str]:
        """The object of the row that is joined; the joins of a link exclude each other."""
        [*other_objects, last] = text.objects
        is_null = self.rows.c[last[0].names] == constant("")
        branches = [
            (self.rows.c[join.only[0]] == constant(join.only[1]), self._linked(join, linked))
            for join, linked in other_objects
            if join.only is not None
        ]
        return case((is_null, constant(NULL)), *branches, else_=self._linked(*last))

    def _linked(self, join: Join, text: ObjectText) -> ColumnElement[str]:
        return replace(self, join=join).object(text)
