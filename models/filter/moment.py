"""Instants relative to now (behaviour D71).

`now`, `now-P30D`, `now+PT12H`, with the durations of ISO 8601.

They stay relative in a filter, so that it may be kept; `at` resolves them for one request. Years, months,
weeks and days go by the calendar of a time zone, hours and less by the clock.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final, TypeAlias

from sqlalchemy import BindParameter, ColumnElement, bindparam

from models.filter.errors import FilterError, require_storable, shortened
from models.filter.literals import Instant, instant
from models.filter.tree import Literal, Parameter
from models.tables.columns import UtcDateTime

RELATIVE: Final = re.compile(
    r"now(?:(?P<sign>[+-])P(?=[0-9T])"
    r"(?:(?P<years>[0-9]{1,9})Y)?(?:(?P<months>[0-9]{1,9})M)?"
    r"(?:(?P<weeks>[0-9]{1,9})W)?(?:(?P<days>[0-9]{1,9})D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]{1,9})H)?(?:(?P<minutes>[0-9]{1,9})M)?"
    r"(?:(?P<seconds>[0-9]{1,9})(?:\.(?P<fraction>[0-9]{1,3}))?S)?)?)?"
)
LONGEST_DAYS: Final = 365_250
"""A thousand years: from any year of a clock, the result is still a valid year."""
DAYS_IN_MONTH: Final = 365.25 / 12
MONTHS_IN_YEAR: Final = 12
DAY: Final = timedelta(days=1)
MOMENTS: Final = (
    "Relative to now it is now, now-P30D or now+PT12H, with an ISO 8601 duration of at most 1,000 years."
)
NO_NUMBERS: Final = frozenset({"sign", "fraction"})


@dataclass(frozen=True, slots=True)
class Moment:
    """A distance from now, negative for the past.

    `text` is its source.
    """

    text: str = field(compare=False)
    months: int = 0
    days: int = 0
    time: timedelta = timedelta()

    def at(self, now: datetime, zone: tzinfo = UTC) -> datetime:
        """Return the instant, in UTC.

        A day that the month does not have is its last; a time that clocks skip is as much later.
        """
        shifted = now if now.tzinfo is UTC else now.astimezone(UTC)
        if zone is UTC and not self.months:
            return shifted + timedelta(self.days) + self.time
        if self.months or self.days:
            wall = self._months_later(now.astimezone(zone)).replace(fold=0) + timedelta(self.days)
            shifted = wall.astimezone(UTC)
        return shifted + self.time

    def _months_later(self, local: datetime) -> datetime:
        if not self.months:
            return local
        year, month = divmod(local.year * MONTHS_IN_YEAR + local.month - 1 + self.months, MONTHS_IN_YEAR)
        day = min(local.day, monthrange(year, month + 1)[1])
        return local.replace(year=year, month=month + 1, day=day)

    @property
    def parameter(self) -> BindParameter[datetime]:
        """The moment's parameter in a statement.

        Only for moments that are not taken out as values of a filter.
        """
        return bindparam(self.name, type_=UtcDateTime)

    @property
    def name(self) -> str:
        """The parameter's name, equal for equal distances."""
        milliseconds = self.time // timedelta(milliseconds=1)
        return f"moment_{self.months}_{self.days}_{milliseconds}".replace("-", "minus")


def moment(text: str) -> Moment | None:
    """Parse the text of a moment.

    None for any other text, and for a distance above a thousand years.
    """
    match = RELATIVE.fullmatch(text) if text.startswith("now") else None
    if match is None:
        return None
    sign = -1 if match["sign"] == "-" else 1
    numbers = {name: int(number or 0) for name, number in match.groupdict().items() if name not in NO_NUMBERS}
    months = numbers["years"] * MONTHS_IN_YEAR + numbers["months"]
    days = numbers["weeks"] * 7 + numbers["days"]
    fraction = int((match["fraction"] or "").ljust(3, "0"))
    seconds = numbers["hours"] * 3600 + numbers["minutes"] * 60 + numbers["seconds"]
    if months * DAYS_IN_MONTH + days + seconds / DAY.total_seconds() > LONGEST_DAYS:
        return None
    time = timedelta(seconds=seconds, milliseconds=fraction)
    return Moment(text, sign * months, sign * days, sign * time)


def is_meant_as_moment(text: str) -> bool:
    """Whether the text begins like a moment with a distance.

    The rest may be right or wrong.
    """
    return text.startswith(("now-", "now+"))


Time: TypeAlias = Instant | Moment


def time_of(text: str) -> Time | None:
    """Parse an instant or a moment; None for other texts."""
    return instant(text) or moment(text)


def checked_time(text: str) -> Time:
    """Parse an instant or a moment. Raises FilterError for other texts."""
    time = time_of(text)
    if time is None:
        raise FilterError(
            f"{shortened(text)!r} is not a time. Write a date like 2024-05-01, "
            f"or a date-time like 2024-05-01T10:00:00.000Z. {MOMENTS}"
        )
    return time


def is_exact(time: Time) -> bool:
    """Whether the time is a whole number of milliseconds."""
    return isinstance(time, Moment) or time.exact


def time_parameter(time: Time) -> Any:
    """The value of an instant, or the parameter of a moment."""
    return time.parameter if isinstance(time, Moment) else time.value


def time_bound(literal: Literal) -> ColumnElement[Any]:
    """Return a time as a bound in milliseconds.

    Between two milliseconds, the one below bounds the same values. Raises FilterError.
    """
    if isinstance(literal, Parameter):
        return bindparam(literal.text, type_=UtcDateTime)
    time = checked_time(require_storable(literal.text))
    return time.parameter if isinstance(time, Moment) else bindparam(None, time.value, UtcDateTime)
