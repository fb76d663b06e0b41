"""Proof that a statement reads and writes rows of one tenant only.

A table is bound where its `tenant` equals an argument of the statement, or the `tenant` of a bound table,
in a condition that every row must meet. `Proof.tenants` gives the values of those arguments in one run, which
have to be one value.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import orjson
import sqlglot
from sqlglot import exp

from models.tables.table import metadata
from tests.tenancy.placeholders import numbered, place_of

TABLES: Final = frozenset(name for name, table in metadata.tables.items() if "tenant" in table.c)
READ: Final = {"sqlite": "sqlite", "postgresql": "postgres"}
WRITES: Final = (exp.Insert, exp.Update, exp.Delete)


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of one statement. `unbound` names the tables that it could read of any tenant."""

    unbound: tuple[str, ...]
    places: frozenset[int]
    """Arguments that are the tenant."""
    key_lists: frozenset[tuple[int, int]]
    """Arguments that are JSON lists of keys, and those that say which member of a key is the tenant."""

    def tenants(self, arguments: Sequence[Any]) -> set[Any]:
        """The tenants of one run."""
        found = {arguments[place] for place in self.places}
        for keys, member in self.key_lists:
            if arguments[member] != "$[0]":
                raise ValueError(f"the tenant is the first member of a key, not {arguments[member]}")
            found |= {key[0] for key in orjson.loads(arguments[keys])}
        return found


@lru_cache(maxsize=10_000)
def prove(sql: str, dialect: str) -> Proof:
    """Look at every table of a statement. Raises sqlglot.ParseError for what is no SQL."""
    prover = _Prover()
    for statement in sqlglot.parse(numbered(sql, dialect), read=READ[dialect]):
        if isinstance(statement, exp.Query | exp.Insert | exp.Update | exp.Delete):
            prover.statement(statement)
        elif isinstance(statement, exp.Copy):
            prover.copy(statement)
    return Proof(tuple(prover.unbound), frozenset(prover.places), frozenset(prover.key_lists))


@dataclass(slots=True)
class _Sources:
    """The tables of one FROM, and what is bound in it and around it."""

    tables: dict[str, str] = field(default_factory=dict)
    """By alias; names of our own tables only."""
    bound: set[str] = field(default_factory=set)
    """Aliases whose `tenant` is known to be the statement's."""


@dataclass(slots=True)
class _Prover:
    unbound: list[str] = field(default_factory=list)
    places: set[int] = field(default_factory=set)
    key_lists: set[tuple[int, int]] = field(default_factory=set)
    bound_expressions: set[str] = field(default_factory=set)
    """Names of common table expressions whose `tenant` is bound."""

    def statement(self, node: exp.Expr, outer: frozenset[str] = frozenset()) -> bool:
        """Whether the `tenant` column of the result, if it has one, is bound. Notes what is not bound."""
        for table in node.ctes if isinstance(node, exp.Query | exp.Insert) else ():
            self._common_table_expression(table, outer)
        match node:
            case exp.Subquery() | exp.Paren():
                return self.statement(node.this, outer)
            case exp.SetOperation():
                return all([self.statement(node.left, outer), self.statement(node.right, outer)])
            case exp.Insert():
                self._insert(node)
                return True
            case exp.Select() | exp.Update() | exp.Delete():
                return self._rows(node, outer)
            case _:
                raise NotImplementedError(f"a statement of kind {type(node).__name__}")

    def _common_table_expression(self, table: exp.CTE, outer: frozenset[str]) -> None:
        """A recursive one begins with the left side of its UNION, on which the right side can rely."""
        query = table.this
        parts = [query.left, query.right] if isinstance(query, exp.SetOperation) else [query]
        for part in parts:
            if self.statement(part, outer):
                self.bound_expressions.add(table.alias)
            else:
                self.bound_expressions.discard(table.alias)

    def _rows(self, node: exp.Expr, outer: frozenset[str]) -> bool:
        sources = _Sources()
        for source in _sources_of(node):
            self._add(source, sources, outer)
        visible = (outer - set(_aliases(node))) | sources.bound
        sources.bound = self._spread(node, set(visible))
        if not any(_is_never_met(condition) for _, condition in _conditions(node)):
            self.unbound += [name for alias, name in sources.tables.items() if alias not in sources.bound]
        for nested in _nested(node):
            self.statement(nested, frozenset(sources.bound))
        return self._shows_bound_tenant(node, sources)

    def _add(self, source: exp.Expr, sources: _Sources, outer: frozenset[str]) -> None:
        if isinstance(source, exp.Table) and source.name in TABLES:
            sources.tables[source.alias_or_name] = source.name
        elif isinstance(source, exp.Table) and source.name in self.bound_expressions:
            sources.bound.add(source.alias_or_name)
        elif isinstance(source, exp.Lateral | exp.Subquery):
            inner = source.this.this if isinstance(source.this, exp.Subquery) else source.this
            if isinstance(inner, exp.Query) and self.statement(inner, outer | sources.bound):
                sources.bound.add(source.alias_or_name)

    def _spread(self, node: exp.Expr, bound: set[str]) -> set[str]:
        """The aliases that conditions bind, from one to the next until nothing is new."""
        conditions = list(_conditions(node))
        before = -1
        while len(bound) > before:
            before = len(bound)
            for joined, condition in conditions:
                self._bind(condition, joined, bound)
        return bound

    def _bind(self, condition: exp.Expr, joined: str | None, bound: set[str]) -> None:
        """One equality. `joined` is the only table that the condition of an outer join can bind."""
        if not isinstance(condition, exp.EQ):
            return
        for one, other in ((condition.left, condition.right), (condition.right, condition.left)):
            alias = _tenant_of(one)
            if alias is None or joined not in {None, alias}:
                continue
            place = place_of(other)
            if place is not None:
                self.places.add(place)
            if place is not None or _tenant_of(other) in bound:
                bound.add(alias)

    def _shows_bound_tenant(self, node: exp.Expr, sources: _Sources) -> bool:
        for shown in node.expressions if isinstance(node, exp.Select) else ():
            if shown.alias_or_name == "tenant":
                if _tenant_of(shown.unalias()) in sources.bound:
                    return True
                keys = _member_of_keys(shown.unalias(), node)
                if keys is not None:
                    self.key_lists.add(keys)
                    return True
        return False

    def copy(self, node: exp.Copy) -> None:
        """The arguments of a run are a row, with one value for each column."""
        columns = [column.name for column in node.this.expressions]
        if "tenant" in columns:
            self.places.add(columns.index("tenant"))
        else:
            self.unbound.append(node.this.this.name)

    def _insert(self, node: exp.Insert) -> None:
        """Every row's `tenant` is an argument."""
        columns = [column.name for column in node.this.expressions]
        source = node.expression
        rows = source.expressions if isinstance(source, exp.Values) else []
        if isinstance(source, exp.Query):
            self.statement(source)
            rows = list(_selects(source))
        for row in rows:
            shown = row.expressions[columns.index("tenant")] if "tenant" in columns else None
            place = None if shown is None else place_of(shown.unalias())
            if place is None:
                self.unbound.append(node.this.this.name)
            else:
                self.places.add(place)
        if not rows:
            self.unbound.append(node.this.this.name)


def _selects(node: exp.Expr) -> Iterator[exp.Expr]:
    """The parts of a UNION, or the SELECT itself."""
    if isinstance(node, exp.SetOperation):
        yield from _selects(node.left)
        yield from _selects(node.right)
    else:
        yield node


def _sources_of(node: exp.Expr) -> Iterator[exp.Expr]:
    """What stands in FROM and JOIN, or is written to."""
    if isinstance(node, exp.Update | exp.Delete):
        yield node.this
    from_ = node.args.get("from_") or node.args.get("from")
    if from_ is not None:
        yield from_.this
    for join in node.args.get("joins") or ():
        yield join.this
    yield from node.args.get("laterals") or ()


def _aliases(node: exp.Expr) -> Iterator[str]:
    return (source.alias_or_name for source in _sources_of(node))


def _conditions(node: exp.Expr) -> Iterator[tuple[str | None, exp.Expr]]:
    """What every row meets, each with the joined table where an outer join limits what it says."""
    where = node.args.get("where")
    if where is not None:
        yield from ((None, part) for part in _conjuncts(where.this))
    for join in node.args.get("joins") or ():
        joined = join.this.alias_or_name if join.side else None
        if join.args.get("on") is not None:
            yield from ((joined, part) for part in _conjuncts(join.args["on"]))


def _conjuncts(condition: exp.Expr) -> Iterator[exp.Expr]:
    plain = condition.unnest()
    if isinstance(plain, exp.And):
        yield from _conjuncts(plain.left)
        yield from _conjuncts(plain.right)
    else:
        yield plain


def _is_never_met(condition: exp.Expr) -> bool:
    """`false` or `0 = 1`: no row is read."""
    return condition in (exp.false(), exp.EQ(this=exp.Literal.number(0), expression=exp.Literal.number(1)))


def _nested(node: exp.Expr) -> Iterator[exp.Expr]:
    """Subqueries in expressions: those in FROM and WITH have been looked at."""
    skipped = {id(source) for source in _sources_of(node)} | {id(table) for table in node.find_all(exp.CTE)}

    def walk(part: exp.Expr) -> Iterator[exp.Expr]:
        for child in part.iter_expressions():
            if id(child) in skipped:
                continue
            if isinstance(child, exp.Query) and not isinstance(child, exp.Subquery):
                yield child
            else:
                yield from walk(child)

    return walk(node)


def _tenant_of(expression: exp.Expr) -> str | None:
    """The alias whose `tenant` the expression is."""
    plain = expression.unnest()
    return plain.table if isinstance(plain, exp.Column) and plain.name == "tenant" else None


def _member_of_keys(expression: exp.Expr, node: exp.Expr) -> tuple[int, int] | None:
    """The places of list and path, of `json_extract(keys.value, ?)` with `json_each(?) AS keys`."""
    if not isinstance(expression, exp.JSONExtract | exp.JSONExtractScalar):
        return None
    member = place_of(expression.expression)
    for source in _sources_of(node):
        function = source.this
        if source.alias_or_name != expression.this.table or not isinstance(function, exp.Anonymous):
            continue
        keys = place_of(function.expressions[0])
        if keys is not None and member is not None:
            return keys, member
    return None


def concerns_tenants(sql: str) -> bool:
    """Whether a statement can read or write a table with tenants: a quick look, before it is parsed."""
    return any(name in sql for name in TABLES)
