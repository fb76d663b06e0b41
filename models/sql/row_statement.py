"""Statements that write many rows of one tenant, run by the driver.

Many rows are inserted at once: PostgreSQL copies them, and SQLite takes a list of values. Other statements
run once for each row: an UPDATE or DELETE that joins lists would be planned by the size that the table had,
and might read all of it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import BindParameter, ClauseElement, ColumnElement, Dialect, Table, and_, bindparam, select

from models.sql.listed_insert import ListedInsert, listed_insert
from models.sql.prepared import Parameters, Process, Run, Target, prepare_text

PREFIX: Final = "row_"
"""The parameter of a column: SQLAlchemy reserves the column's own name."""
TENANT: Final = "tenant"
COPIED: Final = 20
"""Rows from which on a COPY takes less time than an INSERT of each."""
AT_ONCE: Final = 2_000
"""Rows of a COPY, which has the time limit of a statement."""
ANYTHING: Final = select(1)
"""A statement that begins a transaction where none has begun."""
EMPTY: Final[dict[str, Any]] = {}
Build: TypeAlias = Callable[[Table, Dialect], "RowStatement"]
"""Builds a statement on a table for a database."""
Columns: TypeAlias = Sequence[tuple[str, Process | None]]
"""Names of columns with the functions to the driver's values, in the order of parameters."""


@dataclass(frozen=True, slots=True, eq=False)
class RowStatement(ABC):
    """A statement in the form of one driver."""

    columns: Columns

    @abstractmethod
    def runs(self, rows: Sequence[Parameters]) -> Sequence[Run]:
        """Return the driver's runs that write the rows."""

    def values(self, rows: Sequence[Parameters]) -> list[tuple[Any, ...]]:
        """The driver's values of each row."""
        lists = (_stored([row[name] for row in rows], process) for name, process in self.columns)
        return list(zip(*lists, strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class _RowByRow(RowStatement):
    sql: str

    def runs(self, rows: Sequence[Parameters]) -> Sequence[Run]:
        return [Run(self.sql, self.values(rows))]


@dataclass(frozen=True, slots=True, eq=False)
class _Copied(_RowByRow):
    """An INSERT on PostgreSQL."""

    target: Target

    def runs(self, rows: Sequence[Parameters]) -> Sequence[Run]:
        if len(rows) < COPIED:
            return [Run(self.sql, self.values(rows))]
        return copied(self.target, self.values(rows))


def copied(target: Target, rows: Sequence[Sequence[Any]]) -> list[Run]:
    """The runs that copy rows, of the driver's values, on PostgreSQL."""
    sql = f"COPY {target.table} ({', '.join(target.columns)}) FROM STDIN"
    return [Run(sql, rows[start : start + AT_ONCE], target) for start in range(0, len(rows), AT_ONCE)]


@dataclass(frozen=True, slots=True, eq=False)
class _Listed(RowStatement):
    """An INSERT on SQLite."""

    insert: ListedInsert

    def runs(self, rows: Sequence[Parameters]) -> Sequence[Run]:
        return self.insert.runs([rows[0][TENANT]], self.values(rows))


def _stored(values: list[Any], process: Process | None) -> list[Any]:
    """Convert values of a column to the driver's; the same and empty neighbours are converted once."""
    if process is None:
        return values
    stored: list[Any] = []
    last: Any = process  # equal to no value
    converted: Any = None
    for value in values:
        if value is not last and not value == EMPTY == last:
            last, converted = value, process(value)
        stored.append(converted)
    return stored


def row_statement(build: Build, table: Table, dialect: Dialect) -> RowStatement:
    """Return a statement of this module, compiled once for each kind of database."""
    key = build, table, dialect.name
    if key not in _COMPILED:
        _COMPILED[key] = build(table, dialect)
    return _COMPILED[key]


def inserted(table: Table, dialect: Dialect) -> RowStatement:
    """INSERT the rows."""
    if dialect.name == "postgresql":
        insert = table.insert().values({field.name: _value(field) for field in table.c})
        each = _row_by_row(insert, table, dialect)
        names = [name for name, _ in each.columns]
        return _Copied(each.columns, each.sql, Target(table.name, names))
    names = [field.name for field in table.c if field.name != TENANT]
    return _Listed(_columns(table, dialect, names), listed_insert(table, [TENANT], names))


def updated(table: Table, dialect: Dialect) -> RowStatement:
    """UPDATE each row by its key."""
    content = {field.name: _value(field) for field in table.c if not field.primary_key}
    return _row_by_row(table.update().where(_has_key(table)).values(content), table, dialect)


def deleted(table: Table, dialect: Dialect) -> RowStatement:
    """DELETE each row by its key."""
    return _row_by_row(table.delete().where(_has_key(table)), table, dialect)


def _row_by_row(statement: ClauseElement, table: Table, dialect: Dialect) -> _RowByRow:
    text = prepare_text(statement, dialect)
    names = [name.removeprefix(PREFIX) for _, name, _ in sorted(text.parameters)]
    return _RowByRow(_columns(table, dialect, names), text.sql)


def _columns(table: Table, dialect: Dialect, names: Sequence[str]) -> Columns:
    return [(name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names]


def _has_key(table: Table) -> ColumnElement[bool]:
    return and_(*(field == _value(field) for field in table.primary_key))


def _value(field: ColumnElement[Any]) -> BindParameter[Any]:
    return bindparam(f"{PREFIX}{field.key}", type_=field.type)


_COMPILED: Final[dict[tuple[Build, Table, str], RowStatement]] = {}
"""Up to three for each table and kind of database."""
