"""Why a rule assigns a customer or does not: each condition, with the value that was seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

import orjson
from sqlalchemy import Select, select

from models.connection.kept_statement import KeptStatement
from models.filter.tree import And, Not, Or, Path, Some
from models.sql.keys import KEYS, is_one_of
from models.sql.prepared import Row
from models.tables.customer_assignment import NO_LEGAL_ENTITY, customer_assignment
from resolvers.access import TENANT, Reader
from resolvers.explain.leaf_text import expected_value, leaf_text
from resolvers.explain.reason import Reason, ReasonCode
from resolvers.explain.rule_statement import (
    COMPANY_ID,
    COMPANY_NAME,
    CUSTOMER,
    Judging,
    Part,
    RuleStatements,
    rule_statements,
)
from resolvers.explain.rule_times import next_instants
from resolvers.rules.definition.catalogue import IN_SEGMENT, LEGAL_ENTITY
from resolvers.rules.definition.rule import Rule
from resolvers.rules.vocabulary import RuleSubject

MOST_SEEN_BYTES: Final = 2_000
"""A larger value is not shown."""
MOST_TEXTS: Final = 3


async def explain_rule(
    reader: Reader, rule: Rule, customer_id: str, legal_entity_id: str, at: datetime
) -> Reason:
    """What the rule says of the customer, for themselves or on behalf of the legal entity, at an instant.

    `until` is when time alone changes that.
    """
    if (rule.subject is RuleSubject.CUSTOMER) is not (legal_entity_id == NO_LEGAL_ENTITY):
        return _of_other_subject(rule)
    statements = await _statements(reader, rule)
    judge = _Judge(reader, rule, statements, customer_id, legal_entity_id)
    now = await judge.at(at)
    if now is None:
        return _out_of_range(customer_id, legal_entity_id)
    later: list[_Judged] = []
    for instant in await next_instants(reader, rule, customer_id, at):
        judged = await judge.at(instant)
        later += [] if judged is None else [judged]
    assignment = await _assigned(reader, rule, customer_id, legal_entity_id)
    return _Telling(statements, rule.zone, now, later, assignment).reason(statements.root)


async def _statements(reader: Reader, rule: Rule) -> RuleStatements:
    key = "explain rule", rule.content.identity
    return await reader.built_in_background(key, lambda: rule_statements(reader.snapshot, rule))


@dataclass(frozen=True, slots=True)
class _Judged:
    """What holds at an instant: for the customer, and for each of their legal entities."""

    at: datetime
    row: Row
    companies: Sequence[Row]

    def holds(self, part: Part, company: str | None) -> bool:
        """Whether a part holds, for one of the legal entities where it is about these."""
        if not part.of_company:
            return bool(self.row[f"part_{part.number}"])
        return any(bool(row[f"part_{part.number}"]) for row in self.companies if row[COMPANY_ID] == company)


@dataclass(frozen=True, slots=True)
class _Judge:
    reader: Reader
    rule: Rule
    statements: RuleStatements
    customer_id: str
    legal_entity_id: str

    async def at(self, instant: datetime) -> _Judged | None:
        """What holds at an instant; None where the rule does not range over the customer."""
        rows = await self._rows(self.statements.customer, instant)
        if not rows:
            return None
        companies = self.statements.companies
        return _Judged(instant, rows[0], await self._rows(companies, instant) if companies else [])

    async def _rows(self, judging: Judging, instant: datetime) -> Sequence[Row]:
        moments = {name: moment.at(instant, self.rule.zone) for name, moment in judging.moments.items()}
        return await self.reader.rows(
            judging.prepared, customer=self.customer_id, on_behalf_of=self.legal_entity_id, **moments
        )


@dataclass(frozen=True, slots=True)
class _Telling:
    """Turns the parts of a rule into reasons. `assigned` are the segments that the rule asks for."""

    statements: RuleStatements
    zone: tzinfo
    now: _Judged
    later: Sequence[_Judged]
    assigned: Sequence[str]

    def reason(self, part: Part, company: str | None = None) -> Reason:
        """The reason for a part, and for those inside it."""
        holds, until = self.now.holds(part, company), self._until(part, company)
        condition = part.condition
        match condition:
            case Some():
                reasons = [self._company(part.parts[0], row) for row in self.now.companies]
                text = _company_text(reasons, holds=holds)
                return Reason(holds, ReasonCode.ANY_LEGAL_ENTITY, text, until=until, reasons=reasons)
            case And() | Or() | Not():
                reasons = [self.reason(inner, company) for inner in part.parts]
                code, text = _combined(condition, reasons, holds=holds)
                return Reason(holds, code, text, until=until, reasons=reasons)
        value = self._seen(condition.path, company)
        text = leaf_text(condition, value, holds=holds, now=self.now.at, zone=self.zone)
        expected = expected_value(condition)
        return Reason(holds, ReasonCode.CONDITION, text, _bounded(value), _bounded(expected), until=until)

    def _company(self, part: Part, row: Row) -> Reason:
        company = row[COMPANY_ID]
        inner = self.reason(part, company)
        text = f"The legal entity {row[COMPANY_NAME] or company}: {inner.text}"
        return Reason(
            inner.holds, ReasonCode.LEGAL_ENTITY, text, seen=company, until=inner.until, reasons=[inner]
        )

    def _until(self, part: Part, company: str | None) -> datetime | None:
        holds = self.now.holds(part, company)
        return next((change.at for change in self.later if change.holds(part, company) is not holds), None)

    def _seen(self, path: Path, company: str | None) -> Any:
        """The value at a path; a list where there are several, None where there is none."""
        if path == IN_SEGMENT:
            return self.assigned
        of_companies = self.statements.companies if path[:1] == LEGAL_ENTITY else None
        rows = self.now.companies if of_companies else [self.now.row]
        columns = (of_companies or self.statements.customer).seen
        column = next(column_path for column_path in columns if path[: len(column_path)] == column_path)
        values = [
            value
            for row in rows
            if company in (None, row.get(COMPANY_ID) if of_companies else None)
            for value in _values(row[columns[column]], path[len(column) :])
        ]
        return values[0] if len(values) == 1 else values or None


def _values(value: Any, path: Path) -> Iterator[Any]:
    """The values at a path in JSON that are not null, of the elements of an array one by one."""
    if isinstance(value, list):
        for element in value:
            yield from _values(element, path)
    elif path:
        if isinstance(value, dict):
            yield from _values(value.get(path[0]), path[1:])
    elif value is not None:
        yield value


def _bounded(value: Any) -> Any:
    return value if value is None or len(orjson.dumps(value)) <= MOST_SEEN_BYTES else None


def _combined(condition: And | Or | Not, reasons: Sequence[Reason], *, holds: bool) -> tuple[ReasonCode, str]:
    match condition:
        case Not():
            text = (
                f"{'As it should not be otherwise' if holds else 'This should not be so'}: {reasons[0].text}"
            )
            return ReasonCode.NOT, text
        case And():
            failed = [reason for reason in reasons if not reason.holds]
            if not failed:
                return (
                    ReasonCode.ALL,
                    f"All {len(reasons):,} conditions hold." if reasons else "It always holds.",
                )
            more = f" (And {len(failed) - 1:,} more of {len(reasons):,} conditions do not hold.)"
            return ReasonCode.ALL, failed[0].text + (more if len(failed) > 1 else "")
        case Or():
            first = next((reason for reason in reasons if reason.holds), None)
            if first is not None:
                return ReasonCode.ANY, first.text
            return ReasonCode.ANY, f"None of {len(reasons):,} conditions holds: " + " ".join(
                reason.text for reason in reasons[:MOST_TEXTS]
            )


def _company_text(reasons: Sequence[Reason], *, holds: bool) -> str:
    if not reasons:
        return "The customer acts for no legal entity."
    deciding = next((reason for reason in reasons if reason.holds is holds), reasons[0])
    return deciding.text if holds or len(reasons) == 1 else f"No legal entity fits. {deciding.text}"


def _of_other_subject(rule: Rule) -> Reason:
    of_customers = rule.subject is RuleSubject.CUSTOMER
    whom = "customers for themselves" if of_customers else "customers on behalf of a legal entity"
    text = f"The rule of the segment assigns only {whom}."
    return Reason(False, ReasonCode.RULE_OF_OTHER_SUBJECT, text, expected=str(rule.subject))


def _out_of_range(customer_id: str, legal_entity_id: str) -> Reason:
    text = f"The gateway knows no customer {customer_id}."
    if legal_entity_id:
        text = f"The gateway knows no customer {customer_id} who acts for {legal_entity_id}."
    return Reason(False, ReasonCode.CUSTOMER_UNKNOWN, text)


async def _assigned(reader: Reader, rule: Rule, customer_id: str, legal_entity_id: str) -> list[str]:
    """The segments, of those whose members the rule asks for, that the customer is assigned to."""
    if not rule.segments:
        return []
    keys = sorted(rule.segments)
    rows = await reader.rows(_ASSIGNED.on(reader.snapshot), customer=customer_id, **{KEYS: keys})
    return sorted({row["segment_id"] for row in rows if _counts(rule, row, legal_entity_id)})


def _counts(rule: Rule, row: Row, legal_entity_id: str) -> bool:
    """Whether an assignment counts: of a pair, one on behalf of its legal entity or of none."""
    is_pair = rule.subject is RuleSubject.CUSTOMER_OF_LEGAL_ENTITY
    return not is_pair or row["legal_entity_id"] in {NO_LEGAL_ENTITY, legal_entity_id}


def _select_assigned(dialect: str) -> Select[Any]:
    rows = customer_assignment.c
    return select(rows.segment_id, rows.legal_entity_id).where(
        rows.tenant == TENANT, rows.customer_id == CUSTOMER, is_one_of(rows.segment_id, dialect)
    )


_ASSIGNED: Final = KeptStatement(_select_assigned)
