"""The paths of filters and sorts, with their SQL (behaviour D62)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Table, Text, bindparam, cast, null, select

from models.filter.errors import FilterError, require_storable, shortened
from models.filter.shared import SharedValues
from models.filter.tree import NameParameter, Path, written
from models.language_tag import canonical_range
from models.sql.probe import OrderedJoin, has_row
from models.tables.columns import PlainText

LONGEST_PATH: Final = 10
"""Names in a path; each costs the database a step down."""


class Kind(Enum):
    """The kind of a field's values."""

    TEXT = auto()
    INTEGER = auto()
    INSTANT = auto()
    LOCALIZED = auto()
    """A map from language to text."""
    JSON = auto()
    """A map whose members may be anything."""


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """The rows linked to a base row.

    A link table, and tables joined to it. There may be any number of rows.

    A condition on them holds where some row satisfies it; each condition may be satisfied by another row,
    unless a `Some` keeps several together.
    """

    path: Path
    """Where the fields of its rows begin."""
    owner: ColumnElement[str]
    """The column of the base that the link table refers to."""
    table: Table
    key: ColumnElement[str]
    """The column of the link table that refers to the base."""
    tenant: ColumnElement[str]
    """The parameter of statements that holds the tenant."""
    joins: Mapping[Table, ColumnElement[bool]]

    def some(
        self, clause: ColumnElement[bool], tables: Collection[Table], *, is_known: bool, per_row: bool
    ) -> ColumnElement[bool]:
        """Whether a linked row satisfies the clause.

        `is_known` says whether only rows with a match in a joined table can. Rows of the base are found by
        the rows that belong to them, or with `per_row` these are looked up for each.
        """
        of_tenant = [self.table.c.tenant == self.tenant]
        if is_known and not per_row and len(tables) == 1:  # the condition on few rows before their many links
            [table] = tables
            of_tenant.append(table.c.tenant == self.tenant)
            source: FromClause = OrderedJoin(table, self.table, self.joins[table])
        else:
            source = joined_to(self.table, self.joins, tables)
        rows = select(self.key).select_from(source).where(*of_tenant, clause)
        if not per_row:
            return self.owner.in_(rows)
        return has_row(rows.where(self.key == self.owner).correlate_except(self.table, *tables))


@dataclass(frozen=True, slots=True)
class Field:
    """An existing path and its column or expression."""

    path: Path
    kind: Kind
    column: ColumnElement[Any]
    joined: tuple[Table, ...] = ()
    """Reference tables that the column is in."""
    nullable: bool = False
    empty_is_absent: bool = False
    """The column is part of a key, and holds `''` where there is no value."""
    always: ColumnElement[bool] | None = None
    """A condition that holds for every row. Added to an equality, it completes the prefix of an index."""
    link: Link | None = None
    """The rows that the column is in, where these are any number."""


@dataclass(frozen=True, slots=True)
class ResolvedField:
    """A field with a language or members of a mixin."""

    field: Field
    subpath: Path
    shared: SharedValues | None = None
    """Collects conditions on values in documents, which are evaluated together with others."""

    @property
    def tag(self) -> ColumnElement[str]:
        """The language behind a localized field in SQL.

        NULL if invalid.
        """
        name = self.subpath[0]
        if isinstance(name, NameParameter):
            return bindparam(str(name), type_=PlainText)
        tag = canonical_range(name)
        return cast(null(), Text) if tag is None else bindparam(None, tag, PlainText)


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """The fields of one noun and their joins.

    `joins` says how reference tables join.
    """

    name: str
    base: Table
    fields: tuple[Field, ...]
    aliases: Mapping[Path, Path]
    keys: tuple[Path, ...]
    """Default order and tie-break (behaviour D21): unique within the lists of this noun."""
    joins: Mapping[Table, ColumnElement[bool]]

    def resolve(self, path: Path, *, position: int | None = None) -> ResolvedField:
        """Return the field of a path.

        Raises FilterError, which lists all fields, where there is none.
        """
        key = shortened(written(path))
        for name in path:
            require_storable(name, key=key, position=position)
        if len(path) > LONGEST_PATH:
            raise FilterError(
                f"A path may have at most {LONGEST_PATH} names: {key}.", key=key, position=position
            )
        canonical = self.canonical(self.aliases.get(path, path))
        for field in self.fields:
            subpath = canonical[len(field.path) :]
            if canonical[: len(field.path)] == field.path and _may_follow(field.kind, subpath):
                return ResolvedField(field, subpath)
        raise FilterError(
            f"There is no field {key!r} in {self.name}. Fields: {self._names()}.",
            key=key,
            position=position,
        )

    def link(self, path: Path) -> Link | None:
        """Return the link whose fields begin with the path.

        None where there is none.
        """
        return next(
            (
                catalogue_field.link
                for catalogue_field in self.fields
                if catalogue_field.link and catalogue_field.link.path == path
            ),
            None,
        )

    def canonical(self, path: Path) -> Path:
        """Return the path with its language in canonical case."""
        if any(field.kind is Kind.LOCALIZED and field.path == path[:-1] for field in self.fields):
            return (*path[:-1], canonical_range(path[-1]) or path[-1])
        return path

    def _names(self) -> str:
        endings = {Kind.LOCALIZED: "[.<language>]", Kind.JSON: ".*"}
        return ", ".join(".".join(field.path) + endings.get(field.kind, "") for field in self.fields)


def from_clause(
    catalogue: Catalogue, tables: Collection[Table], onto: FromClause | None = None
) -> FromClause:
    """The base table, outer-joined with these reference tables.

    `onto` stands in for the base table where that is already part of a larger join.
    """
    return joined_to(catalogue.base if onto is None else onto, catalogue.joins, tables)


def joined_to(
    base: FromClause, joins: Mapping[Table, ColumnElement[bool]], tables: Collection[Table]
) -> FromClause:
    """A table or join, outer-joined with these tables."""
    joined = base
    for table, condition in joins.items():
        if table in tables:
            joined = joined.outerjoin(table, condition)
    return joined


def _may_follow(kind: Kind, subpath: Path) -> bool:
    return not subpath or kind is Kind.JSON or (kind is Kind.LOCALIZED and len(subpath) == 1)


METADATA_ALIASES: Final[dict[Path, Path]] = {
    ("metadataCreatedAt",): ("metadata", "createdAt"),
    ("metadataModifiedAt",): ("metadata", "modifiedAt"),
}
