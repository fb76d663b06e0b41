"""The columns to read of a row, as values or as text.

The text is the one that a response shows of them. Such text is passed on as it comes. Parsing a JSON value or
an instant and writing it again costs more than finding it.
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
        """The key in a row."""
        return TEXT_KEYS[self.column]

    def of(self, column: ColumnElement[Any], _dialect: str) -> ColumnElement[str]:
        return cast(column, Text)


@dataclass(frozen=True, slots=True)
class InstantText:
    """An instant as the API shows it.

    As `models.tables.columns.instant_text` writes it; SQLite stores it so.
    """

    column: str

    @property
    def key(self) -> str:
        """The key in a row."""
        return TEXT_KEYS[self.column]

    def of(self, column: ColumnElement[Any], dialect: str) -> ColumnElement[str]:
        if dialect == "sqlite":
            return cast(column, Text)
        return func.to_char(func.timezone("UTC", column), INSTANT_FORMAT, type_=Text)


@dataclass(frozen=True, slots=True)
class TranslationText:
    """A localized column's translation as JSON text.

    A string in quotes, or all translations, an object, where there is none in that language or a blank one;
    and on SQLite, which takes longer to find one than to return all. `number` selects one of the run's
    languages.
    """

    column: str
    number: int

    @property
    def key(self) -> str:
        """The key in a row."""
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
    """A join to the row named by a column.

    The column `names` of a row holds the other row's `id`, and an empty text where there is none. `only` is a
    column of the first row and the value that it has where the id is one of this table.
    """

    table: Table
    names: str
    only: tuple[str, str] | None = None

    def on(self, rows: FromClause, tenant: ColumnElement[str]) -> ColumnElement[bool]:
        """Return the condition of the join.

        It joins at most one row to each of `rows`, which are the tenant's. Rows without an id, or with one of
        another table, are not looked up: the id is NULL for them.
        """
        linked_id: ColumnElement[Any] = func.nullif(rows.c[self.names], "", type_=PlainText)
        if self.only is not None:
            column, value = self.only
            linked_id = case((rows.c[column] == value, rows.c[self.names]))
        return and_(self.table.c.tenant == tenant, self.table.c.id == linked_id)


@dataclass(frozen=True, slots=True)
class Joined:
    """A column of a joined row.

    NULL where nothing is joined.
    """

    join: Join
    own_column: OwnColumn

    @property
    def key(self) -> str:
        """The key in a row."""
        return f"{self.join.table.name}: {key_of(self.own_column)}"

    @property
    def column(self) -> str:
        """A name unlike any column of the row's own table."""
        return self.key

    def of_join(self, dialect: str) -> ColumnElement[Any]:
        """Return the column to SELECT."""
        table, column = self.join.table, self.own_column
        selected = table.c[column] if isinstance(column, str) else column.of(table.c[column.column], dialect)
        return selected.label(self.key)


Wanted: TypeAlias = OwnColumn | Joined
"""A column of a row, or of a row that is joined to it."""


class _TextKeys(dict[str, str]):
    """Keys of text columns, by column.

    A document of 50 rows looks 400 of them up.
    """

    def __missing__(self, column: str) -> str:
        key = self[column] = f"{column} as text"
        return key


TEXT_KEYS: Final = _TextKeys()
"""Where the text of a column stands in a row."""


def translation_key(column: str, number: int) -> str:
    """Return the key of a text in one of the run's languages."""
    return f"{column} in language {number}"


def is_one_text(text: str) -> bool:
    """Whether a `TranslationText` is a single text.

    Then it is in the very language; else all translations.
    """
    return text[0] == '"'


def key_of(column: Wanted) -> str:
    """Return the key of a column in a row."""
    return column if isinstance(column, str) else column.key


@cache
def language_parameter(number: int) -> BindParameter[str]:
    """Return the parameter of one of the run's languages."""
    return bindparam(f"language_{number}", type_=PlainText)


def json_bytes(column: ColumnElement[Any], dialect: str) -> ColumnElement[int]:
    """Estimate the bytes of a JSON column as text.

    NULL of NULL. PostgreSQL knows the size of values that it has not compressed, and has to read the rest.
    """
    if dialect == "sqlite":
        return func.length(cast(column, LargeBinary))
    text_bytes = func.octet_length(cast(column, Text))
    is_stored_plainly = func.pg_column_compression(column).is_(None)
    return case((is_stored_plainly, func.pg_column_size(column)), else_=text_bytes)


def selected(table: FromClause, columns: Iterable[Wanted], dialect: str) -> list[ColumnElement[Any]]:
    """Return the columns to SELECT of a table.

    In the order of their keys; all columns where nothing is named. Columns of another table are left out:
    rows of several tables are selected together.
    """
    ordered = sorted(columns, key=key_of) or list(table.c.keys())
    return [_selected(table, column, dialect) for column in ordered if _column(column) in table.c]


@cache
def text_columns(table: Table, localized: tuple[str, ...], *, in_one_language: bool) -> frozenset[Wanted]:
    """Return all columns of a table, as text where possible.

    JSON and instants are text; localized columns whole, or in the run's language.
    """

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
