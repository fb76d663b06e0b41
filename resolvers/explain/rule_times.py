"""The instants at which time alone may change whether a rule holds for a customer."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Final

from sqlalchemy import Select, or_, select

from models.filter.moment import Moment
from models.tables.reference import customer_legal_entity
from models.tables.rule import customer_date
from resolvers.access import TENANT, Reader
from resolvers.explain.rule_statement import CUSTOMER
from resolvers.rules.definition.rule import Rule

MOST_INSTANTS: Final = 16
"""As many are looked at; an answer that changes later than these has no `until`."""
MOST_DATES: Final = 200
STEP: Final = timedelta(milliseconds=1)
CALENDAR_ERROR: Final = timedelta(days=62)
"""By so much may going forth and back by the calendar differ."""


async def next_instants(reader: Reader, rule: Rule, customer_id: str, now: datetime) -> list[datetime]:
    """The next instants after now at which one of the customer's dates passes a moment of the rule."""
    if not rule.timed_paths:
        return []
    rows = await reader.rows(reader.prepared("dates to explain", _dates), customer=customer_id)
    candidates = {
        instant
        for timed in rule.timed_paths
        for row in rows
        if row["path"] == timed.written
        for instant in _passes(timed.moment, row["at"], now, rule.zone)
    }
    return sorted(candidates)[:MOST_INSTANTS]


def _dates() -> Select[tuple[object, ...]]:
    """The customer's dates, and those of their legal entities."""
    dates, links = customer_date.c, customer_legal_entity.c
    theirs = select(links.legal_entity_id).where(links.tenant == TENANT, links.customer_id == CUSTOMER)
    of_company = (dates.customer_id == "") & dates.legal_entity_id.in_(theirs)
    of_customer = (dates.customer_id == CUSTOMER) & (dates.legal_entity_id == "")
    return (
        select(dates.path, dates.at)
        .where(dates.tenant == TENANT, or_(of_customer, of_company))
        .order_by(dates.at.desc())
        .limit(MOST_DATES)
    )


def _passes(moment: Moment, date: datetime, now: datetime, zone: tzinfo) -> Iterator[datetime]:
    """The first instants at which the moment is at the date, and after it, if those are to come."""
    try:
        if moment.at(now, zone) > date:
            return
        last = now + (date - moment.at(now, zone)) + CALENDAR_ERROR
        for goal in (date, date + STEP):
            instant = _first(moment, goal, now, last, zone)
            if instant > now:
                yield instant
    except (OverflowError, ValueError):  # beyond the year 9999
        return


def _first(moment: Moment, goal: datetime, low: datetime, high: datetime, zone: tzinfo) -> datetime:
    """The first instant from `low` to `high` at which the moment is not before the goal."""
    steps = range((high - low) // STEP + 1)
    return low + STEP * bisect_left(steps, goal, key=lambda step: moment.at(low + STEP * step, zone))
