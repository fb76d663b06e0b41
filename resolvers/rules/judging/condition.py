"""The condition of a rule in SQL, and the rows that it ranges over."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, FromClause, Table, literal_column

from models.filter.catalogue import Catalogue, joined_to
from models.filter.compile import Compiled, compile_condition
from models.filter.moment import Moment
from models.filter.shared import SharedValues
from models.tables.customer_assignment import NO_LEGAL_ENTITY
from models.tables.reference import customer, customer_legal_entity
from resolvers.rules.definition.catalogue import CATALOGUES
from resolvers.rules.definition.rule import Rule
from resolvers.rules.vocabulary import RuleSubject

NONE: Final[ColumnElement[str]] = literal_column(f"'{NO_LEGAL_ENTITY}'")


def key_columns(subject: RuleSubject) -> tuple[ColumnElement[str], ColumnElement[str]]:
    """Customer and legal entity of the rows that rules of the subject range over."""
    if subject is RuleSubject.CUSTOMER:
        return customer.c.id, NONE
    return customer_legal_entity.c.customer_id, customer_legal_entity.c.legal_entity_id


def source(catalogue: Catalogue, tables: Iterable[Table], onto: FromClause | None = None) -> FromClause:
    """The base of the catalogue, or a join that it is part of, joined with the tables."""
    return joined_to(catalogue.base if onto is None else onto, catalogue.joins, frozenset(tables))


def compiled(
    rule: Rule, dialect: str, *, per_row: bool = True, shared: SharedValues | None = None
) -> Compiled:
    """The condition of the rule in SQL."""
    catalogue = CATALOGUES[rule.subject]
    return compile_condition(
        rule.condition(), catalogue, dialect, per_row=per_row, shaped=False, shared=shared
    )


def moments_at(moments: Mapping[str, Moment], rule: Rule, at: datetime) -> dict[str, datetime]:
    """The values of the parameters that stand for moments, as of an instant."""
    return {name: moment.at(at, rule.zone) for name, moment in moments.items()}
