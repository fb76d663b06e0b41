"""Changes of rows, with their causes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Table

from resolvers.writing.command import Effect, Key, Outcome, Record


class Cause(StrEnum):
    """The cause of a row's change."""

    MANUAL = "MANUAL"
    """A caller wrote it."""
    IMPORT = "IMPORT"
    """A data file was loaded."""
    CASCADE = "CASCADE"
    """It belonged to a row that was deleted."""
    RULE = "RULE"
    """A customer's data changed, and a rule reads it."""
    ACTIVATION = "ACTIVATION"
    """A rule was set, edited or removed."""
    SCHEDULE = "SCHEDULE"
    """Time passed, and a rule depends on it."""


@dataclass(frozen=True, slots=True)
class Change:
    """A row of a table before and after a write.

    It is None if there is no row. `before` of a CASCADE has no JSON columns: the number and size of
    dependent rows have no bound.
    """

    table: Table
    before: Record | None
    after: Record | None
    cause: Cause


class Rows:
    """The rows of one batch of commands.

    It holds each row as it was, and as it will be.
    """

    def __init__(self, before: Mapping[Key, Record]) -> None:
        self.before = before
        self._after: dict[Key, Record | None] = dict(before)

    def get(self, key: Key) -> Record | None:
        """The row after the commands so far."""
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
        """The (before, after) of each changed row.

        They are in key order. Setting or deleting a row is a change.
        """
        for key in sorted(self._after):
            before, after = self.before.get(key), self._after[key]
            if before is not after:
                yield before, after
