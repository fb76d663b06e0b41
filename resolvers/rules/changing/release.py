"""Handing customers back to a rule. Needs the scope segment_manage."""

from collections.abc import Collection, Sequence

from resolvers.access import Writer
from resolvers.customer_assignment import CUSTOMER_ASSIGNMENTS
from resolvers.errors import GatewayError
from resolvers.rules.changing.store import require_to_change_rules, required_rule
from resolvers.rules.head import lock_rules
from resolvers.rules.judging.judge import members
from resolvers.rules.judging.panel import Panel
from resolvers.rules.upkeep.apply import new_member
from resolvers.rules.upkeep.exclusions import forget_exclusions
from resolvers.rules.vocabulary import AUTOMATIC
from resolvers.writing.command import Key, Outcome, Record
from resolvers.writing.save import save
from resolvers.writing.table import successor


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
    rule = required_rule(rules.rule_set, segment_id)
    keys = [key for key in elements if not isinstance(key, GatewayError)]
    await forget_exclusions(writer.transaction, writer.tenant, set(keys))
    rows = await CUSTOMER_ASSIGNMENTS.lock(writer, keys)
    member_keys: Collection[Key] = rows.before.keys()
    if rule.is_applied:
        customers, at = {key[1] for key in keys}, rules.moment_of(writer.now)
        member_keys = await members(writer.transaction, writer.tenant, Panel([rule]), customers, at)
    outcomes = [
        Outcome(key=None, error=key)
        if isinstance(key, GatewayError)
        else rows.put(key, _decided(writer, key, rows.get(key), is_member=key in member_keys))
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
