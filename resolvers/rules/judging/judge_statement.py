"""The statement that judges customers by many rules: a number with a bit for each rule.

Values under one path are looked at once, for the conditions of all rules: the first part of the statement
has a number for each path, with a bit for each condition. Rules are put together from these bits, and from
whatever else they ask for. Only the shape of it is compiled for each selection of rules.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Select, Table, and_, func, literal_column, select, union_all

from models.connection.session import Session
from models.filter.moment import Moment
from models.filter.shared import SharedValues
from models.sql.fragment import Fragment, hole
from models.sql.keys import KEYS, is_one_of
from models.sql.prepared import Prepared
from models.sql.probe import OrderedJoin
from models.tables.customer_assignment import ASSIGNMENT_KEY, customer_assignment
from models.tables.reference import customer, legal_entity
from models.tables.rule import customer_exclusion
from resolvers.access import TENANT
from resolvers.background import in_background
from resolvers.reading.statements import STATEMENTS
from resolvers.rules.definition.catalogue import CATALOGUES
from resolvers.rules.definition.rule import Rule
from resolvers.rules.judging.condition import compiled, key_columns, source
from resolvers.rules.judging.panel import Panel
from resolvers.rules.judging.paths import BITS, PathCondition, Paths, bit, bit_sum
from resolvers.rules.vocabulary import EXCLUDED, MOST_PLACES, RuleSubject

SEGMENTS: Final = f"{KEYS}_of_segments"
JUDGED: Final = "JUDGED"
"""The kind of a row that says what rules want; others are assignments and exclusions."""
DOCUMENTS: Final[Mapping[RuleSubject, Sequence[Any]]] = {
    RuleSubject.CUSTOMER: [customer.c.mixins],
    RuleSubject.CUSTOMER_OF_LEGAL_ENTITY: [customer.c.mixins, legal_entity.c.mixins],
}
"""Of which a row that rules of the subject range over has one."""


@dataclass(frozen=True, slots=True)
class Judge:
    """The condition of a rule in SQL, with a hole for each that is asked; and the tables that it looks at."""

    condition: Fragment
    asked: Sequence[PathCondition]
    tables: frozenset[Table]
    moments: Mapping[str, Moment]

    @property
    def places(self) -> int:
        """How many values it has."""
        return sum(
            len(question.places)
            for question in [self.condition, *(question.condition for question in self.asked)]
        )

    @property
    def size(self) -> int:
        """An estimate of its bytes."""
        return 2_000 + self.condition.size + sum(question.condition.size for question in self.asked)


Judged: TypeAlias = tuple[Rule, Judge]


async def _judge(session: Session, rule: Rule) -> Judge:
    """The condition of the rule in SQL, compiled in another thread unless it is kept."""
    key = "rule", rule.content.identity, session.dialect

    def build() -> Judge:
        shared = SharedValues(DOCUMENTS[rule.subject])
        clause = compiled(rule, session.dialect, shared=shared)
        names = {name: _moment_name(name, rule) for name in clause.moments}
        rows = source(CATALOGUES[rule.subject], clause.tables)
        condition = session.fragment(clause.clause, rows).with_names(names)
        questions = [
            PathCondition(
                shared_value.document,
                shared_value.keys,
                shared_value.members,
                session.fragment(shared_value.clause).with_names(names),
            )
            for shared_value in shared.asked
        ]
        return Judge(condition, questions, clause.tables, clause.moments)

    def get() -> Judge:
        judge: Judge = STATEMENTS.get(key, build)
        return judge

    return get() if key in STATEMENTS else await in_background(get)


def _moment_name(name: str, rule: Rule) -> str:
    """The same moment is another instant in another time zone."""
    return f"{name} {rule.content.time_zone}"


@dataclass(frozen=True, slots=True)
class JudgeStatement:
    """What rules of one subject want of the customers with some KEYS; the first also what those have.

    Columns: `kind`, the key of an assignment, and `bits_0` and so on. `first` is the bit of its first rule.
    """

    prepared: Prepared
    first: int
    numbers: int
    moments: Mapping[str, tuple[Moment, tzinfo]]

    def moments_at(self, at: datetime) -> dict[str, datetime]:
        """The values of the parameters that stand for moments, as of an instant."""
        return {name: moment.at(at, zone) for name, (moment, zone) in self.moments.items()}


@dataclass(frozen=True, slots=True)
class JudgeStatements:
    """As few statements as judge by some rules."""

    statements: Sequence[JudgeStatement]

    @property
    def size(self) -> int:
        """An estimate of their bytes."""
        return sum(statement.prepared.size for statement in self.statements)


async def judge_statements(session: Session, panel: Panel) -> Sequence[JudgeStatement]:
    """The statements, put together in another thread unless they are kept."""
    key = "rules", panel.statement, session.dialect
    statements: JudgeStatements | None = STATEMENTS.find(key)
    if statements is None:
        judges = [(rule, await _judge(session, rule)) for rule in panel.rules]
        statements = await in_background(lambda: STATEMENTS.get(key, lambda: _statements(session, judges)))
    return statements.statements


def _statements(session: Session, judges: Sequence[Judged]) -> JudgeStatements:
    statements: list[JudgeStatement] = []
    first = 0
    for part in _parts(judges):
        statements.append(_statement(session, part, first))
        first += len(part)
    return JudgeStatements(statements)


def _parts(judges: Sequence[Judged]) -> Iterator[Sequence[Judged]]:
    """The rules in as few statements as take their parameters, each of one subject."""
    part: list[Judged] = []
    places = 0
    for rule, judge in judges:
        if part and (places + judge.places > MOST_PLACES or rule.subject is not part[0][0].subject):
            yield part
            part, places = [], 0
        part.append((rule, judge))
        places += judge.places
    yield part


def _statement(session: Session, judges: Sequence[Judged], first: int) -> JudgeStatement:
    paths = Paths()
    rules = [_filled(judge, paths) for _, judge in judges]
    numbers = [rules[start : start + BITS] for start in range(0, len(rules), BITS)]
    judged = _wanted(session.dialect, judges, paths, len(numbers))
    stored = _stored(session.dialect, len(numbers)) if first == 0 else []
    parts = {f"bits_{number}": bit_sum(map(bit, range(BITS), some)) for number, some in enumerate(numbers)}
    parts |= {f"path_{number}": path.told(session) for number, path in enumerate(paths.paths)}
    template = session.template(union_all(judged, *stored) if stored else judged)
    prepared = session.whole(template.filled(parts), judged.selected_columns.keys())
    moments = {
        _moment_name(name, rule): (moment, rule.zone)
        for rule, judge in judges
        for name, moment in judge.moments.items()
    }
    return JudgeStatement(prepared, first, len(numbers), moments)


def _filled(judge: Judge, paths: Paths) -> Fragment:
    """The condition of a rule, which looks at the bits of what it asks."""
    return judge.condition.filled(
        {f"asked_{n}": paths.bit_of(question) for n, question in enumerate(judge.asked)}
    )


def _wanted(dialect: str, judges: Sequence[Judged], paths: Paths, numbers: int) -> Select[Any]:
    subject = judges[0][0].subject
    catalogue = CATALOGUES[subject]
    customer_id, legal_entity_id = key_columns(subject)
    keys: list[ColumnElement[Any]] = [
        customer_id.label("customer_id"),
        legal_entity_id.label("legal_entity_id"),
    ]
    is_asked = catalogue.base.c.tenant == TENANT, is_one_of(customer_id, dialect)
    tables = {table for _, judge in judges for table in judge.tables}
    bits = [hole(f"bits_{number}").label(f"bits_{number}") for number in range(numbers)]
    judged: Select[Any] = select(_word(JUDGED, "kind"), _word("", "segment_id"), *keys, *bits)
    if not paths.paths:
        return judged.select_from(source(catalogue, tables)).where(*is_asked)
    documents = {path.document.table for path in paths.paths}
    bits_of_paths = [hole(f"path_{number}").label(f"path_{number}") for number in range(len(paths.paths))]
    looked_at = select(*keys, *bits_of_paths).select_from(source(catalogue, documents)).where(*is_asked)
    first = looked_at.cte("paths").prefix_with("MATERIALIZED")
    is_same = [catalogue.base.c.tenant == TENANT, customer_id == first.c.customer_id]
    if subject is RuleSubject.CUSTOMER_OF_LEGAL_ENTITY:
        is_same.append(legal_entity_id == first.c.legal_entity_id)
    rows = OrderedJoin(first, catalogue.base, and_(*is_same))
    return judged.select_from(source(catalogue, tables, rows))


def _stored(dialect: str, numbers: int) -> list[Select[Any]]:
    """The assignments and exclusions of the customers in the segments, with the same columns.

    They are found by the customers: an index of segments would be looked up once for each of those.
    """
    kinds = {
        customer_assignment: customer_assignment.c.assignment_type,
        customer_exclusion: _word(EXCLUDED, "kind"),
    }
    return [
        select(kind, *(table.c[name] for name in ASSIGNMENT_KEY), *([literal_column("0")] * numbers)).where(
            table.c.tenant == TENANT,
            is_one_of(table.c.customer_id, dialect),
            is_one_of(func.coalesce(table.c.segment_id, literal_column("''")), dialect, SEGMENTS),
        )
        for table, kind in kinds.items()
    ]


def _word(text: str, name: str) -> ColumnElement[str]:
    word: ColumnElement[str] = literal_column(f"'{text}'").label(name)
    return word
