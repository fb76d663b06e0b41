"""The compiler from the filter tree to SQL.

Values are bind parameters, so that the same shape of filter is the same statement text; those that
`models.filter.shape` took out have no value here, but a name under which each run gives one.
A leaf may be NULL where a value is missing; only `Not` has to make that false first,
and plain comparisons stay plain, which lets the database use its indexes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from sqlalchemy import ColumnElement, Table, and_, false, not_, or_, true

from models.filter import leaf
from models.filter.catalogue import Catalogue, Kind, Link, ResolvedField
from models.filter.dialects import dialect_named
from models.filter.dialects.base import SqlDialect
from models.filter.dialects.checking import CheckingDialect
from models.filter.errors import FilterError, shortened
from models.filter.moment import Moment, moment
from models.filter.shared import SharedValues
from models.filter.tree import (
    Absent,
    And,
    AnyOf,
    Compare,
    Condition,
    InstantParameter,
    Literal,
    Matches,
    Not,
    Operator,
    Or,
    Parameter,
    Present,
    Some,
    Within,
    written,
)

DEEPEST_NESTING: Final = 20
MOST_CONDITIONS: Final = 100
"""SQLite refuses expressions a thousand deep, and a chain of ANDs is as deep as it is long."""
MOST_VALUES: Final = 1000
TOO_MANY_VALUES: Final = f"The lists of a filter may have at most {MOST_VALUES:,} values together."
"""In all lists of a filter. Each value is a parameter of the statement, of which PostgreSQL takes 32,767.
Values taken out of a list were counted there."""

MOST_NAMES: Final = 100
"""Names under `mixins` in a filter. Each is a step for the database and for the compiler: on SQLite, a
hundred take about 50 ms to be compiled, and all requests wait."""

Leaf: TypeAlias = Compare | Within | AnyOf | Matches | Present | Absent


@dataclass(frozen=True, slots=True)
class Compiled:
    """A WHERE clause with the reference tables to join.

    `moments` are the instants relative to now in it, by the names of their parameters.
    """

    clause: ColumnElement[bool]
    tables: frozenset[Table]
    moments: Mapping[str, Moment]


def compile_condition(
    condition: Condition,
    catalogue: Catalogue,
    dialect: str,
    *,
    per_row: bool = False,
    shaped: bool = True,
    shared: SharedValues | None = None,
) -> Compiled:
    """Compile a condition to SQL.

    Raises FilterError for unknown paths and values of the wrong type.

    The SQL is used to find rows, or with `per_row` to judge few rows that other conditions found. A condition
    whose names are parameters is `shaped`, and so is each that shares their SQL. Where the condition selects
    rows that belong to a row, its statement needs the parameter `tenant`. `shared` collects the conditions
    that are evaluated together with others.
    """
    compiler = _Compiler(catalogue, dialect_named(dialect, for_shapes=shaped), per_row, shared)
    clause = compiler.clause(condition, depth=0)
    return Compiled(clause, frozenset(compiler.tables), compiler.moments)


def check_condition(condition: Condition, catalogue: Catalogue) -> None:
    """Raise the FilterError of `compile_condition`, but faster."""
    _Compiler(catalogue, CheckingDialect(), per_row=True).clause(condition, depth=0)


@dataclass(slots=True)
class _Compiler:
    catalogue: Catalogue
    dialect: SqlDialect
    per_row: bool
    shared: SharedValues | None = None
    tables: set[Table] = field(default_factory=set)
    moments: dict[str, Moment] = field(default_factory=dict)
    conditions: int = 0
    values: int = 0
    names: int = 0
    link: Link | None = None
    """The link whose rows a `Some` selects; `tables` are then joined to these rows."""

    def clause(self, condition: Condition, *, depth: int) -> ColumnElement[bool]:
        self._count(condition, depth)
        match condition:
            case And(parts):
                return and_(true(), *(self.clause(part, depth=depth + 1) for part in parts))
            case Or(parts):
                return or_(false(), *(self.clause(part, depth=depth + 1) for part in parts))
            case Not(part):
                return not_(self.clause(part, depth=depth + 1).is_(true()))
            case Some():
                return self._some(condition, depth)
            case _:
                return self._leaf(condition)

    def _count(self, condition: Condition, depth: int) -> None:
        self.conditions += 1
        if depth > DEEPEST_NESTING or self.conditions > MOST_CONDITIONS:
            raise FilterError(
                f"A filter may have at most {MOST_CONDITIONS} conditions, nested {DEEPEST_NESTING} deep.",
                position=condition.position,
            )

        if isinstance(condition, AnyOf):
            self.values += sum(not isinstance(literal, Parameter) for literal in condition.literals)
        if self.values > MOST_VALUES:
            raise FilterError(
                TOO_MANY_VALUES,
                position=condition.position,
            )

    def _some(self, condition: Some, depth: int) -> ColumnElement[bool]:
        key = written(condition.path)
        link = self.catalogue.link(condition.path)
        if link is None or self.link is not None:
            raise FilterError(f"{key} has no rows to ask for here.", key=key, position=condition.position)
        outer, self.tables, self.link = self.tables, set(), link
        clause = self.clause(condition.part, depth=depth + 1)
        tables, self.tables, self.link = self.tables, outer, None
        is_known = needs_match(condition.part, self.catalogue)
        return link.some(clause, tables, is_known=is_known, per_row=self.per_row)

    def _leaf(self, condition: Leaf) -> ColumnElement[bool]:
        resolved = self.catalogue.resolve(condition.path, position=condition.position)
        key = shortened(written(condition.path))
        link = resolved.field.link
        if link is not self.link and self.link is not None:
            raise FilterError(
                f"{key} is not below {written(self.link.path)}.", key=key, position=condition.position
            )
        if link is None or self.link is not None:
            self.tables.update(resolved.field.joined)
            return self._of_row(condition, resolved, key)
        if isinstance(condition, Absent):
            return not_(self._leaf(Present(condition.path, condition.position)))
        clause = self._of_row(condition, resolved, key)
        tables = resolved.field.joined
        return link.some(clause, tables, is_known=bool(tables), per_row=self.per_row)

    def _of_row(self, condition: Leaf, resolved: ResolvedField, key: str) -> ColumnElement[bool]:
        """Return the condition on a single row.

        It is a row of the base, or one of the linked rows in a `Some` or of a linked field.
        """
        if resolved.field.kind is Kind.JSON:
            self.names += len(resolved.subpath)
        if self.names > MOST_NAMES:
            raise FilterError(
                f"The paths of a filter may have at most {MOST_NAMES} names under mixins together.",
                key=key,
                position=condition.position,
            )
        self.moments |= {
            parameter.name: parameter for parameter in moments_in(condition, resolved.field.kind)
        }
        try:
            clause = _leaf_clause(condition, replace(resolved, shared=self.shared), self.dialect)
        except FilterError as error:
            raise FilterError(f"{key}: {error.message}", key=key, position=condition.position) from error
        always = resolved.field.always
        return and_(clause, always) if always is not None and _is_equality(condition) else clause


def moments_in(leaf: Leaf, kind: Kind) -> list[Moment]:
    """The relative instants among the literals of a leaf."""
    if kind not in {Kind.INSTANT, Kind.JSON}:
        return []
    match leaf:
        case Compare(_, _, literal):
            literals: tuple[Literal, ...] = (literal,)
        case Within(_, after, until):
            literals = (after, until)
        case AnyOf(_, literals):
            pass
        case _:
            return []
    return [instant for literal in literals if (instant := moment(literal.text)) is not None]


def needs_match(condition: Condition, catalogue: Catalogue) -> bool:
    """Whether the condition needs a match in a joined table.

    If so, it holds for no row without one.
    """
    match condition:
        case And(parts):
            return any(needs_match(part, catalogue) for part in parts)
        case Or(parts):
            return all(needs_match(part, catalogue) for part in parts)
        case Not() | Some() | Absent():
            return False
        case _:
            return bool(catalogue.resolve(condition.path).field.joined)


def _is_equality(condition: Leaf) -> bool:
    match condition:
        case AnyOf() | Compare(_, Operator.EQUAL, _):
            return True
        case _:
            return False


def _leaf_clause(condition: Leaf, resolved: ResolvedField, dialect: SqlDialect) -> ColumnElement[bool]:
    match condition:
        case Compare():
            return _comparison(condition, resolved, dialect)
        case Within(_, after, until):
            return leaf.is_within(resolved, after, until, dialect)
        case AnyOf(_, literals):
            return _any_of(literals, resolved, dialect)
        case Matches(_, pattern):
            return leaf.matches(resolved, pattern, dialect)
        case Present():
            return leaf.is_present(resolved, dialect)
        case Absent():
            return leaf.is_absent(resolved, dialect)


def _any_of(
    literals: tuple[Literal, ...], resolved: ResolvedField, dialect: SqlDialect
) -> ColumnElement[bool]:
    if literals and isinstance(literals[0], Parameter):
        return leaf.is_among(resolved, [parameter.text for parameter in literals], dialect)
    return leaf.equals_any(resolved, literals, dialect)


def _comparison(condition: Compare, resolved: ResolvedField, dialect: SqlDialect) -> ColumnElement[bool]:
    match condition:
        case Compare(_, operator, InstantParameter(name)):
            return leaf.compares_instants(resolved, operator, name, dialect)
        case Compare(_, operator, Parameter(name)):
            return leaf.compares_with(resolved, operator, name, dialect)
        case Compare(_, Operator.EQUAL, literal):
            return leaf.equals_any(resolved, (literal,), dialect)
        case Compare(_, operator, literal):
            return leaf.compares(resolved, operator, literal, dialect)
