from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.filter.moment import moment
from resolvers.explain.rule_times import STEP, _passes

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


def passes(text: str, date: datetime, zone: str = "UTC") -> list[datetime]:
    relative = moment(text)
    assert relative is not None
    return list(_passes(relative, date, NOW, ZoneInfo(zone)))


def test_a_date_passes_after_the_duration_and_a_millisecond_later() -> None:
    date = NOW - timedelta(days=10)
    instant = date + timedelta(days=30)
    assert passes("now-P30D", date) == [instant, instant + STEP]


def test_a_date_that_has_passed_passes_no_more() -> None:
    assert passes("now-P30D", NOW - timedelta(days=31)) == []


def test_calendars_follow_the_zone() -> None:
    date = datetime(2026, 3, 1, 12, tzinfo=UTC)
    [utc, _], [berlin, _] = passes("now-P1M", date), passes("now-P1M", date, "Europe/Berlin")
    assert utc == datetime(2026, 4, 1, 12, tzinfo=UTC)
    assert berlin == datetime(2026, 4, 1, 11, tzinfo=UTC)  # summer time has begun


@pytest.mark.parametrize("year", [9999])
def test_dates_beyond_the_calendar_never_pass(year: int) -> None:
    assert passes("now-P900Y", datetime(year, 12, 31, tzinfo=UTC)) == []
