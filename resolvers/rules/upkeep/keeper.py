"""The keeper of rules: the work that no request waits for: builds, and the passing of time.

Each step is a transaction of its own, decided on the locked head: a process that is killed between two
steps leaves the rest to the next one, which comes to the same end.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias, TypeVar

import structlog
from sqlalchemy import Select, or_, select, update

from models.connection.database import Database
from models.connection.kept_statement import KeptStatement
from models.connection.session import Transaction
from models.retries import Retries
from models.tables.columns import this_instant
from models.tables.rule import rule_head
from resolvers.access import TENANT, Writer
from resolvers.caller import Caller, Scope
from resolvers.policy import Policy
from resolvers.rules.changing.remove import remove_chunk
from resolvers.rules.definition.rule import Rule
from resolvers.rules.head import HEAD, TenantRules, rules_of_head
from resolvers.rules.upkeep.build import MOST_AHEAD, begin_anew, build_chunk
from resolvers.rules.upkeep.chunks import chunks
from resolvers.rules.upkeep.due import customers_in_time
from resolvers.rules.upkeep.passing import apply_time, save_time
from resolvers.rules.upkeep.unreadable import lock_readable_rules
from resolvers.rules.upkeep.unused_dates import delete_unused_dates
from resolvers.rules.vocabulary import LEASE, RuleState
from resolvers.writing.change import Cause
from resolvers.writing.run import run

Result = TypeVar("Result")
_log = structlog.get_logger(__name__)

UNDER_WAY: Final = frozenset({RuleState.BUILDING, RuleState.REMOVING})
RuleName: TypeAlias = tuple[str, str]
"""The tenant and the segment of a rule."""
SAVED_EVERY: Final = timedelta(seconds=10)
"""Between two writes of how far time has been taken into account, where it has changed nothing."""


@dataclass(frozen=True, slots=True)
class RuleKeeper:
    """One process that keeps the rules of tenants, known by its name to the others."""

    database: Database
    policy: Policy
    name: str
    clock: Callable[[], datetime] = this_instant
    retries: Retries[RuleName] = field(default_factory=Retries)

    async def tenants_with_work(self) -> Sequence[str]:
        """The tenants with builds, rules that look at time, rules to apply anew, or unused dates."""
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
        """Do what is due for a tenant now: one chunk of each build and removal, and the time that has passed.

        Dates that no rule looks at are deleted in chunks as well.

        Whether something is left that is due at once. A build that fails is logged and tried again later.
        """
        rules = await self._readable_rules(tenant)
        if rules.is_stale or self._is_ahead(tenant, rules):
            await self._write(tenant, Cause.RULE, begin_anew)
            return True
        under_way = [rule for rule in rules.rule_set.rules if rule.state in UNDER_WAY]
        names = {(tenant, rule.segment_id) for rule in under_way}
        self.retries.forget(lambda name: name[0] == tenant and name not in names)
        is_left = rules.has_unused_dates and await self._write(tenant, Cause.RULE, delete_unused_dates)
        for rule in under_way:
            is_left |= await self._try_chunk(tenant, rule)
        await self.pass_time(tenant, await self._rules(tenant) if is_left else rules)
        return is_left

    async def _try_chunk(self, tenant: str, rule: Rule) -> bool:
        """Build or remove a rule for the next customers; whether some are left that are due at once.

        A rule that fails holds up no other.
        """
        name = tenant, rule.segment_id
        if not self.retries.is_due(name):
            return False
        try:
            is_left = await self.build_chunk(tenant, rule)
        except Exception:  # noqa: BLE001
            pause = self.retries.failed(name)
            _log.exception("a rule was not built", tenant=tenant, segment=rule.segment_id, next_try=pause)
            return False
        self.retries.succeeded(name)
        return is_left

    async def build_all(self, tenant: str) -> int:
        """Build or remove every rule of the tenant under way to its end; how many. Needs no lease."""
        rules = await self._readable_rules(tenant)
        building = [rule for rule in rules.rule_set.rules if rule.state in UNDER_WAY]
        for rule in building:
            while await self.build_chunk(tenant, rule):
                pass
        return len(building)

    async def build_chunk(self, tenant: str, rule: Rule) -> bool:
        """Build or remove a rule for the next customers; whether some are left."""
        chunk = remove_chunk if rule.removal else build_chunk
        return await self._write(tenant, Cause.ACTIVATION, lambda writer: chunk(writer, rule))

    async def pass_time(self, tenant: str, rules: TenantRules) -> int:
        """Apply the rules to customers for whom time has changed the answer; how many came and went."""
        since, until = rules.evaluated_to, self.clock()
        applied = [rule for rule in rules.rule_set.rules if rule.is_applied and rule.timed_paths]
        if since is None or until <= since or not applied:
            return 0
        async with self.database.read() as snapshot:
            customers = await customers_in_time(snapshot, tenant, applied, since, until)
        count = 0
        for ids in chunks(customers):
            count += await self._write(
                tenant,
                Cause.SCHEDULE,
                lambda writer: apply_time(writer, rules.revision, ids, until),  # noqa: B023
            )
        if count or until - since >= SAVED_EVERY:
            await self._write(tenant, Cause.SCHEDULE, lambda writer: save_time(writer, rules.revision, until))
        return count

    def _is_ahead(self, tenant: str, rules: TenantRules) -> bool:
        """Whether time was counted to an instant far from now, by a process whose clock was wrong.

        Else time would not pass for the tenant until that instant.
        """
        ahead = rules.evaluated_to is not None and rules.evaluated_to - self.clock() > MOST_AHEAD
        if ahead:
            _log.error("a clock was wrong", tenant=tenant, evaluated_to=str(rules.evaluated_to))
        return ahead

    async def _rules(self, tenant: str) -> TenantRules:
        async with self.database.read() as session:
            head = await session.row(_HEAD.on(session), {"tenant": tenant})
            return TenantRules() if head is None else await rules_of_head(session, tenant, head)

    async def _readable_rules(self, tenant: str) -> TenantRules:
        rules = await self._rules(tenant)
        if not rules.rule_set.unreadable:
            return rules
        return await self._write(tenant, Cause.RULE, lock_readable_rules)

    async def _write(self, tenant: str, cause: Cause, work: Callable[[Writer], Awaitable[Result]]) -> Result:
        caller = Caller(tenant, frozenset(Scope))

        async def in_transaction(transaction: Transaction) -> Result:
            return await run(Writer(caller, self.policy, transaction, self.clock(), cause), work)

        return await self.database.write(in_transaction, caller.client)


def _select_head(_dialect: str) -> Select[Any]:
    return HEAD


def _select_due(_dialect: str) -> Select[Any]:
    head = rule_head.c
    return (
        select(head.tenant)
        .where(or_(head.has_work, head.is_stale, head.has_unused_dates))
        .order_by(head.tenant)
    )


def _select_lease(_dialect: str) -> Select[Any]:
    return select(rule_head.c.lease_owner, rule_head.c.lease_until).where(rule_head.c.tenant == TENANT)


_DUE: Final = KeptStatement(_select_due)
_LEASE: Final = KeptStatement(_select_lease)
_HEAD: Final = KeptStatement(_select_head)
