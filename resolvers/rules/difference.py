"""Who would join a segment and who would leave it, if a rule were applied: over a whole tenant, in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, select, true

from models.connection.session import Session
from models.sql.prepared import Row
from models.tables.customer_assignment import customer_assignment
from models.tables.reference import customer, customer_legal_entity
from models.tables.rule import customer_exclusion
from resolvers.access import TENANT
from resolvers.rules.catalogue import CATALOGUES
from resolvers.rules.judge import compiled, key_columns, moments_at, source
from resolvers.rules.rule import Rule
from resolvers.rules.vocabulary import RuleSubject


class Difference:
    """The statements that compare a rule with the assignments in its segment, as of an instant.

    Each SELECT has the columns `customer_id` and `legal_entity_id`.
    """

    def __init__(self, session: Session, tenant: str, rule: Rule, at: datetime) -> None:
        self._session = session
        self._rule = rule
        self._finding = compiled(rule, session.dialect, per_row=False)
        self._judging = compiled(rule, session.dialect)
        moments = {**self._finding.moments, **self._judging.moments}
        self._values = {"tenant": tenant, **moments_at(moments, rule, at)}

    async def rows(self, statement: Select[Any], most: int) -> Sequence[Row]:
        """The first keys that a statement finds, in order."""
        keys = list(statement.selected_columns)
        return await self._session.rows(statement.order_by(*keys).limit(most), self._values)

    async def count(self, statement: Select[Any], most: int | None = None) -> int:
        """How many keys a statement finds; beyond `most`, one more."""
        found = statement if most is None else statement.limit(most + 1)
        counted: Select[Any] = select(func.count()).select_from(found.subquery())
        count: int = await self._session.value(counted, self._values)
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

    def _keys(self, tables: Any) -> Select[Any]:
        catalogue = CATALOGUES[self._rule.subject]
        customer_id, legal_entity_id = key_columns(self._rule.subject)
        keys: list[ColumnElement[Any]] = [
            customer_id.label("customer_id"),
            legal_entity_id.label("legal_entity_id"),
        ]
        rows: Select[Any] = select(*keys).where(catalogue.base.c.tenant == TENANT)
        return rows.select_from(source(catalogue, tables))

    def _has_row(self, table: Any) -> ColumnElement[bool]:
        customer_id, legal_entity_id = key_columns(self._rule.subject)
        rows = select(table.c.customer_id).where(
            table.c.tenant == TENANT,
            table.c.segment_id == self._rule.segment_id,
            table.c.customer_id == customer_id,
            table.c.legal_entity_id == legal_entity_id,
        )
        return rows.correlate_except(table).exists()

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
