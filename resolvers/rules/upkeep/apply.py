"""Applying rules to customers: assignments come and go until they are what the rules say."""

from collections.abc import Collection, Iterable, Sequence
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Select, select

from models.connection.kept_statement import KeptStatement
from models.sql.keys import key_parameters, with_keys
from models.tables.columns import JsonValue
from models.tables.customer_assignment import ASSIGNMENT_KEY, customer_assignment
from resolvers.access import TENANT, Writer
from resolvers.background import Turns
from resolvers.rules.head import TenantRules, mark_stale
from resolvers.rules.judging.judge import Member, Moves, moves
from resolvers.rules.judging.linked import customers_of_legal_entities
from resolvers.rules.judging.panel import Panel
from resolvers.rules.upkeep.chunks import chunks
from resolvers.rules.upkeep.dates import store_dates
from resolvers.rules.upkeep.early import lock_rules_early
from resolvers.rules.upkeep.touched import Touched
from resolvers.rules.vocabulary import AUTOMATIC
from resolvers.writing.change import Cause, Change
from resolvers.writing.command import Record
from resolvers.writing.save import save


async def apply_rules(writer: Writer) -> None:
    """Apply the tenant's rules to what the transaction has changed, as its last work before the log."""
    if not writer.rules.touched:
        return
    if not writer.policy.rules:
        await mark_stale(writer.transaction, writer.tenant)
        return
    rules, early = await lock_rules_early(writer)
    if not rules:
        return
    customers = await _customers(writer, rules)
    await _store_dates(writer, rules)
    for level in range(len(rules.rule_set.levels)):
        affected = rules.rule_set.affected(level, writer.rules.touched.paths)
        if affected is None:
            continue
        customers |= set(writer.rules.touched.customers)
        early_moves = early.take(affected, customers, rules.moment_of(writer.now)) if early else None
        if early_moves is not None:
            await _move(writer, early_moves, _cause(writer))
        else:
            await apply_to(writer, rules, affected, customers, _cause(writer))
    writer.rules.touched = Touched()


def _cause(writer: Writer) -> Cause:
    """Why rules apply: what began in the background goes on there, all else is a customer's data."""
    return writer.cause if writer.cause in (Cause.SCHEDULE, Cause.ACTIVATION) else Cause.RULE


async def apply_to(
    writer: Writer, rules: TenantRules, panel: Panel, customers: Collection[str], cause: Cause
) -> int:
    """Make the assignments of these customers in the rules' segments what the rules say.

    How many came and went. The rules must be locked.
    """
    at = rules.moment_of(writer.now)
    count, turns = 0, Turns()
    for ids in chunks(sorted(customers)):
        differences = await moves(writer.transaction, writer.tenant, panel, ids, at)
        count += await _move(writer, differences, cause)
        await turns.pause()
    return count


async def _move(writer: Writer, differences: Moves, cause: Cause) -> int:
    changes = [
        *(
            Change(customer_assignment, row, None, cause)
            for row in await _stored(writer, differences.leaving)
        ),
        *(Change(customer_assignment, None, new_member(writer, key), cause) for key in differences.joining),
    ]
    if changes:
        await save(writer, changes)
    return len(changes)


def new_member(writer: Writer, key: Member) -> Record:
    """The row of an assignment that a rule makes."""
    return {
        "tenant": writer.tenant,
        **dict(zip(ASSIGNMENT_KEY, key, strict=True)),
        "assignment_type": AUTOMATIC,
        "mixins": {},
        "mixin_schemas": {},
        "version": 1,
        "created_at": writer.now,
        "modified_at": writer.now,
    }


async def _stored(writer: Writer, keys: Sequence[Member]) -> Sequence[Record]:
    """Assignments by their keys, in key order and without JSON columns."""
    if not keys:
        return []
    parameters = {
        "tenant": writer.tenant,
        **key_parameters(keys, len(ASSIGNMENT_KEY), writer.transaction.dialect),
    }
    rows = await writer.transaction.rows(_STORED.on(writer.transaction), parameters)
    return sorted(map(dict, rows), key=itemgetter(*ASSIGNMENT_KEY))


def _select_stored(dialect: str) -> Select[Any]:
    plain = [column for column in customer_assignment.c if column.type is not JsonValue]
    of_tenant = select(*plain).where(customer_assignment.c.tenant == TENANT)
    return with_keys(of_tenant, customer_assignment, ASSIGNMENT_KEY, dialect)


_STORED: Final = KeptStatement(_select_stored)


async def _customers(writer: Writer, rules: TenantRules) -> set[str]:
    """The customers that have changed, or that may act for a legal entity that has changed."""
    touched = writer.rules.touched
    customers = set(touched.customers)
    ids = [id_ for id_, paths in touched.legal_entities.items() if rules.rule_set.is_looked_at(paths)]
    return customers | await customers_of_legal_entities(writer.transaction, writer.tenant, sorted(ids))


async def _store_dates(writer: Writer, rules: TenantRules) -> None:
    """Keep the dates of the records whose timed paths have changed."""
    touched, paths = writer.rules.touched, rules.rule_set.timed_paths
    if not paths:
        return

    def changed(records: Iterable[tuple[str, set[str]]]) -> list[str]:
        return [id_ for id_, changed in records if rules.rule_set.has_dates(changed)]

    customers, legal_entities = changed(touched.customers.items()), changed(touched.legal_entities.items())
    if customers or legal_entities:
        await store_dates(writer.transaction, writer.tenant, paths, customers, legal_entities)
