"""Commands of a write and their outcomes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

from resolvers.errors import GatewayError

Key: TypeAlias = tuple[str, ...]
"""The values of a primary key after `tenant`."""
Record: TypeAlias = dict[str, Any]
"""A row as a map from column to value."""
Precondition: TypeAlias = Callable[[Record | None], None]
"""Raises unless a command may change the stored row; None means that there is no row."""


@dataclass(frozen=True, slots=True)
class Command:
    """A change of one row.

    The `precondition` is evaluated on the locked row.
    """

    key: Key
    precondition: Precondition | None = field(default=None, kw_only=True)

    def check(self, stored: Record | None) -> None:
        """Evaluate the precondition, which may raise."""
        if self.precondition is not None:
            self.precondition(stored)


@dataclass(frozen=True, slots=True)
class Create(Command):
    """Write a new row.

    The row must not exist yet.
    """

    content: Record


@dataclass(frozen=True, slots=True)
class Upsert(Command):
    """Replace a row or create it.

    An `expected_version` must be the stored one (behaviour D30).
    """

    content: Record
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """The version and times from a data file.

    Missing values follow the rule of every write.
    """

    version: int | None = None
    created_at: datetime | None = None
    modified_at: datetime | None = None

    @property
    def given(self) -> Record:
        """The columns with a value."""
        columns = {"version": self.version, "created_at": self.created_at, "modified_at": self.modified_at}
        return {name: value for name, value in columns.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Restore(Command):
    """Make the row equal to an exported one.

    An equal row is not written.
    """

    content: Record
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class Remove(Command):
    """Delete a row, if it exists (behaviour D34)."""

    @property
    def takes_along(self) -> bool:
        """Whether it also deletes the row's assignments."""
        return False


VersionedCommand: TypeAlias = Create | Upsert | Restore | Remove


class Effect(StrEnum):
    """The effect of a command."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    DELETED = "DELETED"
    UNCHANGED = "UNCHANGED"


class Outcome(NamedTuple):
    """The effect of a command, or its error.

    `key` is None if the command could not be read; `record` is the row afterwards.
    """

    key: Key | None
    effect: Effect = Effect.UNCHANGED
    record: Record | None = None
    error: GatewayError | None = None

    def raised(self) -> "Outcome":
        """Raise the error, or return the outcome."""
        if self.error is not None:
            raise self.error
        return self
