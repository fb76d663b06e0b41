"""Which customers satisfy which rules: one statement, with a column for each rule."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, FromClause, Select, Table, literal_column, select

from models.connection.session import Session
from models.filter.catalogue import Catalogue, joined_to
from models.filter.compile import Compiled, compile_condition
from models.filter.moment import Moment
from models.sql.fragment import COLUMN, Fragment
from models.sql.keys import KEYS, is_one_of
from models.sql.prepared import Prepared
from models.tables.customer_assignment import NO_LEGAL_ENTITY
from models.tables.reference import customer, customer_legal_entity
from resolvers.access import TENANT
from resolvers.background import in_background
from resolvers.reading.statements import STATEMENTS
from resolvers.rules.catalogue import CATALOGUES
from resolvers.rules.rule import Rule
from resolvers.rules.vocabulary import MOST_PLACES, RuleSubject

Member: TypeAlias = tuple[str, str, str]
"""Segment, customer, legal entity: the key of an assignment."""
NONE: Final[ColumnElement[str]] = literal_column(f"'{NO_LEGAL_ENTITY}'")


@dataclass(frozen=True, slots=True)
class Judge:
    """The condition of a rule as a column, the tables that it looks at, and the moments it needs."""

    fragment: Fragment
    tables: frozenset[Table]
    moments: Mapping[str, Moment]

    @property
    def size(self) -> int:
        """An estimate of its bytes."""
        return self.fragment.size


Judged: TypeAlias = tuple[Rule, Judge]


def key_columns(subject: RuleSubject) -> tuple[ColumnElement[str], ColumnElement[str]]:
    """Customer and legal entity of the rows that rules of the subject range over."""
    if subject is RuleSubject.CUSTOMER:
        return customer.c.id, NONE
    return customer_legal_entity.c.customer_id, customer_legal_entity.c.legal_entity_id


def source(catalogue: Catalogue, tables: Iterable[Table]) -> FromClause:
    """The base of the catalogue, joined with the tables."""
    return joined_to(catalogue.base, catalogue.joins, frozenset(tables))


def compiled(rule: Rule, dialect: str, *, per_row: bool = True) -> Compiled:
    """The condition of the rule in SQL."""
    return compile_condition(rule.condition, CATALOGUES[rule.subject], dialect, per_row=per_row)


def moments_at(moments: Mapping[str, Moment], rule: Rule, at: datetime) -> dict[str, datetime]:
    """The values of the parameters that stand for moments, as of an instant."""
    return {name: moment.at(at, rule.zone) for name, moment in moments.items()}


async def members(
    session: Session, tenant: str, rules: Sequence[Rule], customer_ids: Collection[str], at: datetime
) -> set[Member]:
    """Of these customers, who should be in the segments of these rules as of an instant."""
    found: set[Member] = set()
    ids = sorted(customer_ids)
    for group in _groups(rules):
        for judges in _parts([(rule, await _judge(session, rule)) for rule in group]):
            statement = _statement(session, judges)
            values: dict[str, Any] = {"tenant": tenant, KEYS: ids}
            for rule, judge in judges:
                values |= moments_at(judge.moments, rule, at)
            for row in await session.rows(statement, values):
                found.update(
                    (rule.segment_id, row["customer_id"], row["legal_entity_id"])
                    for number, (rule, _) in enumerate(judges)
                    if row[f"{COLUMN}{number}"]
                )
    return found


def _parts(judges: Sequence[Judged]) -> Iterator[Sequence[Judged]]:
    """The rules in as few statements as take their parameters."""
    part: list[Judged] = []
    places = 0
    for rule, judge in judges:
        places += len(judge.fragment.constants)
        if part and places > MOST_PLACES:
            yield part
            part, places = [], len(judge.fragment.constants)
        part.append((rule, judge))
    yield part


def _groups(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules that one statement can judge: of one subject, in one time zone."""

    def kind(rule: Rule) -> tuple[str, str]:
        return rule.subject, rule.content.time_zone

    return [list(group) for _, group in groupby(sorted(rules, key=kind), kind)]


async def _judge(session: Session, rule: Rule) -> Judge:
    """The condition of the rule in SQL, compiled beside the event loop where it is not kept."""
    key = "rule", rule.text, session.dialect

    def build() -> Judge:
        one = compiled(rule, session.dialect)
        rows = source(CATALOGUES[rule.subject], one.tables)
        return Judge(session.fragment(one.clause, rows), one.tables, one.moments)

    def get() -> Judge:
        judge: Judge = STATEMENTS.get(key, build)
        return judge

    return get() if key in STATEMENTS else await in_background(get)


def _statement(session: Session, judges: Sequence[Judged]) -> Prepared:
    key = "rules", tuple(rule.text for rule, _ in judges), session.dialect

    def build() -> Prepared:
        subject = judges[0][0].subject
        catalogue = CATALOGUES[subject]
        customer_id, legal_entity_id = key_columns(subject)
        keys: list[ColumnElement[Any]] = [
            customer_id.label("customer_id"),
            legal_entity_id.label("legal_entity_id"),
        ]
        tables = [table for _, judge in judges for table in judge.tables]
        statement: Select[Any] = select(*keys).select_from(source(catalogue, tables))
        is_asked = catalogue.base.c.tenant == TENANT, is_one_of(customer_id, session.dialect)
        return session.with_fragments(statement.where(*is_asked), [judge.fragment for _, judge in judges])

    prepared: Prepared = STATEMENTS.get(key, build)
    return prepared
