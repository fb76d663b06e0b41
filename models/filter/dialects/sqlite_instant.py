"""Instants in texts, in the SQL of SQLite."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Text, and_, case, func, literal_column, or_

from models.filter.dialects.base import STORED_INSTANT, Bounds, Truth

INSTANT_FORMAT = "%Y-%m-%dT%H:%M:%fZ"
DATE_LENGTH: ColumnElement[int] = literal_column("10")
DATE = "[1-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]"
TIME = "[0-2][0-9]:[0-5][0-9]:[0-5][0-9]"
PLAIN_FORMS = (DATE, f"{DATE}T{TIME}Z", f"{DATE}T{TIME}.[0-9][0-9][0-9]Z")
"""A date, or a date-time in UTC to the second or millisecond."""
LONG_FRACTION: Final = f"{DATE}T{TIME}.[0-9][0-9][0-9][0-9]*"


def may_be_within(value: ColumnElement[Any], bounds: Bounds) -> Truth:
    """Whether the text may be an instant within the bounds.

    It begins with a day that may be within them, whatever its offset. Values of other types may pass as well.
    This takes a fraction of the time of computing an instant.
    """
    conditions = []
    if bounds.first is not None:
        first = func.date(bounds.first, literal_column("'-14 hours'"), type_=Text)
        conditions.append(value >= func.coalesce(first, literal_column("''")))
    if bounds.last is not None:
        after = func.date(bounds.last, literal_column("'+38 hours'"), type_=Text)
        conditions.append(value < func.coalesce(after, literal_column("':'")))
    return and_(*conditions)


def instant_of(is_text: Truth, text: ColumnElement[str]) -> ColumnElement[str]:
    """Return the instant of a text.

    The usual forms need no call of a function of ours.
    """

    def is_like(pattern: str) -> Truth:
        return text.op("GLOB", is_comparison=True)(literal_column(f"'{pattern}'"))

    day, hour = (func.substr(text, literal_column(str(start)), literal_column("2")) for start in (9, 12))
    is_in_calendar = or_(
        day <= literal_column("'28'"),
        func.date(text, literal_column("'+0 days'")) == func.substr(text, literal_column("1"), DATE_LENGTH),
    )
    is_day = and_(hour < literal_column("'24'"), is_in_calendar)

    def in_full(written: ColumnElement[str]) -> ColumnElement[str]:
        return func.strftime(literal_column(f"'{INSTANT_FORMAT}'"), written)

    is_other = and_(is_like(f"{DATE}T*"), func.text_matches(STORED_INSTANT, text) == 1)
    return case(
        (and_(is_text, or_(*map(is_like, PLAIN_FORMS))), case((is_day, in_full(text)))),
        (and_(is_text, is_other), in_full(case((is_like(LONG_FRACTION), _truncated(text)), else_=text))),
    )


def _truncated(text: ColumnElement[str]) -> ColumnElement[str]:
    """An instant to the microsecond, say, to the millisecond: SQLite would round it."""
    first = func.substr(text, literal_column("1"), literal_column("23"))
    offset = func.substr(text, literal_column("-6"))
    is_utc = text.op("GLOB", is_comparison=True)(literal_column("'*Z'"))
    return first.op("||")(case((is_utc, literal_column("'Z'")), else_=offset))
