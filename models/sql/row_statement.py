"""Statements that write many rows of one tenant, run by the driver.

PostgreSQL inserts up to 1,000 rows in one statement, whose parameters are arrays of columns. Other statements
run once for each row: an UPDATE or DELETE that joins arrays would be planned by the size that the table had,
and might read all of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    BindParameter,
    ClauseElement,
    ColumnElement,
    Dialect,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from models.sql.prepared import Parameters, Process, prepare_text
from models.tables.columns import JsonValue

PREFIX: Final = "row_"
"""The parameter of a column: SQLAlchemy reserves the column's own name."""
TENANT: Final = "tenant"
AT_ONCE: Final = 1_000
"""Rows of an INSERT, which has the time limit of a statement."""
ANYTHING: Final = select(1)
"""A statement that begins a transaction where none has begun."""
Build: TypeAlias = Callable[[Table, str], ClauseElement]
"""Builds a statement on a table for a dialect."""


@dataclass(frozen=True, slots=True, eq=False)
class RowStatement:
    """A statement in the form of one driver, with the columns in the order of its parameters.

    `is_whole` says that one run writes many rows.
    """

    sql: str
    columns: Sequence[tuple[str, Process | None]]
    is_whole: bool

    def runs(self, rows: Sequence[Parameters]) -> Sequence[Sequence[Any]]:
        """Return the driver's values of each run."""
        if not self.is_whole:
            return list(zip(*self._lists(rows), strict=True))
        return [self._arrays(rows[start : start + AT_ONCE]) for start in range(0, len(rows), AT_ONCE)]

    def _lists(self, rows: Sequence[Parameters]) -> list[list[Any]]:
        """The values of each column."""
        return [_stored([row[name] for row in rows], process) for name, process in self.columns]

    def _arrays(self, rows: Sequence[Parameters]) -> list[Any]:
        """The values of each column, but of the tenant only one."""
        lists = zip(self.columns, self._lists(rows), strict=True)
        return [values[0] if name == TENANT else values for (name, _), values in lists]


def _stored(values: list[Any], process: Process | None) -> list[Any]:
    """Convert values of a column to the driver's; equal neighbours are converted once."""
    if process is None:
        return values
    stored: list[Any] = []
    last: Any = process  # equal to no value
    converted: Any = None
    for value in values:
        if value is not last:
            last, converted = value, process(value)
        stored.append(converted)
    return stored


def row_statement(build: Build, table: Table, dialect: Dialect) -> RowStatement:
    """Return a statement of this module, compiled once for each kind of database."""
    key = build, table, dialect.name
    if key not in _COMPILED:
        _COMPILED[key] = _compiled(build, table, dialect)
    return _COMPILED[key]


def _compiled(build: Build, table: Table, dialect: Dialect) -> RowStatement:
    text = prepare_text(build(table, dialect.name), dialect)
    names = [name.removeprefix(PREFIX) for _, name, _ in sorted(text.parameters)]
    processes = {name: table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names}
    is_whole = build is inserted and dialect.name == "postgresql"
    return RowStatement(text.sql, [(name, processes[name]) for name in names], is_whole)


def inserted(table: Table, dialect: str) -> ClauseElement:
    """INSERT the rows."""
    if dialect != "postgresql":
        return table.insert().values({field.name: _value(field) for field in table.c})
    fields = [field for field in table.c if field.name != TENANT]
    unnested = func.unnest(*(_array(field) for field in fields))
    rows = unnested.table_valued(*(column(field.name) for field in fields), name="listed").render_derived()
    columns = [
        cast(rows.c[field.name], field.type) if field.type is JsonValue else rows.c[field.name]
        for field in fields
    ]
    names = [TENANT, *(field.name for field in fields)]
    return table.insert().from_select(names, select(_value(table.c[TENANT]), *columns))


def updated(table: Table, _dialect: str) -> ClauseElement:
    """UPDATE each row by its key."""
    content = {field.name: _value(field) for field in table.c if not field.primary_key}
    return table.update().where(_has_key(table)).values(content)


def deleted(table: Table, _dialect: str) -> ClauseElement:
    """DELETE each row by its key."""
    return table.delete().where(_has_key(table))


def _has_key(table: Table) -> ColumnElement[bool]:
    return and_(*(field == _value(field) for field in table.primary_key))


def _value(field: ColumnElement[Any]) -> BindParameter[Any]:
    return bindparam(f"{PREFIX}{field.key}", type_=field.type)


def _array(field: ColumnElement[Any]) -> BindParameter[Any]:
    """The values of a column; JSON is sent as text, which takes no call for each value."""
    return bindparam(f"{PREFIX}{field.key}", type_=ARRAY(Text() if field.type is JsonValue else field.type))


_COMPILED: Final[dict[tuple[Build, Table, str], RowStatement]] = {}
"""Up to three for each table and kind of database."""
