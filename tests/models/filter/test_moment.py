"""Instants relative to now."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.filter.errors import FilterError
from models.filter.moment import (
    DAYS_IN_MONTH,
    LONGEST_DAYS,
    Moment,
    checked_time,
    is_exact,
    is_meant_as_moment,
    moment,
    time_bound,
    time_of,
    time_parameter,
)
from models.filter.tree import Literal
from models.sql.cursor import CLOCK_YEARS

NOW = datetime(2024, 3, 31, 22, 30, 15, 250_000, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, now: datetime = NOW, zone: ZoneInfo | None = None) -> str:
    found = moment(text)
    assert found is not None
    assert found.text == text
    return (found.at(now, zone) if zone else found.at(now)).isoformat(timespec="milliseconds")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("now", "2024-03-31T22:30:15.250+00:00"),
        ("now-P30D", "2024-03-01T22:30:15.250+00:00"),
        ("now+PT12H", "2024-04-01T10:30:15.250+00:00"),
        ("now-P1M", "2024-02-29T22:30:15.250+00:00"),
        ("now-P13M", "2023-02-28T22:30:15.250+00:00"),
        ("now+P1M", "2024-04-30T22:30:15.250+00:00"),
        ("now-P1M1D", "2024-02-28T22:30:15.250+00:00"),
        ("now-P4Y1M", "2020-02-29T22:30:15.250+00:00"),
        ("now+P9M", "2024-12-31T22:30:15.250+00:00"),
        ("now-P2W", "2024-03-17T22:30:15.250+00:00"),
        ("now-P1Y2M1W3DT4H5M6.5S", "2023-01-21T18:25:08.750+00:00"),
        ("now-PT0.001S", "2024-03-31T22:30:15.249+00:00"),
        ("now+PT90M", "2024-04-01T00:00:15.250+00:00"),
        ("now-P0D", "2024-03-31T22:30:15.250+00:00"),
        ("now-P1000Y", "1024-03-31T22:30:15.250+00:00"),
    ],
)
def test_a_moment_is_an_instant_for_each_now(text: str, instant: str) -> None:
    assert at(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Now",
        "now ",
        "now-",
        "now-P",
        "now+PT",
        "now-P1DT",
        "now-30D",
        "now-P-1D",
        "now-P1H",
        "now-PT1D",
        "now-P1D1M",
        "now-P1.5D",
        "now-PT1.0001S",
        "now-PT1,5S",
        "now-P1001Y",
        "now+P366001D",
        "now+P500Y183000DT5000H",
        "now-P9999999999D",
        "now-P٣D",
        "now-P1D\n",
        "nowP1D",
        "nowhere",
    ],
)
def test_other_texts_are_no_moments(text: str) -> None:
    assert moment(text) is None
    assert is_meant_as_moment(text) == text.startswith(("now-", "now+"))


@pytest.mark.parametrize(
    ("now", "text", "instant"),
    [
        # Summer time begins on 31 March at 2:00 and ends on 27 October at 3:00.
        ("2024-03-31T12:00+02:00", "now-P1D", "2024-03-30T11:00:00.000+00:00"),
        ("2024-03-31T12:00+02:00", "now-PT24H", "2024-03-30T10:00:00.000+00:00"),
        ("2024-03-30T02:30+01:00", "now+P1D", "2024-03-31T01:30:00.000+00:00"),
        ("2024-10-26T02:30+02:00", "now+P1D", "2024-10-27T00:30:00.000+00:00"),
        ("2024-10-28T02:30+01:00", "now-P1D", "2024-10-27T00:30:00.000+00:00"),
        ("2024-03-31T00:30+01:00", "now-P1M", "2024-02-28T23:30:00.000+00:00"),
        ("2024-10-27T02:30+01:00", "now", "2024-10-27T01:30:00.000+00:00"),
        ("2024-10-27T02:30+01:00", "now+PT1H", "2024-10-27T02:30:00.000+00:00"),
    ],
)
def test_days_and_longer_go_by_the_calendar_of_a_zone(now: str, text: str, instant: str) -> None:
    assert at(text, datetime.fromisoformat(now), BERLIN) == instant


durations = st.fixed_dictionaries(
    {},
    optional={
        "Y": st.integers(0, 300),
        "M": st.integers(0, 3_000),
        "W": st.integers(0, 10_000),
        "D": st.integers(0, 90_000),
    },
)
times = st.fixed_dictionaries({}, optional={"H": st.integers(0, 9_999_999), "S": st.integers(0, 999_999_999)})
clocks = st.datetimes(datetime(1970, 1, 1), datetime(7999, 12, 31)).map(  # noqa: DTZ001
    lambda value: value.replace(microsecond=value.microsecond // 1000 * 1000, tzinfo=UTC)
)


@given(date=durations, time=times, sign=st.sampled_from("+-"), now=clocks)
def test_what_is_a_moment_is_an_instant_at_any_time(
    date: dict[str, int], time: dict[str, int], sign: str, now: datetime
) -> None:
    written = "P" + "".join(f"{date[unit]}{unit}" for unit in "YMWD" if unit in date)
    written += "T" + "".join(f"{time[unit]}{unit}" for unit in "HS" if unit in time) if time else ""
    found = moment(f"now{sign}{written}")
    direction = -1 if sign == "-" else 1
    seconds = time.get("H", 0) * 3600 + time.get("S", 0)
    days = date.get("W", 0) * 7 + date.get("D", 0)
    months = date.get("Y", 0) * 12 + date.get("M", 0)
    is_too_far = months * DAYS_IN_MONTH + days + seconds / 86_400 > LONGEST_DAYS
    assert (found is None) == (is_too_far or (not date and not time))
    if found is None:
        return
    instant = found.at(now)
    # Taking off days and time again leads to the same day of a month so far away, or to its last.
    back = instant - direction * timedelta(days=days, seconds=seconds)
    assert (back.year - now.year) * 12 + back.month - now.month == direction * months
    assert back.time() == now.time()
    assert back.day == now.day or (back + timedelta(days=1)).day == 1
    assert (
        found.name
        == Moment("", direction * months, direction * days, direction * timedelta(seconds=seconds)).name
    )


def test_no_moment_leaves_the_years_that_there_are() -> None:
    for clock in (datetime(CLOCK_YEARS[0], 1, 1, tzinfo=UTC), datetime(CLOCK_YEARS[-1], 12, 31, tzinfo=UTC)):
        for text in ("now-P1000Y", "now+P1000Y", f"now-P{LONGEST_DAYS}D", f"now+P{LONGEST_DAYS}D"):
            found = moment(text)
            assert found is not None
            assert 900 < found.at(clock).year < 9_100


@pytest.mark.parametrize(
    ("text", "exact"),
    [("2024-05-01", True), ("2024-05-01T10:00:00.0005Z", False), ("now-P30D", True), ("now", True)],
)
def test_times_are_instants_and_moments(text: str, *, exact: bool) -> None:
    assert is_exact(checked_time(text)) is exact


def test_other_texts_are_no_times() -> None:
    assert time_of("today") is None
    with pytest.raises(FilterError, match=r"^'today' is not a time\. "):
        checked_time("today")


def test_an_instant_is_a_value_and_a_moment_a_parameter() -> None:
    assert time_parameter(checked_time("2024-05-01")) == datetime(2024, 5, 1, tzinfo=UTC)
    assert time_parameter(checked_time("now-P30D")).key == "moment_0_minus30_0"
    assert [time_bound(Literal(text)).key for text in ("now", "now+PT1S")] == [
        "moment_0_0_0",
        "moment_0_0_1000",
    ]
