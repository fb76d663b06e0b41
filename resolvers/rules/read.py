"""Reading rules. Only callers who read the whole tenant see them: they tell of hidden segments."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, select

from models.connection.kept_statement import KeptStatement
from models.sql.keys import KEYS, is_one_of
from models.sql.prepared import Row
from models.tables.rule import rule_head, segment_rule
from resolvers.access import TENANT, Reader
from resolvers.caller import Scope
from resolvers.policy import Policy
from resolvers.rules.definition.catalogue import CATALOGUES
from resolvers.rules.definition.rule import Rule, rules_of_rows
from resolvers.rules.vocabulary import RuleState, RuleSubject


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A rule as readers see it. Time has been taken into account up to `evaluated_to`."""

    rule: Rule
    evaluated_to: datetime


def shown(rule: Rule, evaluated_to: datetime, policy: Policy) -> ShownRule:
    """The rule; its state is PAUSED where it cannot be read, and OFF where the gateway applies none."""
    if rule.state is not RuleState.PAUSED and (rule.error or not policy.rules):
        rule = replace(rule, state=RuleState.PAUSED if rule.error else RuleState.OFF)
    return ShownRule(rule, evaluated_to)


async def rules_of_segments(reader: Reader, segment_ids: Collection[str]) -> dict[str, ShownRule]:
    """The rules of these segments, for who reads the whole tenant; else none."""
    if not reader.caller.has(Scope.READ) or not segment_ids:
        return {}
    rows = await reader.rows(_RULES.on(reader.snapshot), **{KEYS: sorted(segment_ids)})
    return {shown_rule.rule.segment_id: shown_rule for shown_rule in await _shown_rules(reader, rows)}


async def all_rules(reader: Reader) -> list[ShownRule]:
    """Every rule of the tenant, by the ids of their segments. Raises Forbidden."""
    reader.caller.require(Scope.READ)
    rows = await reader.rows(_ALL.on(reader.snapshot))
    return await _shown_rules(reader, rows)


async def _shown_rules(reader: Reader, rows: Sequence[Row]) -> list[ShownRule]:
    rules = await rules_of_rows(rows)
    return [shown(rule, row["evaluated_to"], reader.policy) for rule, row in zip(rules, rows, strict=True)]


async def progress(reader: Reader, rule: Rule) -> float:
    """Which part of the rows that the rule ranges over it has been applied to: from 0 to 1."""
    if rule.state is not RuleState.BUILDING:
        return 1.0
    total = await reader.value(_TOTALS[rule.subject].on(reader.snapshot))
    return min(1.0, rule.built_keys / total) if total else 1.0


def _select_all(_dialect: str) -> Select[Any]:
    with_head = segment_rule.join(rule_head, rule_head.c.tenant == segment_rule.c.tenant)
    return (
        select(*segment_rule.c, rule_head.c.evaluated_to)
        .select_from(with_head)
        .where(segment_rule.c.tenant == TENANT)
        .order_by(segment_rule.c.segment_id)
    )


def _select_some(dialect: str) -> Select[Any]:
    return _select_all(dialect).where(is_one_of(segment_rule.c.segment_id, dialect))


def _count(subject: RuleSubject) -> KeptStatement:
    base = CATALOGUES[subject].base
    return KeptStatement(
        lambda _dialect: select(func.count().label("rows")).select_from(base).where(base.c.tenant == TENANT)
    )


_ALL: Final = KeptStatement(_select_all)
_RULES: Final = KeptStatement(_select_some)
_TOTALS: Final = {subject: _count(subject) for subject in RuleSubject}
