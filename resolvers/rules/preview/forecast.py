"""What time alone will change about the members of a rule, day by day.

Between the ends of two days, the answer about a customer differs only where a moment of the rule has
passed an instant of theirs. One statement finds those customers, with the days on which that happens, and
judges them at the two ends of just these days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from models.connection.session import Session
from models.filter.moment import Moment
from models.sql.keys import key_parameters
from models.tables.columns import instant_text
from resolvers.background import in_background
from resolvers.rules.definition.rule import Rule
from resolvers.rules.head import timed as timed_paths
from resolvers.rules.preview.forecast_statement import (
    DAYS,
    day_columns,
    forecast_statement,
    moments_of,
    spans_of,
    window_names,
)

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
        dialect = session.dialect
        statement = await in_background(lambda: session.prepare(forecast_statement(rule, timed, dialect)))
        values = await in_background(lambda: _values(moments_of(timed), rule, ends, dialect))
        for row in await session.rows(statement, {"tenant": tenant, **values}):
            changes[row["number"]] = row["joins"], row["leaves"]
    return [ForecastDay(day, *changes.get(number, (0, 0))) for number, day in enumerate(dates, start=1)]


def _end_of(day: date, rule: Rule) -> datetime:
    next_day = datetime.combine(day + timedelta(days=1), time(), rule.zone)
    return next_day.astimezone(UTC) - LAST_OF_DAY


def _values(moments: Sequence[Moment], rule: Rule, ends: Sequence[datetime], dialect: str) -> dict[str, Any]:
    """The parameters of the statement: the days, and for each moment what it passes on which of them."""
    days = [[str(number)] for number in range(1, len(ends))]
    values: dict[str, Any] = {}
    for place, moment in enumerate(moments):
        instants = [moment.at(end, rule.zone) for end in ends]
        values |= zip(window_names(moment), (min(instants), max(instants)), strict=True)
        spans: list[list[str]] = []
        for row, before, after in zip(days, instants, instants[1:], strict=False):
            row += [instant_text(before), instant_text(after)]
            first, last = sorted((before, after))
            bounds = [row[0], instant_text(first), instant_text(last)]
            spans += ([day, *bounds] for day in _utc_days(first, last))
        values |= key_parameters(spans, len(spans[0]), dialect, spans_of(place))
    return {**values, **key_parameters(days, len(day_columns(moments)), dialect, DAYS)}


def _utc_days(first: datetime, last: datetime) -> list[str]:
    """The dates in UTC from one instant to another."""
    count = (last.date() - first.date()).days + 1
    return [(first.date() + timedelta(days=number)).isoformat() for number in range(count)]
