"""The rule of a segment, as the member `rule` of its line in a data file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, select

from models.connection.kept_statement import KeptStatement
from models.sql.keys import KEYS, is_one_of
from models.tables.rule import segment_rule
from resolvers.access import TENANT, Reader
from resolvers.errors import GatewayError
from resolvers.policy import Policy
from resolvers.rules.changing.restore import RuleToRestore
from resolvers.rules.definition.document import rule_content
from resolvers.rules.definition.rule import Rule
from resolvers.rules.vocabulary import RuleState
from resolvers.segment.document import segment_document
from resolvers.transfer.document import flag, restore_segment
from resolvers.values.document import Document, checked_document
from resolvers.writing.command import Record, Restore

RULE: Final = "rule"


@dataclass(frozen=True, slots=True)
class RestoreSegment(Restore):
    """Make a segment equal to its line. `rule` is None where the line leaves the rule as it is."""

    rule: RuleToRestore | None = None


def restore_segment_with_rule(document: Document, policy: Policy) -> RestoreSegment:
    """The command to make a segment equal to its line, and later its rule. Raises InvalidInput."""
    command = restore_segment(document, policy)
    return RestoreSegment(command.key, command.content, command.stamp, rule=_rule(document))


def _rule(document: Document) -> RuleToRestore | None:
    if RULE not in document:
        return None
    if document[RULE] is None:
        return RuleToRestore(None)
    try:
        rule = checked_document(document[RULE])
        return RuleToRestore(rule_content(rule), is_paused=flag(rule, "paused"))
    except GatewayError as error:
        raise error.under(RULE) from None


def segment_record(row: Record) -> dict[str, Any]:
    """A segment with its rule, as a data file writes it."""
    rule = row.get(RULE)
    return segment_document(row) | ({} if rule is None else {RULE: _document(rule)})


def _document(rule: Rule) -> dict[str, Any]:
    content = rule.content
    members = {
        "where": content.where,
        "q": content.q,
        "subject": str(content.subject),
        "timeZone": content.time_zone,
        "paused": rule.state is RuleState.PAUSED or None,
    }
    return {name: value for name, value in members.items() if value is not None}


async def with_rules(reader: Reader, records: Sequence[Record]) -> list[Record]:
    """The segments, each with its rule or None under `rule`."""
    rules = await _rules(reader, [record["id"] for record in records])
    return [{**record, RULE: rules.get(record["id"])} for record in records]


async def _rules(reader: Reader, segment_ids: list[str]) -> Mapping[str, Rule]:
    if not segment_ids:
        return {}
    rows = await reader.rows(_RULES.on(reader.snapshot), **{KEYS: segment_ids})
    return {row["segment_id"]: Rule.of(row) for row in rows if row["removal"] is None}


def _select_rules(dialect: str) -> Select[Any]:
    of_segments = is_one_of(segment_rule.c.segment_id, dialect)
    return select(segment_rule).where(segment_rule.c.tenant == TENANT, of_segments)


_RULES: Final = KeptStatement(_select_rules)
