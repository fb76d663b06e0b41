"""What a write changes: each row before and after, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Table

from resolvers.writing.command import Effect, Key, Outcome, Record


class Cause(StrEnum):
    """Why a row changed."""

    MANUAL = "MANUAL"
    """A caller wrote it."""
    IMPORT = "IMPORT"
    """A data file was loaded."""
    CASCADE = "CASCADE"
    """It belonged to a row that was deleted."""
    RULE = "RULE"
    """A customer's data changed, and a rule looks at it."""
    ACTIVATION = "ACTIVATION"
    """A rule was set, edited or removed."""
    SCHEDULE = "SCHEDULE"
    """Time passed, and a rule looks at it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row of a table before and after a write; None where there is no row.

    `before` of a CASCADE has no JSON columns: how many rows belong to one, and how large they are,
    has no bound.
    """

    table: Table
    before: Record | None
    after: Record | None
    cause: Cause


class Rows:
    """The rows that one batch of commands is about: as they were, and as they will be."""

    def __init__(self, before: Mapping[Key, Record]) -> None:
        self.before = before
        self._after: dict[Key, Record | None] = dict(before)

    def get(self, key: Key) -> Record | None:
        """The row as the commands so far have left it."""
        return self._after.get(key)

    def put(self, key: Key, record: Record | None) -> Outcome:
        """Set or delete the row."""
        stored = self._after.get(key)
        if record is stored:
            return Outcome(key, Effect.UNCHANGED, record)
        self._after[key] = record
        if record is None:
            return Outcome(key, Effect.DELETED)
        return Outcome(key, Effect.CREATED if stored is None else Effect.UPDATED, record)

    def differences(self) -> Iterator[tuple[Record | None, Record | None]]:
        """(before, after) of each row that was set or deleted, in key order."""
        for key in sorted(self._after):
            before, after = self.before.get(key), self._after[key]
            if before is not after:
                yield before, after
