"""Whether the members of rules are those of a rebuild: all rules at once, some customers at a time."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Select, bindparam, select, union

from models.connection.kept_statement import KeptStatement
from models.tables.columns import PlainText
from models.tables.customer_assignment import customer_assignment
from models.tables.reference import customer
from resolvers.access import TENANT, Reader
from resolvers.background import Turns
from resolvers.caller import Scope
from resolvers.rules.judging.judge import Member, Moves, Pair, moves
from resolvers.rules.judging.panel import Panel
from resolvers.rules.read import ShownRule
from resolvers.rules.vocabulary import RuleState

MOST_DIFFERENCES: Final = 10_000
"""Of one rule, as many keys are listed of either kind."""
CHUNK: Final = 1_000
"""Customers in one statement, which takes some 20 ms with fifty rules."""
AFTER: Final = bindparam("after", type_=PlainText)
MOST: Final = bindparam("most", type_=BigInteger)


@dataclass(frozen=True, slots=True)
class Differences:
    """The keys, customer and legal entity, that should be members and are not, and the other way round."""

    missing: list[Pair] = field(default_factory=list)
    wrong: list[Pair] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.missing or self.wrong)


async def differences(reader: Reader, rules: Sequence[ShownRule]) -> Mapping[str, Differences]:
    """How the members of active rules differ from those of a rebuild, by segment. Nothing is changed.

    What the passing of time is about to change is none: both before and after, the key has to differ.
    """
    reader.caller.require(Scope.READ)
    differences_by_segment: defaultdict[str, Differences] = defaultdict(Differences)
    active = [shown_rule for shown_rule in rules if shown_rule.rule.state is RuleState.ACTIVE]
    if not active:
        return differences_by_segment
    panel, evaluated_to = Panel(shown_rule.rule for shown_rule in active), active[0].evaluated_to
    after, turns = "", Turns()
    while customers := await _next_customers(reader, after):
        _add(differences_by_segment, await _differences(reader, panel, customers, evaluated_to))
        after = customers[-1]
        await turns.pause()
    return differences_by_segment


async def _next_customers(reader: Reader, after: str) -> list[str]:
    """The next customers in the order of their ids: those that are known, and those that are assigned."""
    rows = await reader.rows(_NEXT.on(reader.snapshot), after=after, most=CHUNK)
    return [row["id"] for row in rows]


def _select_next(_dialect: str) -> Select[Any]:
    owners = {customer: customer.c.id, customer_assignment: customer_assignment.c.customer_id}
    parts = [
        select(id_.label("id"))
        .where(table.c.tenant == TENANT, id_ > AFTER)
        .distinct()
        .order_by(id_)
        .limit(MOST)
        .subquery(f"some_{table.name}")
        for table, id_ in owners.items()
    ]
    either = union(*(select(part.c.id) for part in parts)).subquery("either")
    return select(either.c.id).order_by(either.c.id).limit(MOST)


_NEXT: Final = KeptStatement(_select_next)


async def _differences(
    reader: Reader, panel: Panel, customers: Collection[str], evaluated_to: datetime
) -> Moves:
    before = await moves(reader.snapshot, reader.tenant, panel, customers, evaluated_to)
    if not any(before) or reader.now <= evaluated_to:
        return before
    differing = {member[1] for members in before for member in members}
    after = await moves(reader.snapshot, reader.tenant, panel, differing, reader.now)
    return Moves(*(_both(first, second) for first, second in zip(before, after, strict=True)))


def _both(before: Sequence[Member], after: Collection[Member]) -> list[Member]:
    keys_after = set(after)
    return [member for member in before if member in keys_after]


def _add(differences_by_segment: defaultdict[str, Differences], differing: Moves) -> None:
    for segment_id, *key in differing.joining:
        if len(differences_by_segment[segment_id].missing) < MOST_DIFFERENCES:
            differences_by_segment[segment_id].missing.append((key[0], key[1]))
    for segment_id, *key in differing.leaving:
        if len(differences_by_segment[segment_id].wrong) < MOST_DIFFERENCES:
            differences_by_segment[segment_id].wrong.append((key[0], key[1]))
