"""INSERT statements of SQLite that write many rows at once.

SQLite's driver gives up the lock of Python's threads in each run of a statement, and takes it again. Where
another thread works, a run for each row would wait as often as there are rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.dialects.sqlite import dialect

from models.sql.prepared import Run

AT_ONCE: Final = 200
"""Rows of one run. SQLite takes up to 32,766 values."""
PREPARER: Final = dialect().identifier_preparer


@dataclass(frozen=True, slots=True, eq=False)
class ListedInsert:
    """An INSERT of one row, and of AT_ONCE rows."""

    one: str
    many: str

    def runs(self, shared: Sequence[Any], rows: Sequence[Sequence[Any]]) -> list[Run]:
        """Return the driver's runs that write the rows.

        `shared` are the values of all rows together.
        """
        rest = len(rows) - len(rows) % AT_ONCE
        runs = [
            Run(self.many, [[*shared, *chain.from_iterable(rows[start : start + AT_ONCE])]])
            for start in range(0, rest, AT_ONCE)
        ]
        if rest < len(rows):
            runs.append(Run(self.one, [[*shared, *row] for row in rows[rest:]]))
        return runs


def listed_insert(
    table: Table,
    shared: Sequence[str],
    each: Sequence[str],
    computed: Mapping[str, str] | None = None,
) -> ListedInsert:
    """Return an INSERT of columns that all rows share, and of columns with a value for each row.

    `computed` has the SQL of columns that are made of a row's value, for which it has `{}`.
    """
    values = {name: f"column{place}" for place, name in enumerate(each, start=1)}
    values |= {name: sql.format(values[name]) for name, sql in (computed or {}).items()}
    quoted = ", ".join(PREPARER.quote(name) for name in (*shared, *each))
    selected = ", ".join(("?",) * len(shared) + tuple(values.values()))
    row = f"({', '.join('?' * len(each))})"
    name = PREPARER.format_table(table)
    head = f"INSERT INTO {name} ({quoted}) SELECT {selected} FROM (VALUES {row}"  # noqa: S608  (our names)
    return ListedInsert(f"{head})", f"{head}{f', {row}' * (AT_ONCE - 1)})")
