"""Declarations of fields, shared by both executions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from strawberry.types.field import StrawberryField

from models.sql.prepared import Row
from models.sql.selection import InstantText
from schema.vocabulary.relation import (
    InRow,
    OfOrigin,
    ToFew,
    ToMany,
    ToOne,
    TopEntities,
    TopList,
    TopNode,
    TopOne,
    TopRows,
)


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column, shown unchanged."""

    name: str
    unknown: str | None = None
    """JSON for an unknown value."""

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.name,)


@dataclass(frozen=True, slots=True)
class LocalizedColumn:
    """One translation of a JSON column."""

    name: str

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.name,)


@dataclass(frozen=True, slots=True)
class Computed:
    """A value that the resolver computes from columns.

    Columns of the key are always read and need no mention.
    """

    columns: tuple[str, ...] = ()
    of_row: Callable[[Any], Callable[[Row], Any]] | None = None
    """From a context to the function that computes a row's value."""


@dataclass(frozen=True, slots=True)
class SameRow:
    """An object over the same row.

    It is null if all columns in `null_without` are null.
    """

    null_without: tuple[InstantText, ...] = ()


Relation: TypeAlias = ToOne | ToFew | ToMany | InRow | TopOne | TopNode | TopEntities | TopRows | TopList
Declaration: TypeAlias = ShownColumn | LocalizedColumn | Computed | SameRow | OfOrigin | Relation
KEY: Final = "declaration"
KEY_COLUMNS: Final = Computed()
"""The declaration of a field that reads only the key of its row."""


def declared(declaration: Declaration) -> Mapping[str, Declaration]:
    """The metadata of a field with this declaration."""
    return {KEY: declaration}


def declaration_of(field: StrawberryField) -> Declaration | None:
    """The declaration of a field, if it has one."""
    declaration: Declaration | None = field.metadata.get(KEY)
    return declaration
