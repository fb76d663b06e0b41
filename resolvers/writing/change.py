"""Changes of rows, with their causes."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

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


class Change(NamedTuple):
    """A row of a table before and after a write.

    It is None if there is no row. `before` of a CASCADE has no JSON columns: the number and size of
    dependent rows have no bound.
    """

    table: Table
    before: Record | None
    after: Record | None
    cause: Cause


class Rows:
    """The rows of one batch of commands, whose `keys` are in key order.

    It holds each row as it was, and as it will be.
    """

    def __init__(self, keys: Iterable[Key], before: Mapping[Key, Record]) -> None:
        self.before = before
        self._after: dict[Key, Record | None] = {key: before.get(key) for key in keys}

    def get(self, key: Key) -> Record | None:
        """The row after the commands so far."""
        return self._after.get(key)

    def put(self, key: Key, record: Record | None) -> Outcome:
        """Set or delete the row."""
        stored = self._after[key]
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
        for key, after in self._after.items():
            before = self.before.get(key)
            if before is not after:
                yield before, after
