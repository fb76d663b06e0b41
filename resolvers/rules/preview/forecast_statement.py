"""The statement of a forecast: how many customers join and leave on each of some days."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    FromClause,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    union,
)
from sqlalchemy.sql.visitors import replacement_traverse

from models.filter.catalogue import joined_to
from models.filter.dialects import dialect_named
from models.filter.dialects.base import Bounds
from models.filter.moment import Moment
from models.sql.keys import KEYS, key_rows
from models.sql.prepared import Query
from models.tables.columns import UtcDateTime
from models.tables.customer_assignment import customer_assignment
from models.tables.reference import customer, customer_legal_entity, legal_entity
from models.tables.rule import customer_exclusion
from resolvers.access import TENANT
from resolvers.rules.definition.catalogue import CATALOGUES
from resolvers.rules.definition.facts import TimedPath
from resolvers.rules.definition.rule import Rule
from resolvers.rules.judging.condition import NONE, compiled, key_columns
from resolvers.rules.upkeep.dates import LEGAL_ENTITY_PREFIX
from resolvers.rules.vocabulary import MANUAL, RuleSubject

DAYS: Final = f"{KEYS}_of_days"
"""The table of days: of each moment, its values at the end of the day before and of the day."""
SPAN_COLUMNS: Final = ("day", "number", "first", "last")


def moments_of(timed: Sequence[TimedPath]) -> list[Moment]:
    """The moments that pass instants, each once."""
    return list({timed_path.moment.name: timed_path.moment for timed_path in timed}.values())


def day_columns(moments: Sequence[Moment]) -> list[str]:
    """The columns of the table of days."""
    return ["number", *(name for moment in moments for name in (_before(moment.name), moment.name))]


def spans_of(place: int) -> str:
    """The table of what a moment passes on each day: from `first` to `last`, a row for each date in UTC.

    By the date, the databases find the few rows that may hold an instant.
    """
    return f"{KEYS}_of_spans_{place}"


def window_names(moment: Moment) -> tuple[str, str]:
    """The parameters of the first and of the last instant that the moment passes in all days."""
    return f"{moment.name}_from", f"{moment.name}_to"


def forecast_statement(rule: Rule, timed: Sequence[TimedPath], dialect: str) -> Query:
    """A row for each day on which the condition changes for some customer."""
    moments = moments_of(timed)
    days = _days(moments, dialect)
    judged = _judged(rule, _passing(rule, timed, moments, dialect), days, dialect)
    after, before = judged.c.after, judged.c.before
    return select(
        judged.c.number,
        func.count(case((after > before, 1))).label("joins"),
        func.count(case((after < before, 1))).label("leaves"),
    ).group_by(judged.c.number)


def _before(name: str) -> str:
    return f"{name}_before"


def _days(moments: Sequence[Moment], dialect: str) -> CTE:
    names = day_columns(moments)
    rows = key_rows(names, dialect, DAYS)
    instants = [_instant(rows.c[name], dialect).label(name) for name in names[1:]]
    return _kept(select(_number(rows), *instants), "days")


def _spans(place: int, dialect: str) -> CTE:
    rows = key_rows(SPAN_COLUMNS, dialect, spans_of(place))
    day = cast(rows.c.day, Date) if dialect == "postgresql" else rows.c.day
    bounds = [_instant(rows.c[name], dialect).label(name) for name in ("first", "last")]
    return _kept(select(day.label("day"), _number(rows), *bounds), f"spans_{place}")


def _number(rows: FromClause) -> ColumnElement[int]:
    return cast(rows.c.number, BigInteger).label("number")


def _instant(text: ColumnElement[str], dialect: str) -> ColumnElement[Any]:
    return cast(text, UtcDateTime) if dialect == "postgresql" else text


def _utc_day(instant: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    if dialect == "postgresql":
        return cast(func.timezone(literal_column("'UTC'"), instant), Date)
    return func.substr(instant, literal_column("1"), literal_column("10"), type_=Text)


def _kept(statement: Select[Any], name: str) -> CTE:
    """Worked out once."""
    return statement.cte(name).prefix_with("MATERIALIZED")


def _passing(rule: Rule, timed: Sequence[TimedPath], moments: Sequence[Moment], dialect: str) -> CTE:
    """The keys with the days on which a moment passes an instant of theirs."""
    spans = {moment.name: _spans(place, dialect) for place, moment in enumerate(moments)}
    by_path: defaultdict[str, list[TimedPath]] = defaultdict(list)
    for timed_path in timed:
        by_path[timed_path.written].append(timed_path)
    parts = []
    for place, paths in enumerate(by_path.values()):
        dates = _dates(rule.subject, paths, f"dates_{place}", dialect)
        for timed_path in paths:
            span = spans[timed_path.moment.name]
            is_within = dates.c.at.between(span.c.first, span.c.last)
            joined = dates.join(span, and_(span.c.day == dates.c.day, is_within))
            key = dates.c.customer_id, dates.c.legal_entity_id
            parts.append(select(*key, span.c.number).select_from(joined))
    return union(*parts).cte("passing") if len(parts) > 1 else parts[0].distinct().cte("passing")


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
    windows = [_window(timed_path.moment) for timed_path in paths]
    instants = dialect_named(dialect).each_instant(table.c.mixins, names, *windows)
    customer_id = customer.c.id if source is customer else links.customer_id
    legal_entity_id = links.legal_entity_id if is_pair else NONE
    dates = _kept(
        select(
            customer_id.label("customer_id"),
            legal_entity_id.label("legal_entity_id"),
            instants.instant.label("at"),
        )
        .select_from(source)
        .where(table.c.tenant == TENANT, *instants.where),
        f"all_{name}",
    )
    in_time = or_(*(dates.c.at.between(window.first, window.last) for window in windows))
    return _kept(select(dates, _utc_day(dates.c.at, dialect).label("day")).where(in_time), name)


def _window(moment: Moment) -> Bounds:
    return Bounds(*(bindparam(name, type_=UtcDateTime) for name in window_names(moment)))


def _judged(rule: Rule, passing: CTE, days: CTE, dialect: str) -> CTE:
    """Whether the condition holds for a key at the end of a day, and of the day before: 1 or 0."""
    condition = compiled(rule, dialect)
    catalogue = CATALOGUES[rule.subject]
    customer_id, legal_entity_id = key_columns(rule.subject)
    is_key = [catalogue.base.c.tenant == TENANT, customer_id == passing.c.customer_id]
    if legal_entity_id is not NONE:
        is_key.append(legal_entity_id == passing.c.legal_entity_id)
    source = passing.join(days, days.c.number == passing.c.number).join(catalogue.base, and_(*is_key))
    after = {name: name for name in condition.moments}
    before = {name: _before(name) for name in condition.moments}
    holds = (
        case((_at_ends(condition.clause, columns), 1), else_=0).label(name)
        for name, columns in (("after", after), ("before", before))
    )
    return _kept(
        select(passing.c.number, *holds)
        .select_from(joined_to(source, catalogue.joins, condition.tables))
        .where(not_(_is_by_hand(rule, passing))),
        "judged",
    )


def _at_ends(clause: ColumnElement[bool], columns: dict[str, str]) -> ColumnElement[bool]:
    """The condition, which looks at columns of the table of days in place of its moments."""

    def column(element: Any, **_: Any) -> Any:
        if isinstance(element, BindParameter) and element.key in columns:
            # It names no table: subqueries would read the table of days instead of this row of it.
            return literal_column(f"days.{columns[element.key]}", UtcDateTime)
        return None

    replaced: ColumnElement[bool] = replacement_traverse(clause, {}, column)
    return replaced


def _is_by_hand(rule: Rule, passing: CTE) -> ColumnElement[bool]:
    """Whether a client has put the customer in or taken them out."""

    def rows(table: Any) -> ColumnElement[bool]:
        return and_(
            table.c.tenant == TENANT,
            table.c.segment_id == rule.segment_id,
            table.c.customer_id == passing.c.customer_id,
            table.c.legal_entity_id == passing.c.legal_entity_id,
        )

    assigned, excluded = customer_assignment.alias("assigned"), customer_exclusion.alias("excluded")
    return or_(
        exists().where(rows(assigned), assigned.c.assignment_type == MANUAL), exists().where(rows(excluded))
    )
