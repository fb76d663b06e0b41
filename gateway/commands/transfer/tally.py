"""Counts of a load or an export, by kind."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from gateway.graphql.unknown_members import UnknownMembers, member_name
from resolvers.errors import GatewayError
from resolvers.transfer.kind import KINDS, Kind
from resolvers.transfer.line import Line
from resolvers.writing.command import Effect, Outcome

READ: Final = "read"
REJECTED: Final = "rejected"
WRITTEN: Final = "written"
EFFECTS: Final = {
    Effect.CREATED: "created",
    Effect.UPDATED: "updated",
    Effect.UNCHANGED: "unchanged",
    Effect.DELETED: "deleted",
}
SELDOM: Final = frozenset({EFFECTS[Effect.DELETED]})
"""Columns shown only with a count above 0."""
LOADED: Final = (READ, *EFFECTS.values(), REJECTED)
"""The columns of a load."""
EXPORTED: Final = (WRITTEN,)
RULES: Final = "rule"
"""The row of rules, which are members of segments: they are set after all records."""
UNREADABLE: Final = "(unreadable)"
"""The row of lines without a kind."""


class Tally:
    """Counts by kind, in the given columns.

    The first column counts every record.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)
        self._unknown = UnknownMembers()
        self._started = time.monotonic()

    def add_loaded(self, lines: Iterable[Line], outcomes: Iterable[Outcome]) -> None:
        """Count the outcomes and unknown members of a batch."""
        for line, outcome in zip(lines, outcomes, strict=True):
            self._unknown.add(line)
            counts = self._counts[line.kind.name if line.kind else UNREADABLE]
            counts[READ] += 1
            counts[EFFECTS[outcome.effect] if outcome.error is None else REJECTED] += 1

    def add_rule(self, outcome: Outcome) -> None:
        """Count the outcome of a rule."""
        counts = self._counts[RULES]
        counts[READ] += 1
        counts[EFFECTS[outcome.effect] if outcome.error is None else REJECTED] += 1

    def add_deleted(self, kind: Kind, outcomes: Iterable[Outcome]) -> None:
        """Count records deleted without a line."""
        for outcome in outcomes:
            self._counts[kind.name][EFFECTS[outcome.effect] if outcome.error is None else REJECTED] += 1

    def add_exported(self, kind: str, records: int) -> None:
        """Count the records of a written page."""
        self._counts[kind][WRITTEN] += records

    def total(self, column: str | None = None) -> int:
        """The sum of a column, by default the first."""
        return sum(counts[column or self._columns[0]] for counts in self._counts.values())

    def changed(self) -> list[Kind]:
        """The kinds with created, updated or deleted records."""
        columns = [EFFECTS[effect] for effect in (Effect.CREATED, Effect.UPDATED, Effect.DELETED)]
        kinds = (kind for kind in KINDS if kind.name in self._counts)
        return [kind for kind in kinds if any(self._counts[kind.name][column] for column in columns)]

    def summary(self) -> str:
        """A table with one row per kind, and the speed.

        Unknown members come before the speed.
        """
        names = [*(kind.name for kind in KINDS), RULES, UNREADABLE]
        columns = [column for column in self._columns if column not in SELDOM or self.total(column)]
        rows = [
            [name, *(f"{self._counts[name][column]:,}" for column in columns)]
            for name in names
            if name in self._counts
        ]
        seconds = max(time.monotonic() - self._started, 0.001)
        speed = f"{self.total():,} records in {seconds:,.1f} s ({self.total() / seconds:,.0f}/s)"
        table = aligned([["", *columns], *rows]) if rows else []
        return "\n".join([*table, *self._unknown.report(), speed])


def aligned(rows: list[list[str]], left: int = 1) -> list[str]:
    """Lay rows out; `left` columns are aligned to the left."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return ["  ".join(_padded(row, widths, left)) for row in rows]


def _padded(row: list[str], widths: list[int], left: int) -> Iterator[str]:
    for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
        yield cell.ljust(width) if place < left else cell.rjust(width)


def rejection(line: Line, error: GatewayError) -> str:
    """Return the reason of a line's rejection.

    It looks like `line 17: segment: siteCode: A site code is required.`
    """
    member = member_name(error.path)
    parts = [f"line {line.number}", line.kind.name if line.kind else "", member, error.message]
    return ": ".join(part for part in parts if part)
