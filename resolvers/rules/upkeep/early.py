"""Asking about members in one go with the head, where nobody can change the rules in between.

On SQLite a transaction that writes is alone, so the rules that the process knows are asked before it is
certain that they are still those of the tenant. Each time that a thread is asked there takes longer than the
whole judgement of a customer.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from resolvers.access import Writer
from resolvers.rules.head import TenantRules, lock_rules_and_ask, newest_rules
from resolvers.rules.judging.judge import Moves, Question, question
from resolvers.rules.judging.panel import Panel
from resolvers.rules.rule_set import RuleSet
from resolvers.rules.upkeep.unreadable import lock_readable_rules
from resolvers.rules.vocabulary import CHUNK


@dataclass(slots=True)
class EarlyMoves:
    """What the first affected rules say about the customers of a transaction."""

    panel: Panel
    customers: Sequence[str]
    at: datetime
    moves: Moves | None

    def take(self, panel: Panel, customers: Collection[str], at: datetime) -> Moves | None:
        """The answer, once: then members have changed. None where something else is asked."""
        moves, self.moves = self.moves, None
        is_asked = at == self.at and sorted(customers) == self.customers and panel is self.panel
        return moves if is_asked else None


async def lock_rules_early(writer: Writer) -> tuple[TenantRules, EarlyMoves | None]:
    """The rules, locked, and what they say about the customers that the transaction has changed so far."""
    newest = newest_rules(writer.tenant)
    if writer.transaction.dialect != "sqlite" or writer.rules.locked is not None or newest is None:
        return await lock_readable_rules(writer), None
    first = await _first_question(writer, newest)
    if first is None:
        return await lock_readable_rules(writer), None
    rows = await lock_rules_and_ask(writer, *first.prepared[0])
    rules = await lock_readable_rules(writer)
    if rows is None or rules.rule_set is not newest:
        return rules, None
    return rules, EarlyMoves(first.panel, first.customers, first.at, first.answer([rows]).moves())


async def _first_question(writer: Writer, rules: RuleSet) -> Question | None:
    """What the rules are asked first; None where more than the customers in one statement is asked."""
    touched, customers = writer.rules.touched, sorted(writer.rules.touched.customers)
    if touched.legal_entities or len(customers) > CHUNK:
        return None
    for level in range(len(rules.levels)):
        affected = rules.affected(level, touched.paths)
        if affected is not None:
            first = await question(writer.transaction, writer.tenant, affected, customers, writer.now)
            return first if len(first.statements) == 1 else None
    return None
