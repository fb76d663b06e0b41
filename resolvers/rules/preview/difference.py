"""Who would join a segment and who would leave it, if a rule were applied: over a whole tenant, in SQL."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal_column,
    not_,
    select,
    true,
)

from models.connection.session import Session
from models.filter.compile import Compiled
from models.sql.prepared import Prepared, Row
from models.tables.customer_assignment import customer_assignment
from models.tables.reference import customer, customer_legal_entity
from models.tables.rule import customer_exclusion
from resolvers.access import TENANT
from resolvers.background import in_background
from resolvers.rules.definition.catalogue import CATALOGUES
from resolvers.rules.definition.rule import Rule
from resolvers.rules.judging.condition import compiled, key_columns, moments_at, source
from resolvers.rules.vocabulary import AUTOMATIC, EXCLUDED, RuleSubject


class Difference:
    """The statements that compare a rule with the assignments in its segment, as of an instant.

    Each SELECT has the columns `customer_id` and `legal_entity_id`. The first of them compiles the condition,
    which takes 50 ms where that is large: `rows` and `count` do so in another thread.
    """

    def __init__(self, session: Session, tenant: str, rule: Rule, at: datetime) -> None:
        self._session = session
        self._tenant = tenant
        self._rule = rule
        self._at = at

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """The parameters of all its statements."""
        return {"tenant": self._tenant, **moments_at(self._finding.moments, self._rule, self._at)}

    @cached_property
    def _finding(self) -> Compiled:
        return compiled(self._rule, self._session.dialect, per_row=False)

    @cached_property
    def _judging(self) -> Compiled:
        """The condition for rows that something else finds. It looks at the same moments."""
        return compiled(self._rule, self._session.dialect)

    async def rows(self, statement: Callable[[], Select[Any]], most: int) -> Sequence[Row]:
        """The first keys that a statement finds, in order."""

        def prepared() -> Prepared:
            made = statement()
            return self._session.prepare(made.order_by(*made.selected_columns).limit(most))

        return await self._session.rows(await in_background(prepared), self.values)

    async def count(self, statement: Callable[[], Select[Any]]) -> int:
        """How many keys a statement finds."""

        def prepared() -> Prepared:
            return self._session.prepare(select(func.count()).select_from(statement().subquery()))

        count: int = await self._session.value(await in_background(prepared), self.values)
        return count

    def matches(self) -> Select[Any]:
        """The keys that satisfy the condition."""
        return self._keys(self._finding.tables).where(self._finding.clause)

    def joins(self) -> Select[Any]:
        """Those of them that are neither assigned nor excluded."""
        return self.matches().where(
            not_(self._has_row(customer_assignment)), not_(self._has_row(customer_exclusion))
        )

    def excluded(self) -> Select[Any]:
        """Those of them that a client has excluded."""
        return self.matches().where(self._has_row(customer_exclusion))

    def leaves(self) -> Select[Any]:
        """The keys that a rule has assigned and that do not satisfy the condition."""
        return self._assigned("AUTOMATIC")

    def kept_by_hand(self) -> Select[Any]:
        """The keys that a client has assigned and that do not satisfy the condition."""
        return self._assigned("MANUAL")

    def matching(self) -> CTE:
        """The keys that satisfy the condition, worked out once.

        `kind` is the type of the assignment, EXCLUDED, or NULL. The keys are found first: what the condition
        costs would hide from PostgreSQL how to join best.
        """
        matches = self.matches().cte("found").prefix_with("MATERIALIZED")
        assigned, excluded = customer_assignment.alias("assigned"), customer_exclusion.alias("excluded")
        key = matches.c.customer_id, matches.c.legal_entity_id
        joined = matches.outerjoin(assigned, self._has_key(assigned, *key)).outerjoin(
            excluded, self._has_key(excluded, *key)
        )
        is_excluded = case((excluded.c.customer_id.is_not(None), literal_column(f"'{EXCLUDED}'")))
        kind = func.coalesce(assigned.c.assignment_type, is_excluded).label("kind")
        return select(*key, kind).select_from(joined).cte("matching").prefix_with("MATERIALIZED")

    @staticmethod
    def joining(matching: CTE) -> Select[Any]:
        """The same as `joins`, from the keys that satisfy the condition."""
        return select(matching.c.customer_id, matching.c.legal_entity_id).where(matching.c.kind.is_(None))

    def leaving(self, matching: CTE) -> Select[Any]:
        """The same as `leaves`, from the keys that satisfy the condition."""
        rows = self.assigned()
        is_same = and_(*(matching.c[name] == rows.c[name] for name in ("customer_id", "legal_entity_id")))
        return (
            select(rows.c.customer_id, rows.c.legal_entity_id)
            .select_from(rows.outerjoin(matching, is_same))
            .where(rows.c.kind == AUTOMATIC, matching.c.customer_id.is_(None))
        )

    def assigned(self) -> Subquery:
        """The keys that are assigned; `kind` is the type of the assignment."""
        rows = customer_assignment.c
        return (
            select(rows.customer_id, rows.legal_entity_id, rows.assignment_type.label("kind"))
            .where(rows.tenant == TENANT, rows.segment_id == self._rule.segment_id)
            .subquery("members")
        )

    def key_columns(self) -> list[ColumnElement[Any]]:
        """The key of a row that the rule ranges over."""
        customer_id, legal_entity_id = key_columns(self._rule.subject)
        return [customer_id.label("customer_id"), legal_entity_id.label("legal_entity_id")]

    def _source(self, tables: Any) -> FromClause:
        return source(CATALOGUES[self._rule.subject], tables)

    def _of_tenant(self, statement: Select[Any]) -> Select[Any]:
        """The rows of the tenant, in key order: SQLite may read them through an index of names otherwise."""
        base, customer_id = CATALOGUES[self._rule.subject].base, key_columns(self._rule.subject)[0]
        return statement.where(base.c.tenant == TENANT, customer_id >= literal_column("''"))

    def _keys(self, tables: Any) -> Select[Any]:
        rows: Select[Any] = select(*self.key_columns()).select_from(self._source(tables))
        return self._of_tenant(rows)

    def _has_row(self, table: Any) -> ColumnElement[bool]:
        rows = select(table.c.customer_id).where(self._has_key(table, *key_columns(self._rule.subject)))
        return rows.correlate_except(table).exists()

    def _has_key(
        self, table: Any, customer_id: ColumnElement[str], legal_entity_id: ColumnElement[str]
    ) -> ColumnElement[bool]:
        """Of a row of a table about members: whether it is about the key, in the segment."""
        return and_(
            table.c.tenant == TENANT,
            table.c.segment_id == self._rule.segment_id,
            table.c.customer_id == customer_id,
            table.c.legal_entity_id == legal_entity_id,
        )

    def _assigned(self, assignment_type: str) -> Select[Any]:
        """Assignments of one type for which the condition does not hold: their key may be gone as well."""
        rows = customer_assignment.alias("assigned")
        catalogue = CATALOGUES[self._rule.subject]
        joined = rows.join(catalogue.base, _is_key_of(rows, self._rule.subject), isouter=True)
        for table, condition in catalogue.joins.items():
            if table in self._judging.tables:
                joined = joined.join(table, condition, isouter=True)
        holds = and_(self._judging.clause, true())
        statement: Select[Any] = (
            select(rows.c.customer_id, rows.c.legal_entity_id)
            .select_from(joined)
            .where(
                rows.c.tenant == TENANT,
                rows.c.segment_id == self._rule.segment_id,
                rows.c.assignment_type == assignment_type,
                not_(and_(catalogue.base.c.tenant.is_not(None), holds).is_(True)),
            )
        )
        return statement


def _is_key_of(rows: Any, subject: RuleSubject) -> ColumnElement[bool]:
    """Of a row that rules range over: whether the assignment is the one that a rule would make for it."""
    if subject is RuleSubject.CUSTOMER:
        return and_(
            customer.c.tenant == rows.c.tenant,
            customer.c.id == rows.c.customer_id,
            rows.c.legal_entity_id == "",
        )
    links = customer_legal_entity.c
    return and_(
        links.tenant == rows.c.tenant,
        links.customer_id == rows.c.customer_id,
        links.legal_entity_id == rows.c.legal_entity_id,
    )
