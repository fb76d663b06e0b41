"""The rules of a tenant, locked: transactions that apply them or change them take turns.

The head's row is locked after customers and before segments and assignments, in every transaction that
writes assignments or customers. Where the tenant has no rules, such transactions share the lock.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Executable, Select, bindparam, func, literal_column, select, union_all
from sqlalchemy.dialects import postgresql, sqlite

from models.cache import Cache
from models.connection.failure import LostRace
from models.connection.kept_statement import KeptStatement
from models.connection.session import Session, Transaction
from models.sql.prepared import Parameters, Prepared, Row
from models.tables.columns import UtcDateTime
from models.tables.rule import rule_head, segment_rule
from resolvers.access import TENANT, Writer
from resolvers.rules.definition.facts import TimedPath
from resolvers.rules.definition.rule import Rule, rules_of_rows
from resolvers.rules.rule_set import RuleSet

ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class TenantRules:
    """The rules of a tenant in a transaction. Time has been taken into account up to `evaluated_to`."""

    rule_set: RuleSet = field(default_factory=RuleSet)
    revision: int = 0
    evaluated_to: datetime | None = None
    is_stale: bool = False
    has_unused_dates: bool = False

    def __bool__(self) -> bool:
        return bool(self.rule_set.rules)

    def moment_of(self, now: datetime) -> datetime:
        """The instant as of which rules are evaluated: never before one that time was counted to."""
        return now if self.evaluated_to is None else max(now, self.evaluated_to)


def timed(rule: Rule) -> Sequence[TimedPath]:
    """Where time changes the rule, in an order."""
    return sorted(rule.timed_paths, key=lambda timed_path: (timed_path.path, timed_path.moment.name))


async def lock_rules(writer: Writer, *, adds_head: bool = True) -> TenantRules:
    """The rules of the tenant, which stay as they are until the transaction ends; once a transaction.

    A tenant without a head has no rules. One is added, so that the first rule waits for this transaction;
    who deletes segments needs none, as a rule refers to its segment.
    """
    if writer.rules.locked is None:
        locked = await _locked(writer, _LOCK, adds_head=adds_head)
        if locked is None:
            return TenantRules()
        writer.rules.locked = locked
    rules: TenantRules = writer.rules.locked
    return rules


async def lock_rules_and_ask(writer: Writer, statement: Prepared, values: Parameters) -> Sequence[Row] | None:
    """The answer to a statement that is asked in one go with the rules; None where the tenant has no head.

    It sees the database as it is once the rules are locked.
    """
    lock = _LOCK.on(writer.transaction), {"tenant": writer.tenant}
    heads, rows = await writer.transaction.rows_of_each([lock, (statement, values)])
    if not heads:
        return None
    writer.rules.locked = await rules_of_head(writer.transaction, writer.tenant, heads[0])
    return rows


def newest_rules(tenant: str) -> RuleSet | None:
    """The rules that this process has seen last, if it still has them. They may have changed since."""
    newest = NEWEST.peek(tenant)
    return None if newest is None else KEPT.peek((tenant, newest))


async def lock_rules_to_change(writer: Writer) -> TenantRules:
    """The same for who will change them: no other transaction shares the lock. It is the first to ask."""
    rules = await _locked(writer, _LOCK_ALONE) or TenantRules()
    writer.rules.locked = rules
    return rules


async def _locked(writer: Writer, lock: KeptStatement, *, adds_head: bool = True) -> TenantRules | None:
    for _ in range(ATTEMPTS):
        row = await writer.transaction.row(lock.on(writer.transaction), {"tenant": writer.tenant})
        if row is None and not adds_head:
            return None
        if row is None:  # another transaction may add it first
            added = _ADD[writer.transaction.dialect]
            rows = await writer.transaction.write_returning(added, _new_head(writer))
            row = rows[0] if rows else None
        if row is not None:
            return await rules_of_head(writer.transaction, writer.tenant, row)
    raise LostRace("rules")


async def rules_of_head(session: Session, tenant: str, head: Row) -> TenantRules:
    """The rules that belong to a row of `rule_head`."""
    if not head["rules"]:
        return TenantRules(
            RuleSet(), head["revision"], head["evaluated_to"], has_unused_dates=head["has_unused_dates"]
        )
    key = tenant, head["revision"]
    rule_set: RuleSet | None = KEPT.find(key)
    if rule_set is None:
        rows = await session.rows(_RULES, {"tenant": tenant})
        rule_set = RuleSet(await rules_of_rows(rows))
        KEPT.put(key, rule_set)
        NEWEST.put(tenant, head["revision"])
    return TenantRules(
        rule_set, head["revision"], head["evaluated_to"], head["is_stale"], head["has_unused_dates"]
    )


async def save_head(writer: Writer, rules: Sequence[Rule], *, evaluated_to: datetime) -> None:
    """Say that the rules have changed, and what they are now; the head must be locked."""
    now = RuleSet(rules)
    revision = new_revision()
    columns = {
        "revision": revision,
        "rules": len(rules),
        "has_work": now.has_work,
        "evaluated_to": evaluated_to,
    }
    await writer.transaction.write(
        rule_head.update().where(rule_head.c.tenant == writer.tenant).values(**columns)
    )
    writer.rules.locked = TenantRules(now, revision, evaluated_to)


def new_revision() -> int:
    """A number that no other state of any tenant's rules has, in this database or in a backup of it."""
    return secrets.randbits(62)


def _new_head(writer: Writer) -> dict[str, Any]:
    return {
        "tenant": writer.tenant,
        "revision": new_revision(),
        "rules": 0,
        "has_work": False,
        "is_stale": False,
        "evaluated_to": writer.now,
    }


def _size_of_rules(_key: Any, rules: RuleSet) -> int:
    return rules.size


KEPT: Final = Cache("rules", share=0.05, largest=1.0, size_of=_size_of_rules)
NEWEST: Final = Cache("newest_rules", share=0.001)
_RULES: Final = (
    select(segment_rule).where(segment_rule.c.tenant == TENANT).order_by(segment_rule.c.segment_id)
)
HEAD: Final[Select[Any]] = select(
    rule_head.c.tenant,
    rule_head.c.revision,
    rule_head.c.rules,
    rule_head.c.is_stale,
    rule_head.c.has_unused_dates,
    rule_head.c.evaluated_to,
).where(rule_head.c.tenant == TENANT)


def _shared_or_alone(dialect: str) -> Select[Any]:
    """One of two rows: shared where the tenant has no rules, else locked against all.

    With rules, the transaction goes on with statements that are large, and that look up keys: to plan each
    of them anew takes several times as long as to run it.
    """
    if dialect == "sqlite":
        return HEAD
    plans = func.set_config("plan_cache_mode", "force_generic_plan", literal_column("true"))
    shared: Select[Any] = HEAD.add_columns(literal_column("''").label("plans"))
    shared = shared.where(rule_head.c.rules == 0).with_for_update(read=True)
    alone: Select[Any] = HEAD.add_columns(plans.label("plans"))
    alone = alone.where(rule_head.c.rules > 0).with_for_update()
    either = union_all(select(shared.cte("shared")), select(alone.cte("alone")))
    return select(either.subquery("head"))


_LOCK: Final = KeptStatement(_shared_or_alone)
_LOCK_ALONE: Final = KeptStatement(lambda _dialect: HEAD.with_for_update())


def _add(dialect: Any) -> Executable:
    columns = {
        "tenant": bindparam("tenant"),
        "revision": bindparam("revision"),
        "rules": bindparam("rules"),
        "has_work": bindparam("has_work"),
        "is_stale": bindparam("is_stale"),
        "evaluated_to": bindparam("evaluated_to", type_=UtcDateTime),
    }
    inserted = dialect.insert(rule_head).values(**columns).on_conflict_do_nothing()
    added: Executable = inserted.returning(*HEAD.selected_columns)
    return added


_ADD: Final = {"postgresql": _add(postgresql), "sqlite": _add(sqlite)}


async def mark_stale(transaction: Transaction, tenant: str) -> None:
    """Remember that customers changed while rules were switched off."""
    await transaction.write(
        rule_head.update()
        .where(rule_head.c.tenant == tenant, rule_head.c.rules > 0, rule_head.c.is_stale.is_(False))
        .values(is_stale=True)
    )
