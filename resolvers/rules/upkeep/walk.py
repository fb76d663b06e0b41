"""The way of a build through a tenant: legal entities, then customers, a chunk at a time."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select, tuple_

from models.tables.customer_assignment import customer_assignment
from models.tables.reference import legal_entity
from resolvers.access import Writer
from resolvers.rules.definition.catalogue import CATALOGUES
from resolvers.rules.definition.rule import Rule
from resolvers.rules.judging.condition import NONE, key_columns, source
from resolvers.rules.judging.judge import Pair
from resolvers.rules.upkeep.dates import LEGAL_ENTITY_PREFIX
from resolvers.rules.vocabulary import AUTOMATIC, CHUNK, RuleSubject


async def next_keys(writer: Writer, rule: Rule) -> list[Pair]:
    """The next keys of customer and legal entity, in order; none at the end.

    Legal entities come first, as ('', legal entity), where the rule looks at their dates. Customers are those
    that the rule ranges over, and those that it has assigned although they are not there any more.
    """
    if not _is_among_customers(rule) and (legal_entities := await _legal_entities(writer, rule)):
        return legal_entities
    there = await _keys(writer, _rows(writer, rule))
    last = there[-1] if len(there) == CHUNK else None
    assigned = await _keys(writer, _assigned(writer, rule, last))
    return sorted({*there, *assigned})[:CHUNK]


def _is_among_customers(rule: Rule) -> bool:
    return rule.built_to is not None and bool(rule.built_to[0])


async def _legal_entities(writer: Writer, rule: Rule) -> list[Pair]:
    if not any(path.startswith(LEGAL_ENTITY_PREFIX) for path in rule.date_paths):
        return []
    _, after = rule.built_to or ("", "")
    of_tenant = legal_entity.c.tenant == writer.tenant, legal_entity.c.id > after
    ids = _keys_of((NONE, legal_entity.c.id)).where(*of_tenant)
    return await _keys(writer, ids.order_by(legal_entity.c.id).limit(CHUNK))


def _rows(writer: Writer, rule: Rule) -> Select[Any]:
    """The next rows that the rule ranges over."""
    catalogue, columns = CATALOGUES[rule.subject], key_columns(rule.subject)
    rows = _keys_of(columns)
    rows = rows.select_from(source(catalogue, ())).where(catalogue.base.c.tenant == writer.tenant)
    return _after(rows, rule, columns)


def _assigned(writer: Writer, rule: Rule, last: Pair | None) -> Select[Any]:
    """The next members that a rule has assigned to the segment, up to a key."""
    assigned = customer_assignment.c
    columns: tuple[ColumnElement[str], ColumnElement[str]] = assigned.customer_id, assigned.legal_entity_id
    if rule.subject is RuleSubject.CUSTOMER:  # another rule may have assigned them for legal entities
        columns = assigned.customer_id, NONE
    rows = _keys_of(columns)
    rows = rows.where(
        assigned.tenant == writer.tenant,
        assigned.segment_id == rule.segment_id,
        assigned.assignment_type == AUTOMATIC,
    )
    place = _place(rule, columns)
    if last is not None:
        rows = rows.where(tuple_(*place) <= tuple_(*last[: len(place)]))
    return _after(rows, rule, columns)


def _keys_of(columns: Sequence[ColumnElement[str]]) -> Select[Any]:
    labels: list[ColumnElement[Any]] = [
        column.label(name) for name, column in zip(("customer_id", "legal_entity_id"), columns, strict=True)
    ]
    return select(*labels)


def _after(rows: Select[Any], rule: Rule, columns: Sequence[ColumnElement[str]]) -> Select[Any]:
    """A chunk of the rows behind those that the build has been to."""
    place = _place(rule, columns)
    if rule.built_to is not None:
        rows = rows.where(tuple_(*place) > tuple_(*rule.built_to[: len(place)]))
    return rows.order_by(*place).limit(CHUNK)


def _place(rule: Rule, columns: Sequence[ColumnElement[str]]) -> Sequence[ColumnElement[str]]:
    return columns if rule.subject is RuleSubject.CUSTOMER_OF_LEGAL_ENTITY else columns[:1]


async def _keys(writer: Writer, rows: Select[Any]) -> list[Pair]:
    return [(row["customer_id"], row["legal_entity_id"]) for row in await writer.transaction.rows(rows)]
