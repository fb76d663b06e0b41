"""Changing rules: set, pause, remove, and hand customers back. Needs the scope segment_manage."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, Table, delete, select, update

from models.sql.prepared import Row
from models.tables.customer_assignment import customer_assignment
from models.tables.rule import customer_exclusion, segment_rule
from models.tables.segment import segment
from resolvers.access import Writer
from resolvers.background import Turns
from resolvers.caller import Caller, Scope
from resolvers.customer_assignment import CUSTOMER_ASSIGNMENTS
from resolvers.errors import GatewayError, InvalidInput, LimitReached, NotFound
from resolvers.rules.apply import new_member
from resolvers.rules.chunks import chunks
from resolvers.rules.content import RuleContent
from resolvers.rules.dates import forget_dates, store_all_dates
from resolvers.rules.difference import Difference
from resolvers.rules.exclusions import forget_exclusions
from resolvers.rules.head import Rules, lock_rules, lock_rules_to_change, save_head
from resolvers.rules.judge import Member, members
from resolvers.rules.levels import check_levels, check_segments, unstored_rule, with_rule
from resolvers.rules.panel import Panel
from resolvers.rules.rule import Rule
from resolvers.rules.rule_set import RuleSet
from resolvers.rules.vocabulary import (
    AUTOMATIC,
    CHUNK,
    MOST_BYTES,
    MOST_CHANGES,
    MOST_CONDITIONS,
    MOST_RULES,
    RuleState,
)
from resolvers.writing.change import Cause, Change
from resolvers.writing.command import Key, Outcome, Record
from resolvers.writing.save import save
from resolvers.writing.table import lock_existing, successor


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many customers setting a rule may move at most; None leaves it open."""

    joins: int | None = None
    leaves: int | None = None


async def set_rule(writer: Writer, segment_id: str, content: RuleContent, bounds: Bounds = Bounds()) -> Rule:
    """Give the segment a rule, or another one, and apply it; a paused one goes on.

    Up to MOST_CHANGES assignments come and go in this transaction; else the rule is BUILDING and goes on
    in the background. Raises NotFound, LimitReached, InvalidInput (for a circle of rules, and where more
    customers would move than the bounds allow: then nothing is changed).
    Needs segment_read as well: what becomes of a rule tells what is stored of customers.
    """
    require_to_change_rules(writer.caller)
    rules = await lock_rules_to_change(writer)
    await _require_segments(writer, segment_id, content)
    stored = rules.by_segment.get(segment_id)
    if stored is not None and stored.content.is_same_as(content) and stored.is_applied:
        return stored
    rule = next_version(writer, segment_id, content, stored)
    changed = with_rule(rules, rule)
    check_limits(changed)
    check_levels(changed, rule)
    await write_rule(writer, rule, is_new=stored is None)
    await keep_dates(writer, rules, changed)
    activated = await _activate(writer, rules, rule, bounds)
    if activated is not rule:
        await write_rule(writer, activated, is_new=False)
    await save_rules(writer, rules, with_rule(rules, activated))
    return activated


async def pause_rule(writer: Writer, segment_id: str) -> Rule:
    """Leave the members of the segment as they are, until the rule is set again. Raises NotFound."""
    writer.caller.require(Scope.MANAGE)
    rules = await lock_rules_to_change(writer)
    rule = _required(rules, segment_id)
    if rule.state is RuleState.PAUSED:
        return rule
    paused = replace(next_version(writer, segment_id, rule.content, rule), state=RuleState.PAUSED)
    await write_rule(writer, paused, is_new=False)
    await save_rules(writer, rules, with_rule(rules, paused))
    return paused


async def remove_rule(writer: Writer, segment_id: str, *, keep_members: bool = False) -> bool:
    """Delete the rule and its exclusions; whether there was one.

    The customers that it has assigned leave, or with `keep_members` stay as if a client had assigned them.
    """
    writer.caller.require(Scope.MANAGE)
    rules = await lock_rules_to_change(writer)
    if segment_id not in rules.by_segment:
        return False
    for table in (customer_exclusion, segment_rule):
        await _delete_of_segments(writer, table, [segment_id])
    turns = Turns()
    while rows := await _automatic(writer, segment_id):
        await save(writer, [_released(writer, row, keep_members=keep_members) for row in rows])
        await turns.pause()
    left = Rules(RuleSet([rule for rule in rules.rules if rule.segment_id != segment_id]))
    await keep_dates(writer, rules, left)
    await save_rules(writer, rules, left)
    return True


async def forget_rules(writer: Writer, rules: Rules, segment_ids: Collection[str]) -> None:
    """Delete those of the locked rules whose segments are about to be deleted."""
    gone = [one for one in segment_ids if one in rules.by_segment]
    if not gone:
        return
    await _delete_of_segments(writer, segment_rule, gone)
    left = Rules(RuleSet([rule for rule in rules.rules if rule.segment_id not in gone]))
    await keep_dates(writer, rules, left)
    await save_rules(writer, rules, left)


async def release_customers(
    writer: Writer, segment_id: str, elements: Sequence[Key | GatewayError]
) -> list[Outcome]:
    """Let the rule decide about customers that a client has assigned or excluded; one outcome for each.

    Keys are those of assignments in the segment; a GatewayError is an element that could not be read.
    Where the rule is paused, assignments stay. Raises NotFound where the segment has no rule.
    Needs segment_read as well.
    """
    require_to_change_rules(writer.caller)
    rules = await lock_rules(writer)
    rule = _required(rules, segment_id)
    keys = [key for key in elements if not isinstance(key, GatewayError)]
    await forget_exclusions(writer.transaction, writer.tenant, set(keys))
    rows = await CUSTOMER_ASSIGNMENTS.lock(writer, keys)
    wanted: Collection[Key] = rows.before.keys()
    if rule.is_applied:
        customers, at = {key[1] for key in keys}, rules.moment_of(writer.now)
        wanted = await members(writer.transaction, writer.tenant, Panel([rule]), customers, at)
    outcomes = [
        Outcome(key=None, error=key)
        if isinstance(key, GatewayError)
        else rows.put(key, _decided(writer, key, rows.get(key), is_member=key in wanted))
        for key in elements
    ]
    await save(writer, CUSTOMER_ASSIGNMENTS.changes(rows, writer))
    return outcomes


def _decided(writer: Writer, key: Key, stored: Record | None, *, is_member: bool) -> Record | None:
    """The row of a customer about whom the rule decides."""
    if not is_member:
        return None
    if stored is None:
        return new_member(writer, (key[0], key[1], key[2]))
    if stored["assignment_type"] == AUTOMATIC:
        return stored
    return {**stored, **successor(stored, writer.now), "assignment_type": AUTOMATIC}


def _required(rules: Rules, segment_id: str) -> Rule:
    rule = rules.by_segment.get(segment_id)
    if rule is None:
        raise NotFound(segment_id, path=("segmentId",))
    return rule


async def _require_segments(writer: Writer, segment_id: str, content: RuleContent) -> None:
    """The segment stays until the transaction ends, and so do those whose members the rule asks for."""
    asked = unstored_rule(segment_id, content).segments
    known = await lock_existing(writer, segment, {segment_id, *asked})
    if segment_id not in known:
        raise NotFound(segment_id, path=("segmentId",))
    check_segments(content, asked - known)


def next_version(writer: Writer, segment_id: str, content: RuleContent, stored: Rule | None) -> Rule:
    """The rule that follows the stored one, not yet applied to any customer."""
    version = 1 if stored is None else stored.version + 1
    created_at = writer.now if stored is None else stored.created_at
    return Rule(segment_id, content, RuleState.BUILDING, version, created_at, writer.now, None, 0)


def require_to_change_rules(caller: Caller) -> None:
    """Refuse a caller who may not read as well: what becomes of a rule tells what is stored of customers."""
    for scope in (Scope.MANAGE, Scope.READ):
        caller.require(scope)


def check_limits(rules: Rules) -> None:
    """Raise LimitReached where a tenant may not have so many rules, conditions or bytes."""
    if len(rules.rules) > MOST_RULES:
        raise LimitReached(f"A tenant may have {MOST_RULES} rules.", path=("segmentId",))
    if sum(rule.facts.conditions for rule in rules.rules) > MOST_CONDITIONS:
        message = f"All rules of a tenant may have at most {MOST_CONDITIONS:,} conditions together."
        raise LimitReached(message, path=("segmentId",))
    if sum(rule.facts.written_bytes for rule in rules.rules) > MOST_BYTES:
        message = f"All rules of a tenant may have at most {MOST_BYTES:,} bytes together."
        raise LimitReached(message, path=("segmentId",))


async def write_rule(writer: Writer, rule: Rule, *, is_new: bool) -> None:
    """Store the rule; the head must be locked."""
    customer_id, legal_entity_id = rule.built_to or (None, None)
    columns = {
        **rule.content.columns,
        "state": rule.state,
        "version": rule.version,
        "created_at": rule.created_at,
        "modified_at": rule.modified_at,
        "built_customer_id": customer_id,
        "built_legal_entity_id": legal_entity_id,
        "built_keys": rule.built_keys,
    }
    if is_new:
        row = {"tenant": writer.tenant, "segment_id": rule.segment_id, **columns}
        await writer.transaction.write(segment_rule.insert(), [row])
    else:
        is_rule = segment_rule.c.tenant == writer.tenant, segment_rule.c.segment_id == rule.segment_id
        await writer.transaction.write(update(segment_rule).where(*is_rule).values(**columns))


async def _delete_of_segments(writer: Writer, table: Table, segment_ids: Collection[str]) -> None:
    of_segments = table.c.tenant == writer.tenant, table.c.segment_id.in_(sorted(segment_ids))
    await writer.transaction.write(delete(table).where(*of_segments))


async def keep_dates(writer: Writer, before: Rules, after: Rules) -> None:
    """Store dates at paths that rules look at from now on, and forget those at all others.

    A paused rule may have been one that this version could not read: its dates are stored anew.
    """
    await forget_dates(writer.transaction, writer.tenant, before.timed_paths - after.timed_paths)
    new = after.applied_paths - before.applied_paths
    if new:
        await store_all_dates(writer.transaction, writer.tenant, new)


async def _activate(writer: Writer, rules: Rules, rule: Rule, bounds: Bounds) -> Rule:
    """Apply the rule to the whole tenant, if that is not too much for one transaction."""
    difference = Difference(writer.transaction, writer.tenant, rule, rules.moment_of(writer.now))
    joining = await _bounded(difference, difference.joins, bounds.joins, ("mostJoins", "join"))
    leaving = await _bounded(difference, difference.leaves, bounds.leaves, ("mostLeaves", "leave"))
    if len(joining) + len(leaving) > MOST_CHANGES or writer.cause is Cause.IMPORT:
        return rule
    await _save_in_chunks(writer, rule, leaving, joining)
    return replace(rule, state=RuleState.ACTIVE)


async def _bounded(
    difference: Difference, statement: Callable[[], Select[Any]], most: int | None, words: tuple[str, str]
) -> Sequence[Row]:
    """The keys that move, one more than MOST_CHANGES at most. Raises InvalidInput above the bound."""
    rows = await difference.rows(statement, MOST_CHANGES + 1)
    if most is not None and len(rows) > most:
        count = len(rows) if len(rows) <= MOST_CHANGES else await difference.count(statement)
        argument, verb = words
        raise InvalidInput(f"{count:,} customers would {verb}, more than {most:,}.", path=(argument,))
    return rows


async def _save_in_chunks(writer: Writer, rule: Rule, leaving: Sequence[Row], joining: Sequence[Row]) -> None:
    turns = Turns()
    for rows in chunks(leaving):
        await take_out(writer, rule, rows)
        await turns.pause()
    for rows in chunks(joining):
        new = [new_member(writer, _member(rule, row)) for row in rows]
        await save(writer, [Change(customer_assignment, None, row, Cause.ACTIVATION) for row in new])
        await turns.pause()


async def take_out(writer: Writer, rule: Rule, rows: Sequence[Row]) -> None:
    """Delete the assignments of some members, by customer and legal entity, as the rule says."""
    stored = await CUSTOMER_ASSIGNMENTS.lock(writer, [_member(rule, row) for row in rows])
    changes = [Change(customer_assignment, row, None, Cause.ACTIVATION) for row in stored.before.values()]
    await save(writer, changes)


def _member(rule: Rule, row: Row) -> Member:
    return rule.segment_id, row["customer_id"], row["legal_entity_id"]


async def _automatic(writer: Writer, segment_id: str) -> Sequence[Record]:
    """The next assignments that a rule has made."""
    of_segment = customer_assignment.c.tenant == writer.tenant, customer_assignment.c.segment_id == segment_id
    rows = await writer.transaction.rows(
        select(customer_assignment.c.customer_id, customer_assignment.c.legal_entity_id)
        .where(*of_segment, customer_assignment.c.assignment_type == AUTOMATIC)
        .order_by(customer_assignment.c.customer_id, customer_assignment.c.legal_entity_id)
        .limit(CHUNK)
    )
    keys = [(segment_id, row["customer_id"], row["legal_entity_id"]) for row in rows]
    return [*(await CUSTOMER_ASSIGNMENTS.lock(writer, keys)).before.values()]


def _released(writer: Writer, row: Record, *, keep_members: bool) -> Change:
    after = {**row, **successor(row, writer.now), "assignment_type": "MANUAL"} if keep_members else None
    return Change(customer_assignment, row, after, Cause.ACTIVATION)


async def save_rules(writer: Writer, before: Rules, after: Rules) -> None:
    """Write the head. Where no rule looked at time before, it has been taken into account up to now."""
    now = before.moment_of(writer.now)
    evaluated_to = before.evaluated_to if before.together.has_work and before.evaluated_to else now
    await save_head(writer, after.rules, evaluated_to=evaluated_to)
