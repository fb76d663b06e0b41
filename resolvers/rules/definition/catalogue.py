"""What the conditions of rules may look at."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, and_, or_, select

from models.filter.catalogue import Catalogue, Field, Link
from models.filter.tree import And, Condition, Not, Or, Path, Some
from models.sql.probe import has_row
from models.tables.customer_assignment import NO_LEGAL_ENTITY, customer_assignment
from models.tables.reference import customer, customer_legal_entity
from resolvers.access import TENANT
from resolvers.reference import customers as lists
from resolvers.rules.vocabulary import RuleSubject

LEGAL_ENTITY: Final[Path] = lists.LEGAL_ENTITIES.path
IN_SEGMENT: Final[Path] = lists.IN_SEGMENT
CUSTOMERS: Final = lists.ASSIGNED_CUSTOMERS


@dataclass(frozen=True, slots=True, eq=False)
class _CountingAssignments(Link):
    """The assignments of a customer that count for a legal entity: those on behalf of it or of none."""

    on_behalf_of: ColumnElement[str]

    def some(
        self, clause: ColumnElement[bool], _tables: Collection[Table], *, is_known: bool, per_row: bool
    ) -> ColumnElement[bool]:
        del is_known, per_row  # it is always looked up for each row
        rows = self.table.c
        counts = or_(rows.legal_entity_id == NO_LEGAL_ENTITY, rows.legal_entity_id == self.on_behalf_of)
        statement = select(self.key).where(rows.tenant == self.tenant, self.key == self.owner, counts, clause)
        return has_row(statement.correlate_except(self.table))


_PAIR_ASSIGNMENTS: Final = _CountingAssignments(
    path=IN_SEGMENT,
    owner=customer_legal_entity.c.customer_id,
    table=customer_assignment,
    key=customer_assignment.c.customer_id,
    tenant=TENANT,
    joins={},
    on_behalf_of=customer_legal_entity.c.legal_entity_id,
)


def _of_pair(field: Field) -> Field:
    """A field of customers, where each row is a customer with one legal entity."""
    column = customer_legal_entity.c.customer_id if field.path == ("id",) else field.column
    tables = (field.column.table,) if column is field.column else ()
    if field.path == IN_SEGMENT:
        return replace(field, link=_PAIR_ASSIGNMENTS)
    joined = tuple(table for table in tables if table is not customer_legal_entity)
    return replace(field, column=column, joined=joined, link=None)


PAIRS: Final = Catalogue(
    name="customers of legal entities",
    base=customer_legal_entity,
    fields=tuple(map(_of_pair, CUSTOMERS.fields)),
    aliases=CUSTOMERS.aliases,
    keys=(("id",), (*LEGAL_ENTITY, "id")),
    joins={
        customer: and_(
            customer.c.tenant == customer_legal_entity.c.tenant,
            customer.c.id == customer_legal_entity.c.customer_id,
        ),
        **lists.LEGAL_ENTITIES.joins,
    },
)
"""Customers with each legal entity that they may act for: `legalEntity` is that one alone."""
CATALOGUES: Final[Mapping[RuleSubject, Catalogue]] = {
    RuleSubject.CUSTOMER: CUSTOMERS,
    RuleSubject.CUSTOMER_OF_LEGAL_ENTITY: PAIRS,
}


def on_subject(condition: Condition, subject: RuleSubject) -> Condition:
    """The condition as the subject's catalogue takes it: of a pair, some legal entity is the one it has."""
    return condition if subject is RuleSubject.CUSTOMER else _without_some(condition)


def _without_some(condition: Condition) -> Condition:
    match condition:
        case And(parts, position):
            return And(tuple(map(_without_some, parts)), position)
        case Or(parts, position):
            return Or(tuple(map(_without_some, parts)), position)
        case Not(part, position):
            return Not(_without_some(part), position)
        case Some(_, part):
            return _without_some(part)
        case _:
            return condition


def leaves(condition: Condition, visit: Callable[[Any], None]) -> None:
    """Call `visit` for each condition that combines no others, and for each Some."""
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                leaves(part, visit)
        case Not(part):
            leaves(part, visit)
        case Some(_, part):
            visit(condition)
            leaves(part, visit)
        case _:
            visit(condition)
