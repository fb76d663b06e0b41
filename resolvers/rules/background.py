"""The work on rules that no request waits for: builds, and the passing of time.

Each step is a transaction of its own, decided on the locked head: a process that is killed between two
steps leaves the rest to the next one, which comes to the same end.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import structlog
from sqlalchemy import ColumnElement, Select, or_, select, tuple_, update

from models.connection.database import Database
from models.connection.kept_statement import KeptStatement
from models.connection.session import Transaction
from models.tables.columns import this_instant
from models.tables.reference import customer
from models.tables.rule import rule_head, segment_rule
from resolvers.access import TENANT, Writer
from resolvers.caller import Caller, Scope
from resolvers.policy import Policy
from resolvers.rules.apply import apply_to
from resolvers.rules.catalogue import CATALOGUES
from resolvers.rules.chunks import chunks
from resolvers.rules.condition import key_columns, source
from resolvers.rules.dates import forget_dates, store_all_dates
from resolvers.rules.difference import Difference
from resolvers.rules.due import customers_in_time
from resolvers.rules.head import HEAD, Rules, lock_rules, rules_of_head, save_head
from resolvers.rules.panel import Panel
from resolvers.rules.rule import Rule, rules_of_rows
from resolvers.rules.unreadable import lock_readable_rules
from resolvers.rules.vocabulary import CHUNK, LEASE, RuleState, RuleSubject
from resolvers.rules.write import take_out, write_rule
from resolvers.writing.change import Cause
from resolvers.writing.run import run

Result = TypeVar("Result")
_log = structlog.get_logger(__name__)

MOST_AHEAD: Final = timedelta(minutes=5)
"""The clocks of two processes may differ by so much."""
SAVED_EVERY: Final = timedelta(seconds=10)
"""Between two writes of how far time has been taken into account, where it has changed nothing."""


@dataclass(frozen=True, slots=True)
class RuleKeeper:
    """One process that keeps the rules of tenants, known by its name to the others."""

    database: Database
    policy: Policy
    name: str
    clock: Callable[[], datetime] = this_instant

    async def tenants_with_work(self) -> Sequence[str]:
        """The tenants with builds, with rules that look at time, or with rules to apply anew."""
        async with self.database.read(single=True) as session:
            rows = await session.rows(_DUE.on(session))
        return [row["tenant"] for row in rows]

    async def take_lease(self, tenant: str) -> bool:
        """Whether the tenant's work is this process's for a while; a lease that is half over is renewed."""
        now = self.clock()

        async def work(transaction: Transaction) -> bool:
            head = rule_head.c
            is_free = or_(head.lease_until.is_(None), head.lease_until <= now, head.lease_owner == self.name)
            rows = await transaction.write_returning(
                update(rule_head)
                .where(head.tenant == tenant, is_free)
                .values(lease_owner=self.name, lease_until=now + LEASE)
                .returning(head.tenant)
            )
            return bool(rows)

        async with self.database.read(single=True) as session:
            row = await session.row(_LEASE.on(session), {"tenant": tenant})
        if row is None:
            return False
        is_held = row["lease_until"] is not None and row["lease_until"] > now
        if is_held and row["lease_owner"] != self.name:
            return False
        if is_held and row["lease_until"] > now + LEASE / 2:
            return True
        return await self.database.write(work)

    async def work_on(self, tenant: str) -> bool:
        """Do what is due for a tenant now: one chunk of each build, and the time that has passed.

        Whether something is left that is due at once. Raises the failure of a build, once all else is done.
        """
        rules = await self._readable_rules(tenant)
        if rules.is_stale or self._is_ahead(rules):
            await self._write(tenant, Cause.RULE, _begin_anew)
            return True
        is_left, failures = False, list[Exception]()
        for rule in rules.rules:
            if rule.state is RuleState.BUILDING:
                try:
                    is_left |= await self.build_chunk(tenant, rule)
                except Exception as failure:  # noqa: BLE001  (a rule that fails holds up no other)
                    failures.append(failure)
        await self.pass_time(tenant, await self._rules(tenant) if is_left else rules)
        if failures:
            raise failures[0]
        return is_left

    async def build_all(self, tenant: str) -> int:
        """Build every rule of the tenant that is being built to its end; how many. Needs no lease."""
        rules = await self._readable_rules(tenant)
        building = [rule for rule in rules.rules if rule.state is RuleState.BUILDING]
        for rule in building:
            while await self.build_chunk(tenant, rule):
                pass
        return len(building)

    async def build_chunk(self, tenant: str, rule: Rule) -> bool:
        """Apply a rule that is being built to the next customers; whether some are left."""
        return await self._write(tenant, Cause.ACTIVATION, lambda writer: _build_chunk(writer, rule))

    async def pass_time(self, tenant: str, rules: Rules) -> int:
        """Apply the rules to customers for whom time has changed the answer; how many came and went."""
        since, until = rules.evaluated_to, self.clock()
        applied = [rule for rule in rules.rules if rule.is_applied and rule.timed_paths]
        if since is None or until <= since or not applied:
            return 0
        async with self.database.read() as snapshot:
            customers = await customers_in_time(snapshot, tenant, applied, since, until)
        count = 0
        for ids in chunks(customers):
            count += await self._write(
                tenant,
                Cause.SCHEDULE,
                lambda writer: _pass_time(writer, rules.revision, ids, until),  # noqa: B023
            )
        if count or until - since >= SAVED_EVERY:
            await self._write(
                tenant, Cause.SCHEDULE, lambda writer: _save_time(writer, rules.revision, until)
            )
        return count

    def _is_ahead(self, rules: Rules) -> bool:
        """Whether time was counted to an instant far from now, by a process whose clock was wrong.

        Else time would not pass for the tenant until that instant.
        """
        ahead = rules.evaluated_to is not None and rules.evaluated_to - self.clock() > MOST_AHEAD
        if ahead:
            _log.error("a clock was wrong", evaluated_to=str(rules.evaluated_to))
        return ahead

    async def _rules(self, tenant: str) -> Rules:
        async with self.database.read() as session:
            head = await session.row(_HEAD.on(session), {"tenant": tenant})
            return Rules() if head is None else await rules_of_head(session, tenant, head)

    async def _readable_rules(self, tenant: str) -> Rules:
        rules = await self._rules(tenant)
        return await self._write(tenant, Cause.RULE, lock_readable_rules) if rules.unreadable else rules

    async def _write(self, tenant: str, cause: Cause, work: Callable[[Writer], Awaitable[Result]]) -> Result:
        caller = Caller(tenant, frozenset(Scope))

        async def in_transaction(transaction: Transaction) -> Result:
            return await run(Writer(caller, self.policy, transaction, self.clock(), cause), work)

        return await self.database.write(in_transaction, caller.client)


async def _pass_time(writer: Writer, revision: int, customers: Sequence[str], until: datetime) -> int:
    rules = await lock_rules(writer)
    if rules.revision != revision:  # the next round begins with the rules as they are now
        return 0
    passed = replace(rules, evaluated_to=max(until, rules.moment_of(until)))
    count = 0
    for level in rules.levels:
        timed_rules = [rule for rule in level if rule.is_applied and rule.timed_paths]
        if timed_rules:
            count += await apply_to(writer, passed, Panel(timed_rules), customers, Cause.SCHEDULE)
    return count


async def _save_time(writer: Writer, revision: int, until: datetime) -> None:
    rules = await lock_rules(writer)
    if rules.revision == revision and rules.moment_of(until) == until:
        await writer.transaction.write(
            update(rule_head).where(rule_head.c.tenant == writer.tenant).values(evaluated_to=until)
        )


async def _begin_anew(writer: Writer) -> None:
    """Build every rule again: customers changed while rules were switched off, or a clock was wrong."""
    rules = await lock_rules(writer)
    await writer.transaction.write(
        update(segment_rule)
        .where(segment_rule.c.tenant == writer.tenant, segment_rule.c.state == RuleState.ACTIVE)
        .values(state=RuleState.BUILDING, built_customer_id=None, built_legal_entity_id=None, built_keys=0)
    )
    await writer.transaction.write(
        update(rule_head).where(rule_head.c.tenant == writer.tenant).values(is_stale=False)
    )
    again = [
        replace(rule, state=RuleState.BUILDING, built_to=None, built_keys=0)
        if rule.state is RuleState.ACTIVE
        else rule
        for rule in rules.rules
    ]
    await forget_dates(writer.transaction, writer.tenant, rules.timed_paths)
    await store_all_dates(writer.transaction, writer.tenant, rules.timed_paths)
    until = min(rules.moment_of(writer.now), writer.now + MOST_AHEAD)
    await save_head(writer, again, evaluated_to=until)


async def _build_chunk(writer: Writer, seen: Rule) -> bool:
    rules = await lock_rules(writer)
    rule = await _stored(writer, seen.segment_id)
    if rule is None or rule.name != seen.name or rule.state is not RuleState.BUILDING:
        return False
    if keys := await _next_keys(writer, rule):
        customers = sorted({key[0] for key in keys})
        await apply_to(writer, rules, Panel([rule]), customers, Cause.ACTIVATION)
        progress = replace(rule, built_to=keys[-1], built_keys=rule.built_keys + len(keys))
        await write_rule(writer, progress, is_new=False)
        return True
    if await _leave_chunk(writer, rules, rule):
        return True
    built = replace(rule, state=RuleState.ACTIVE)
    await write_rule(writer, built, is_new=False)
    changed = [built if one.segment_id == rule.segment_id else one for one in rules.rules]
    await save_head(writer, changed, evaluated_to=rules.evaluated_to or writer.now)
    return False


async def _stored(writer: Writer, segment_id: str) -> Rule | None:
    """The rule with the progress of its build, which does not change the revision of the head."""
    is_rule = segment_rule.c.tenant == writer.tenant, segment_rule.c.segment_id == segment_id
    row = await writer.transaction.row(select(segment_rule).where(*is_rule))
    return None if row is None else (await rules_of_rows([row]))[0]


async def _next_keys(writer: Writer, rule: Rule) -> list[tuple[str, str]]:
    """The next rows that the rule ranges over."""
    catalogue = CATALOGUES[rule.subject]
    columns = dict(zip(("customer_id", "legal_entity_id"), key_columns(rule.subject), strict=True))
    place = (
        list(columns.values()) if rule.subject is RuleSubject.CUSTOMER_OF_LEGAL_ENTITY else [customer.c.id]
    )
    shown: list[ColumnElement[Any]] = [column.label(name) for name, column in columns.items()]
    rows: Select[Any] = select(*shown).where(catalogue.base.c.tenant == writer.tenant)
    rows = rows.select_from(source(catalogue, ()))
    if rule.built_to is not None:
        rows = rows.where(tuple_(*place) > tuple_(*rule.built_to[: len(place)]))
    found = await writer.transaction.rows(rows.order_by(*place).limit(CHUNK))
    return [(row["customer_id"], row["legal_entity_id"]) for row in found]


async def _leave_chunk(writer: Writer, rules: Rules, rule: Rule) -> bool:
    """Take out members that are none of the rows that the rule ranges over; whether there were some."""
    difference = Difference(writer.transaction, writer.tenant, rule, rules.moment_of(writer.now))
    rows = await difference.rows(difference.leaves, CHUNK)
    await take_out(writer, rule, rows)
    return bool(rows)


def _select_head(_dialect: str) -> Select[Any]:
    return HEAD


def _select_due(_dialect: str) -> Select[Any]:
    head = rule_head.c
    return select(head.tenant).where(or_(head.has_work, head.is_stale)).order_by(head.tenant)


def _select_lease(_dialect: str) -> Select[Any]:
    return select(rule_head.c.lease_owner, rule_head.c.lease_until).where(rule_head.c.tenant == TENANT)


_DUE: Final = KeptStatement(_select_due)
_LEASE: Final = KeptStatement(_select_lease)
_HEAD: Final = KeptStatement(_select_head)
