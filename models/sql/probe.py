"""Conditions and joins with one index lookup per row.

Both databases may turn EXISTS and IN into a join that begins with every row of the subquery. For one
row of a tenant with a big segment, that join reads the whole segment.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Join, Select, Table, literal_column, select, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

ONE: Final[ColumnElement[int]] = literal_column("1")
NO_OFFSET: Final[ColumnElement[int]] = literal_column("0")
"""Keeps both databases from merging a subquery with the statement around it."""


def has_row(statement: Select[Any]) -> ColumnElement[bool]:
    """Whether the correlated statement has a row.

    It is run for each row and ends at the first. PostgreSQL turns EXISTS into a join or into a hash table of
    all possible rows, also inside an OR. It does neither with a scalar subquery.
    """
    return statement.with_only_columns(ONE).limit(ONE).scalar_subquery().is_not(None)


def is_member(column: ColumnElement[Any], statement: Select[Any]) -> ColumnElement[bool]:
    """Return `column IN (statement)` as a check of rows.

    The condition is not used to find rows. The statement is run once and must not correlate. Without IS TRUE,
    SQLite seeks once for each member, and PostgreSQL joins. With it, both look the value up in a set.
    """
    return column.in_(statement).is_(True)


def with_row(
    source: FromClause, table: Table, has_key: ColumnElement[bool], dialect: str
) -> tuple[FromClause, FromClause]:
    """LEFT JOIN the row with a key.

    The join has one row, or none, with the key that `has_key` compares. The second result is where its
    columns are. PostgreSQL does not know how few rows a recursive `source` has, and would read the whole
    table.
    """
    if dialect == "sqlite":
        return source.join(table, has_key, isouter=True), table
    row = select(table).where(has_key).correlate(source).limit(ONE).lateral(table.name)
    return source.join(row, true(), isouter=True), row


def joined_row(
    source: FromClause, table: Table, selection: Select[Any], dialect: str
) -> tuple[FromClause, Sequence[ColumnElement[Any]]]:
    """Join a selected row to each row of a source.

    `selection` selects the row of a table for each row of the source. The second result is its columns. The
    row is looked up for each. PostgreSQL would read the whole table for a source of unknown size.
    """
    if dialect == "sqlite":
        return OrderedJoin(source, table, selection.whereclause), list(selection.selected_columns)
    row = selection.correlate(source).limit(ONE).lateral(f"row_of_{table.name}")
    return source.join(row, true()), list(row.c)


class OrderedJoin(Join):
    """A join that begins with its left side.

    Without statistics, SQLite may well begin with the right.
    """

    inherit_cache = True


@compiles(OrderedJoin, "sqlite")
def _cross_join(join: OrderedJoin, compiler: SQLCompiler, **options: Any) -> str:
    """Compile the join as CROSS JOIN for SQLite.

    It tells SQLite the order: https://www.sqlite.org/optoverview.html#crossjoin.
    """
    side_options = {**options, "asfrom": True}
    left, right = (compiler.process(side, **side_options) for side in (join.left, join.right))
    condition = true() if join.onclause is None else join.onclause
    return f"{left} CROSS JOIN {right} ON {compiler.process(condition, **{**options, 'asfrom': False})}"
