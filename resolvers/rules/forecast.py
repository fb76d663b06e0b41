"""What time alone will change about the members of a rule, day by day.

Between the ends of two days, the answer about a customer differs only where a moment of the rule has
passed an instant of theirs. One statement finds those customers, with the days on which that happens, and
judges them at the ends of just these days.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    union,
)
from sqlalchemy.sql.visitors import replacement_traverse

from models.connection.session import Session
from models.filter.catalogue import joined_to
from models.filter.dialects import dialect_named
from models.filter.dialects.base import Bounds
from models.filter.moment import Moment
from models.sql.keys import key_parameters, key_rows
from models.sql.prepared import Query
from models.tables.columns import UtcDateTime, instant_text
from models.tables.customer_assignment import customer_assignment
from models.tables.reference import customer, customer_legal_entity, legal_entity
from models.tables.rule import customer_exclusion
from resolvers.access import TENANT
from resolvers.background import in_background
from resolvers.rules.catalogue import CATALOGUES
from resolvers.rules.condition import NONE, compiled, key_columns
from resolvers.rules.dates import LEGAL_ENTITY_PREFIX
from resolvers.rules.head import timed as timed_paths
from resolvers.rules.rule import Rule, TimedPath
from resolvers.rules.vocabulary import RuleSubject

MOST_DAYS: Final = 366
LAST_OF_DAY: Final = timedelta(milliseconds=1)
"""Before the next day begins: instants are told apart to the millisecond."""


@dataclass(frozen=True, slots=True)
class ForecastDay:
    """How many customers time alone will bring in and take out, from the end of the day before."""

    date: date
    joins: int
    leaves: int


async def forecast(session: Session, tenant: str, rule: Rule, at: datetime, days: int) -> list[ForecastDay]:
    """The days from an instant on, in the rule's time zone; the first is the rest of its day.

    `at` is when the rule is applied. Customers assigned or taken out by hand stay as they are.
    """
    dates = [at.astimezone(rule.zone).date() + timedelta(days=number) for number in range(days)]
    changes: dict[int, tuple[int, int]] = {}
    timed = timed_paths(rule)
    if timed and days:
        ends = [at, *(max(at, _end_of(day, rule)) for day in dates)]
        statement = await in_background(lambda: session.prepare(_statement(rule, timed, session.dialect)))
        values = {"tenant": tenant, **_day_values(timed, rule, ends, session.dialect)}
        for row in await session.rows(statement, values):
            changes[row["number"]] = row["joins"], row["leaves"]
    return [ForecastDay(day, *changes.get(number, (0, 0))) for number, day in enumerate(dates, start=1)]


def _end_of(day: date, rule: Rule) -> datetime:
    next_day = datetime.combine(day + timedelta(days=1), time(), rule.zone)
    return next_day.astimezone(UTC) - LAST_OF_DAY


def _moments(timed: Sequence[TimedPath]) -> list[Moment]:
    return list({one.moment.name: one.moment for one in timed}.values())


def _names(timed: Sequence[TimedPath]) -> list[str]:
    """The columns of the table of days: of each moment, its value at the end, and what it passes."""
    return [name for one in _moments(timed) for name in (one.name, f"{one.name}_first", f"{one.name}_last")]


def _day_values(
    timed: Sequence[TimedPath], rule: Rule, ends: Sequence[datetime], dialect: str
) -> dict[str, Any]:
    """The rows of the table of days. Its first, number 0, is the instant at which the rule is applied."""
    rows: list[list[str]] = [[str(number)] for number in range(len(ends))]
    windows: dict[str, datetime] = {}
    for moment in _moments(timed):
        instants = [moment.at(end, rule.zone) for end in ends]
        windows |= {f"{moment.name}_from": min(instants), f"{moment.name}_to": max(instants)}
        values = list(map(instant_text, instants))
        for row, before, value in zip(rows, [values[0], *values], values, strict=False):
            row += [value, *sorted((before, value))]
    return {**windows, **key_parameters(rows, len(rows[0]), dialect)}


def _statement(rule: Rule, timed: Sequence[TimedPath], dialect: str) -> Query:
    days = _days(timed, dialect)
    passing = _passing(rule, timed, days, dialect)
    keys = passing.c.customer_id, passing.c.legal_entity_id
    moments = union(select(*keys, passing.c.number), select(*keys, literal(0).label("number"))).cte("moments")
    judged = _judged(rule, moments, days, dialect)
    key = judged.c.customer_id, judged.c.legal_entity_id
    before = func.lag(judged.c.holds).over(partition_by=key, order_by=judged.c.number).label("before")
    compared = select(judged.c.number, judged.c.holds, before).subquery("compared")
    now, then = compared.c.holds, compared.c.before
    return (
        select(
            compared.c.number,
            func.count(case((now > then, 1))).label("joins"),
            func.count(case((now < then, 1))).label("leaves"),
        )
        .where(compared.c.number > 0)
        .group_by(compared.c.number)
    )


def _days(timed: Sequence[TimedPath], dialect: str) -> CTE:
    names = _names(timed)
    rows = key_rows(["number", *names], dialect)
    instants = [_instant(rows.c[name], dialect).label(name) for name in names]
    return _kept(select(cast(rows.c.number, BigInteger).label("number"), *instants), "days")


def _instant(text: ColumnElement[str], dialect: str) -> ColumnElement[Any]:
    return cast(text, UtcDateTime) if dialect == "postgresql" else text


def _kept(statement: Select[Any], name: str) -> CTE:
    """Worked out once."""
    return statement.cte(name).prefix_with("MATERIALIZED")


def _passing(rule: Rule, timed: Sequence[TimedPath], days: CTE, dialect: str) -> CTE:
    """The keys with the days on which a moment passes an instant of theirs."""
    by_path: defaultdict[str, list[TimedPath]] = defaultdict(list)
    for one in timed:
        by_path[one.written].append(one)
    parts = []
    for place, paths in enumerate(by_path.values()):
        dates = _dates(rule.subject, paths, f"dates_{place}", dialect)
        for one in paths:
            passes = dates.c.at.between(*_range(days, one.moment))
            joined = dates.join(days, and_(days.c.number > 0, passes))
            parts.append(
                select(dates.c.customer_id, dates.c.legal_entity_id, days.c.number).select_from(joined)
            )
    return union(*parts).cte("passing") if len(parts) > 1 else parts[0].distinct().cte("passing")


def _range(days: CTE, moment: Moment) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return days.c[f"{moment.name}_first"], days.c[f"{moment.name}_last"]


def _dates(subject: RuleSubject, paths: Sequence[TimedPath], name: str, dialect: str) -> CTE:
    """The instants under a path that some moment passes in all these days, with the keys they belong to."""
    path = paths[0].written
    is_company = path.startswith(LEGAL_ENTITY_PREFIX)
    is_pair = subject is RuleSubject.CUSTOMER_OF_LEGAL_ENTITY
    table = legal_entity if is_company else customer
    links = customer_legal_entity.c
    source: FromClause = table
    if is_company or is_pair:
        owner = links.legal_entity_id if is_company else links.customer_id
        source = customer_legal_entity.join(table, and_(table.c.tenant == links.tenant, table.c.id == owner))
    names = tuple(path.removeprefix(LEGAL_ENTITY_PREFIX).split("."))[1:]
    windows = [_window(one.moment) for one in paths]
    each = dialect_named(dialect).each_instant(table.c.mixins, names, *windows)
    customer_id = customer.c.id if source is customer else links.customer_id
    legal_entity_id = links.legal_entity_id if is_pair else NONE
    found = _kept(
        select(
            customer_id.label("customer_id"),
            legal_entity_id.label("legal_entity_id"),
            each.instant.label("at"),
        )
        .select_from(source)
        .where(table.c.tenant == TENANT, *each.where),
        f"all_{name}",
    )
    in_time = or_(*(found.c.at.between(window.first, window.last) for window in windows))
    return _kept(select(found).where(in_time), name)


def _window(moment: Moment) -> Bounds:
    """From the first to the last instant that the moment passes in all days."""
    return Bounds(*(bindparam(f"{moment.name}_{end}", type_=UtcDateTime) for end in ("from", "to")))


def _judged(rule: Rule, moments: CTE, days: CTE, dialect: str) -> CTE:
    """Whether the condition holds for a key at the end of a day: 1 or 0."""
    condition = compiled(rule, dialect)
    catalogue = CATALOGUES[rule.subject]
    customer_id, legal_entity_id = key_columns(rule.subject)
    is_key = [catalogue.base.c.tenant == TENANT, customer_id == moments.c.customer_id]
    if legal_entity_id is not NONE:
        is_key.append(legal_entity_id == moments.c.legal_entity_id)
    source = moments.join(days, days.c.number == moments.c.number).join(catalogue.base, and_(*is_key))
    holds = case((_at_ends(condition.clause, days), 1), else_=0)
    return (
        select(moments.c.customer_id, moments.c.legal_entity_id, moments.c.number, holds.label("holds"))
        .select_from(joined_to(source, catalogue.joins, condition.tables))
        .where(not_(_is_by_hand(rule, moments)))
        .cte("judged")
    )


def _at_ends(clause: ColumnElement[bool], days: CTE) -> ColumnElement[bool]:
    """The condition, whose moments are those of the day's end in place of parameters."""
    names = set(days.c.keys())

    def column(element: Any, **_: Any) -> Any:
        if isinstance(element, BindParameter) and element.key in names:
            # It names no table: subqueries would read the table of days instead of this row of it.
            return literal_column(f"days.{element.key}", UtcDateTime)
        return None

    replaced: ColumnElement[bool] = replacement_traverse(clause, {}, column)
    return replaced


def _is_by_hand(rule: Rule, moments: CTE) -> ColumnElement[bool]:
    """Whether a client has put the customer in or taken them out."""

    def rows(table: Any) -> ColumnElement[bool]:
        return and_(
            table.c.tenant == TENANT,
            table.c.segment_id == rule.segment_id,
            table.c.customer_id == moments.c.customer_id,
            table.c.legal_entity_id == moments.c.legal_entity_id,
        )

    assigned, excluded = customer_assignment.alias("assigned"), customer_exclusion.alias("excluded")
    return or_(
        exists().where(rows(assigned), assigned.c.assignment_type == "MANUAL"), exists().where(rows(excluded))
    )
