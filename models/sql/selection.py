"""What is read of a row: columns as they are, or as the text that an answer shows of them.

Such text is passed on as it comes. To understand a JSON value or an instant, and to write it again,
costs more than to find it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    JSON,
    BindParameter,
    ColumnElement,
    FromClause,
    LargeBinary,
    Table,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
)

from models.blank import has_text
from models.tables.columns import PlainText, UtcDateTime

INSTANT_FORMAT: Final = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'


@dataclass(frozen=True, slots=True)
class JsonText:
    """A JSON column as text."""

    column: str

    @property
    def key(self) -> str:
        """Where it stands in a row."""
        return TEXT_KEYS[self.column]

    def of(self, column: ColumnElement[Any], _dialect: str) -> ColumnElement[str]:
        return cast(column, Text)


@dataclass(frozen=True, slots=True)
class InstantText:
    """An instant as the API shows it (`models.tables.columns.instant_text`); SQLite has it so."""

    column: str

    @property
    def key(self) -> str:
        """Where it stands in a row."""
        return TEXT_KEYS[self.column]

    def of(self, column: ColumnElement[Any], dialect: str) -> ColumnElement[str]:
        if dialect == "sqlite":
            return cast(column, Text)
        return func.to_char(func.timezone("UTC", column), INSTANT_FORMAT, type_=Text)


@dataclass(frozen=True, slots=True)
class TranslationText:
    """The translation of a localized column as JSON text: a string in quotes.

    All translations, an object, where there is none in that language or a blank one; and on SQLite, which
    takes longer to find one than to hand over all. `number` says which of the run's languages is meant.
    """

    column: str
    number: int

    @property
    def key(self) -> str:
        """Where it stands in a row."""
        return translation_key(self.column, self.number)

    def of(self, column: ColumnElement[Any], dialect: str) -> ColumnElement[str]:
        if dialect == "sqlite":
            return cast(column, Text)
        language = language_parameter(self.number)
        is_filled = has_text(column.op("->>", return_type=Text())(language))
        translation = column.op("->", return_type=column.type)(language)
        return cast(case((is_filled, translation), else_=column), Text)


OwnColumn: TypeAlias = str | JsonText | InstantText | TranslationText
"""A column of the row's own table by its name, or text of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Join:
    """The row of another table whose `id` is in the column `names` of a row.

    `only` is a column of that row and the value that it has where the id is one of this table.
    """

    table: Table
    names: str
    only: tuple[str, str] | None = None

    def on(self, rows: FromClause, tenant: ColumnElement[str]) -> ColumnElement[bool]:
        """The condition that joins at most one row to each of `rows`, which are the tenant's."""
        is_named = and_(self.table.c.tenant == tenant, self.table.c.id == rows.c[self.names])
        return is_named if self.only is None else and_(is_named, rows.c[self.only[0]] == self.only[1])


@dataclass(frozen=True, slots=True)
class Joined:
    """A column of a joined row; NULL where nothing is joined."""

    join: Join
    wanted: OwnColumn

    @property
    def key(self) -> str:
        """Where it stands in a row."""
        return f"{self.join.table.name}: {key_of(self.wanted)}"

    @property
    def column(self) -> str:
        """No column of the row's own table has this name."""
        return self.key

    def of_join(self, dialect: str) -> ColumnElement[Any]:
        """What to SELECT."""
        table, column = self.join.table, self.wanted
        selected = table.c[column] if isinstance(column, str) else column.of(table.c[column.column], dialect)
        return selected.label(self.key)


Wanted: TypeAlias = OwnColumn | Joined
"""A column of a row, or of a row that is joined to it."""


class _TextKeys(dict[str, str]):
    """By column; a document of 50 rows looks 400 of them up."""

    def __missing__(self, column: str) -> str:
        key = self[column] = f"{column} as text"
        return key


TEXT_KEYS: Final = _TextKeys()
"""Where the text of a column stands in a row."""


def translation_key(column: str, number: int) -> str:
    """Where its text in one of the run's languages stands."""
    return f"{column} in language {number}"


def is_one_text(text: str) -> bool:
    """Whether a `TranslationText` is one text, in the very language, and not all translations."""
    return text[0] == '"'


def key_of(column: Wanted) -> str:
    """Where something stands in a row."""
    return column if isinstance(column, str) else column.key


@cache
def language_parameter(number: int) -> BindParameter[str]:
    """The parameter that holds one of the run's languages."""
    return bindparam(f"language_{number}", type_=PlainText)


def json_bytes(column: ColumnElement[Any], dialect: str) -> ColumnElement[int]:
    """About the bytes of a JSON column as text; NULL of NULL.

    PostgreSQL knows the size of what it has not compressed, and has to read the rest.
    """
    if dialect == "sqlite":
        return func.length(cast(column, LargeBinary))
    text_bytes = func.octet_length(cast(column, Text))
    is_stored_plainly = func.pg_column_compression(column).is_(None)
    return case((is_stored_plainly, func.pg_column_size(column)), else_=text_bytes)


def selected(table: FromClause, columns: Iterable[Wanted], dialect: str) -> list[ColumnElement[Any]]:
    """What to SELECT of a table, in the order of its keys; all columns where nothing is named.

    What belongs to another table is passed over: rows of several tables are asked for together.
    """
    ordered = sorted(columns, key=key_of) or list(table.c.keys())
    return [_selected(table, column, dialect) for column in ordered if _column(column) in table.c]


@cache
def text_columns(table: Table, localized: tuple[str, ...], *, in_one_language: bool) -> frozenset[Wanted]:
    """All columns of a table, JSON and instants as text; localized ones whole, or in the run's language."""

    def wanted(column: ColumnElement[Any], name: str) -> Wanted:
        if isinstance(column.type, UtcDateTime):
            return InstantText(name)
        if isinstance(column.type, JSON):
            return TranslationText(name, 0) if in_one_language and name in localized else JsonText(name)
        return name

    return frozenset(wanted(column, name) for name, column in table.c.items())


def _column(column: Wanted) -> str:
    return column if isinstance(column, str) else column.column


def _selected(table: FromClause, column: Wanted, dialect: str) -> ColumnElement[Any]:
    if isinstance(column, str):
        return table.c[column]
    if isinstance(column, Joined):
        raise TypeError("a joined column is not one of this table")
    return column.of(table.c[column.column], dialect).label(column.key)
