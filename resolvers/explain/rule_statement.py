"""How each part of a rule is judged for one customer, in one statement.

There is a column for each part, compiled as the rule itself is: no second evaluator exists.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, bindparam, select, true

from models.connection.session import Session
from models.filter.catalogue import Catalogue
from models.filter.compile import compile_condition
from models.filter.moment import Moment
from models.filter.tree import And, Condition, Not, Or, Path, Some
from models.sql.prepared import Prepared, clause_size
from models.tables.columns import PlainText
from models.tables.reference import customer, customer_legal_entity, legal_entity
from resolvers.access import TENANT
from resolvers.rules.definition.catalogue import CATALOGUES, LEGAL_ENTITY, on_subject
from resolvers.rules.definition.rule import Rule
from resolvers.rules.judging.condition import key_columns, source
from resolvers.rules.vocabulary import RuleSubject

CUSTOMER: Final = bindparam("customer", type_=PlainText)
ON_BEHALF_OF: Final = bindparam("on_behalf_of", type_=PlainText)
COMPANY_ID: Final = "seen_0"
COMPANY_NAME: Final = "seen_1"
"""The columns with which legal entities are told apart."""
MOST_LEGAL_ENTITIES: Final = 20
"""Of one customer, as many are explained; those that fit come first."""
SHOWN: Final[Mapping[Path, ColumnElement[Any]]] = {
    ("id",): customer.c.id,
    ("firstName",): customer.c.first_name,
    ("lastName",): customer.c.last_name,
    ("email",): customer.c.email,
    ("mixins",): customer.c.mixins,
    (*LEGAL_ENTITY, "id"): customer_legal_entity.c.legal_entity_id,
    (*LEGAL_ENTITY, "name"): legal_entity.c.name,
    (*LEGAL_ENTITY, "mixins"): legal_entity.c.mixins,
}
"""The columns that conditions look at, by path."""


@dataclass(frozen=True, slots=True)
class Part:
    """A condition of a rule, numbered from the outside; `parts` are those inside it.

    `of_company` says that it is judged for each legal entity of the customer, inside a Some.
    """

    number: int
    condition: Condition
    of_company: bool
    parts: tuple["Part", ...] = ()

    def all(self) -> Iterator["Part"]:
        """The part and all inside it."""
        yield self
        for part in self.parts:
            yield from part.all()


def parts_of(condition: Condition) -> Part:
    """The parts of a condition; one that combines nothing but one part is that part."""
    return _Numbering().part(condition, of_company=False)


class _Numbering:
    def __init__(self) -> None:
        self._next = 0

    def part(self, condition: Condition, *, of_company: bool) -> Part:
        match condition:
            case And((inner,)) | Or((inner,)):
                return self.part(inner, of_company=of_company)
        number, self._next = self._next, self._next + 1
        match condition:
            case And(inside) | Or(inside):
                parts = tuple(self.part(inner, of_company=of_company) for inner in inside)
            case Not(inside):
                parts = (self.part(inside, of_company=of_company),)
            case Some(_, inside):
                parts = (self.part(inside, of_company=True),)
            case _:
                parts = ()
        return Part(number, condition, of_company, parts)


@dataclass(frozen=True, slots=True)
class Judging:
    """A statement with a column `part_N` for each part, and the moments that it needs.

    `seen` has the names of the columns with what the conditions look at, by path.
    """

    prepared: Prepared
    moments: Mapping[str, Moment]
    seen: Mapping[Path, str]
    clauses: int

    @property
    def size(self) -> int:
        """An estimate of its bytes."""
        return self.prepared.size + self.clauses


def customer_statement(session: Session, rule: Rule, root: Part) -> Judging:
    """Judges the customer as the rule does; with no row for a customer over whom it does not range."""
    is_pair = rule.subject is RuleSubject.CUSTOMER_OF_LEGAL_ENTITY
    customer_id, legal_entity_id = key_columns(rule.subject)
    judging = _Columns(session.dialect, CATALOGUES[rule.subject])
    for part in root.all():
        if not part.of_company:
            judging.add(part.number, part.condition)
    judging.show(path for path in _paths(root) if is_pair or path[:1] != LEGAL_ENTITY)
    statement = judging.statement().where(customer_id == CUSTOMER)
    if is_pair:
        statement = statement.where(legal_entity_id == ON_BEHALF_OF)
    return judging.prepared(session, statement)


def companies_statement(session: Session, root: Part) -> Judging | None:
    """Judges each legal entity of the customer by what a rule on customers asks of them; None if nothing."""
    paths = [path for path in _paths(root) if path[:1] == LEGAL_ENTITY]
    parts = [part for part in root.all() if part.of_company]
    if not paths and not parts:
        return None
    judging = _Columns(session.dialect, CATALOGUES[RuleSubject.CUSTOMER_OF_LEGAL_ENTITY])
    for part in parts:
        judging.add(part.number, on_subject(part.condition, RuleSubject.CUSTOMER_OF_LEGAL_ENTITY))
    judging.show([(*LEGAL_ENTITY, "id"), (*LEGAL_ENTITY, "name"), *paths])  # COMPANY_ID, COMPANY_NAME
    links = customer_legal_entity.c
    statement = judging.statement().where(links.customer_id == CUSTOMER)
    fits = [judging.column(part.parts[0].number) for part in root.all() if isinstance(part.condition, Some)]
    first = [column.is_(true()).desc() for column in fits]
    statement = statement.order_by(*first, links.legal_entity_id).limit(MOST_LEGAL_ENTITIES)
    return judging.prepared(session, statement)


def _paths(root: Part) -> list[Path]:
    """The paths of columns that the conditions look at."""
    paths = [
        part.condition.path for part in root.all() if not isinstance(part.condition, And | Or | Not | Some)
    ]
    return [path for path in SHOWN if any(prefix[: len(path)] == path for prefix in paths)]


class _Columns:
    """The columns of a statement that judges, and what they need."""

    def __init__(self, dialect: str, catalogue: Catalogue) -> None:
        self._dialect = dialect
        self._catalogue = catalogue
        self._columns: dict[str, ColumnElement[Any]] = {}
        self._tables: set[Table] = set()
        self._moments: dict[str, Moment] = {}
        self._seen: dict[Path, str] = {}

    def add(self, number: int, condition: Condition) -> None:
        """A column for a part."""
        compiled = compile_condition(condition, self._catalogue, self._dialect, per_row=True)
        self._columns[f"part_{number}"] = compiled.clause
        self._tables |= compiled.tables
        self._moments |= compiled.moments

    def column(self, number: int) -> ColumnElement[bool]:
        """The column of a part."""
        return self._columns[f"part_{number}"]

    def show(self, paths: Iterable[Path]) -> None:
        """Columns for the values at these paths."""
        for path in dict.fromkeys(paths):
            name = self._seen[path] = f"seen_{len(self._seen)}"
            self._columns[name] = SHOWN[path]
            self._tables.add(SHOWN[path].table)

    def statement(self) -> Select[Any]:
        """The statement, for all rows of the tenant so far."""
        columns = [column.label(name) for name, column in self._columns.items()]
        rows = source(self._catalogue, self._tables)
        return (
            select(true().label("is_there"), *columns)
            .select_from(rows)
            .where(self._catalogue.base.c.tenant == TENANT)
        )

    def prepared(self, session: Session, statement: Select[Any]) -> Judging:
        """The statement, ready to run."""
        clauses = clause_size(self._columns.values())
        return Judging(session.prepare(statement), self._moments, self._seen, clauses)


@dataclass(frozen=True, slots=True)
class RuleStatements:
    """The parts of a rule, and the statements that judge them for one customer."""

    root: Part
    customer: Judging
    companies: Judging | None

    @property
    def size(self) -> int:
        """An estimate of their bytes."""
        return self.customer.size + (self.companies.size if self.companies else 0)


def rule_statements(session: Session, rule: Rule) -> RuleStatements:
    """What judges the parts of the rule."""
    root = parts_of(rule.condition())
    is_pair = rule.subject is RuleSubject.CUSTOMER_OF_LEGAL_ENTITY
    companies = None if is_pair else companies_statement(session, root)
    return RuleStatements(root, customer_statement(session, rule, root), companies)
