"""Applying rules to customers: assignments come and go until they are what the rules say."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, literal, select, union_all

from models.connection.kept_statement import KeptStatement
from models.sql.keys import KEYS, is_one_of
from models.tables.columns import JsonValue
from models.tables.customer_assignment import customer_assignment
from models.tables.rule import customer_exclusion
from resolvers.access import TENANT, Writer
from resolvers.background import Turns
from resolvers.rules.chunks import chunks
from resolvers.rules.dates import store_dates
from resolvers.rules.head import Rules, mark_stale
from resolvers.rules.judge import Member, members
from resolvers.rules.linked import customers_of_legal_entities
from resolvers.rules.rule import Rule
from resolvers.rules.touched import Touched, meets
from resolvers.rules.unreadable import lock_readable_rules
from resolvers.writing.change import Cause, Change
from resolvers.writing.command import Record
from resolvers.writing.save import save

AUTOMATIC: Final = "AUTOMATIC"
EXCLUDED: Final = "EXCLUDED"
KEY: Final = ("segment_id", "customer_id", "legal_entity_id")


async def apply_rules(writer: Writer) -> None:
    """Apply the tenant's rules to what the transaction has changed, as its last work before the log."""
    if not writer.rules.touched:
        return
    if not writer.policy.rules:
        await mark_stale(writer.transaction, writer.tenant)
        return
    rules = await lock_readable_rules(writer)
    if not rules:
        return
    customers = await _customers(writer, rules)
    await _store_dates(writer, rules)
    for level in rules.levels:
        affected = rules.affected(level, writer.rules.touched.paths)
        if affected:
            customers |= set(writer.rules.touched.customers)
            await apply_to(writer, rules, affected, customers, _cause(writer))
    writer.rules.touched = Touched()


def _cause(writer: Writer) -> Cause:
    """Why rules apply: what began in the background goes on there, all else is a customer's data."""
    return writer.cause if writer.cause in (Cause.SCHEDULE, Cause.ACTIVATION) else Cause.RULE


async def apply_to(
    writer: Writer, rules: Rules, affected: Sequence[Rule], customers: Collection[str], cause: Cause
) -> int:
    """Make the assignments of these customers in the rules' segments what the rules say.

    How many came and went. The rules must be locked.
    """
    at = rules.moment_of(writer.now)
    count, turns = 0, Turns()
    for ids in chunks(sorted(customers)):
        changes = await _differences(writer, affected, ids, at, cause)
        await save(writer, changes)
        count += len(changes)
        await turns.pause()
    return count


async def _differences(
    writer: Writer, rules: Sequence[Rule], customers: Sequence[str], at: datetime, cause: Cause
) -> list[Change]:
    wanted = await members(writer.transaction, writer.tenant, rules, customers, at)
    stored = await _stored(writer, rules, customers)
    joining = [new_member(writer, key) for key in sorted(wanted - stored.keys())]
    leaving = [
        row
        for key, row in sorted(stored.items())
        if row["assignment_type"] == AUTOMATIC and key not in wanted
    ]
    return [
        *(Change(customer_assignment, row, None, cause) for row in leaving),
        *(Change(customer_assignment, None, row, cause) for row in joining),
    ]


def new_member(writer: Writer, key: Member) -> Record:
    """The row of an assignment that a rule makes."""
    return {
        "tenant": writer.tenant,
        **dict(zip(KEY, key, strict=True)),
        "assignment_type": AUTOMATIC,
        "mixins": {},
        "mixin_schemas": {},
        "version": 1,
        "created_at": writer.now,
        "modified_at": writer.now,
    }


async def _stored(writer: Writer, rules: Sequence[Rule], customers: Sequence[str]) -> dict[Member, Record]:
    """Assignments of the customers in the rules' segments, without JSON columns, and their exclusions."""
    statement = _STORED.on(writer.transaction)
    segments = [rule.segment_id for rule in rules]
    parameters = {"tenant": writer.tenant, KEYS: customers, "keys_of_segments": segments}
    rows = await writer.transaction.rows(statement, parameters)
    return {(row["segment_id"], row["customer_id"], row["legal_entity_id"]): dict(row) for row in rows}


def _select_stored(dialect: str) -> Any:
    plain = [column for column in customer_assignment.c if column.type is not JsonValue]
    absent: dict[str, ColumnElement[Any]] = {"assignment_type": literal(EXCLUDED), "version": literal(0)}
    own = customer_exclusion.c
    absent |= {
        column.name: own.get(column.name, own.created_at) for column in plain if column.name not in absent
    }
    excluded = [absent[column.name].label(column.name) for column in plain]

    def of(columns: Any, table: Any) -> Select[Any]:
        return select(*columns).where(
            table.c.tenant == TENANT,
            is_one_of(table.c.customer_id, dialect),
            is_one_of(table.c.segment_id, dialect, "keys_of_segments"),
        )

    return union_all(of(plain, customer_assignment), of(excluded, customer_exclusion))


_STORED: Final = KeptStatement(_select_stored)


async def _customers(writer: Writer, rules: Rules) -> set[str]:
    """The customers that have changed, or that may act for a legal entity that has changed."""
    touched = writer.rules.touched
    customers = set(touched.customers)
    ids = [
        one
        for one, paths in touched.legal_entities.items()
        if any(rules.affected(level, paths) for level in rules.levels)
    ]
    return customers | await customers_of_legal_entities(writer.transaction, writer.tenant, sorted(ids))


async def _store_dates(writer: Writer, rules: Rules) -> None:
    """Keep the dates of the records whose timed paths have changed."""
    touched, paths = writer.rules.touched, rules.timed_paths
    if not paths:
        return

    def changed(records: Iterable[tuple[str, set[str]]]) -> list[str]:
        return [one for one, changed in records if any(meets(path, changed) for path in paths)]

    await store_dates(
        writer.transaction,
        writer.tenant,
        paths,
        changed(touched.customers.items()),
        changed(touched.legal_entities.items()),
    )
