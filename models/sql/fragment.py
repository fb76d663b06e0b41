"""Columns that are compiled once each, and put together to statements as text.

Compiling a condition takes milliseconds, and a statement may have any selection of many conditions.
"""

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Dialect, FromClause, literal_column, select

from models.sql.prepared import Prepared, Process, Query, Row, prepare

BEGIN: Final = "0 /* begin */"
END: Final = "0 /* end */"
NUMBER: Final = re.compile(r"\$(\d+)")
COLUMN: Final = "column_"
_NOTHING: Final = select()


@dataclass(frozen=True, slots=True)
class Fragment:
    """A column in SQL, and the values of its places, as `Prepared` has them."""

    sql: str
    constants: Sequence[Any]
    given: Sequence[tuple[int, str, Process | None]]

    @property
    def size(self) -> int:
        """An estimate of its bytes."""
        return 2_000 + 2 * len(self.sql) + sum(map(sys.getsizeof, self.constants))


def fragment(column: ColumnElement[Any], source: FromClause, dialect: Dialect) -> Fragment:
    """Compile a column over a source, whose joins have no parameters."""
    columns = [literal_column(BEGIN), column.label(COLUMN), literal_column(END)]
    prepared = prepare(select(*columns).select_from(source), dialect)
    sql = prepared.sql.partition(f"{BEGIN}, ")[2].rpartition(f" AS {COLUMN}, {END}")[0]
    return Fragment(sql, prepared.constants, prepared.given)


def with_fragments(query: Query, fragments: Sequence[Fragment], dialect: Dialect) -> Prepared:
    """A SELECT of texts, with the further columns `column_0`, `column_1` and so on.

    The query has no parameters before its FROM. It must not be the first statement of a transaction.
    """
    base = prepare(query, dialect)
    head, from_, rest = base.sql.partition("\nFROM ")
    is_numbered = "$1" in base.sql
    parts = [Fragment("", base.constants, base.given), *fragments]
    if not is_numbered:  # places are counted as they stand in the text
        parts = [*parts[1:], parts[0]]
    constants: list[Any] = []
    given: list[tuple[int, str, Process | None]] = []
    columns: list[str] = []
    for part in parts:
        offset = len(constants)
        constants += part.constants
        given += ((place + offset, name, process) for place, name, process in part.given)
        if part.sql:
            sql = NUMBER.sub(_shifted(offset), part.sql) if is_numbered else part.sql
            columns.append(f"{sql} AS {COLUMN}{len(columns)}")
    sql = f"{', '.join([head, *columns])}{from_}{rest}"
    names = [*query.selected_columns.keys(), *(f"{COLUMN}{number}" for number in range(len(fragments)))]
    read = None if base.is_ready else _reader(names)
    return replace(base, statement=_NOTHING, sql=sql, constants=constants, given=tuple(given), read=read)


def _shifted(offset: int) -> Callable[[re.Match[str]], str]:
    return lambda number: f"${int(number[1]) + offset}"


def _reader(names: Sequence[str]) -> Callable[[Sequence[Any]], Sequence[Row]]:
    return lambda records: [dict(zip(names, record, strict=True)) for record in records]
