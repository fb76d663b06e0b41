from datetime import UTC, date, datetime, timedelta

from models.filter.moment import moment
from resolvers.rules.preview.forecast import _end_of, _utc_days, _values
from tests.resolvers.rules.contents import rule

BERLIN = rule("gold", time_zone="Europe/Berlin")


def test_a_day_ends_in_the_zone_of_the_rule() -> None:
    assert _end_of(date(2026, 2, 1), rule("gold")) == datetime(2026, 2, 1, 23, 59, 59, 999_000, tzinfo=UTC)
    assert _end_of(date(2026, 2, 1), BERLIN) == datetime(2026, 2, 1, 22, 59, 59, 999_000, tzinfo=UTC)
    assert _end_of(date(2026, 3, 29), BERLIN) - _end_of(date(2026, 3, 28), BERLIN) == timedelta(hours=23)


def test_days_between_two_instants() -> None:
    first = datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert _utc_days(first, first + timedelta(hours=2)) == ["2026-02-28", "2026-03-01"]
    assert _utc_days(first, first) == ["2026-02-28"]


def test_values_have_a_row_for_each_day() -> None:
    day = moment("now-P1D")
    assert day is not None
    ends = [datetime(2026, 2, number, 12, tzinfo=UTC) for number in (1, 2, 3)]
    values = _values([day], rule("gold"), ends, "sqlite")
    instants = [f"2026-0{month}-{number:02}T12:00:00.000Z" for month, number in ((1, 31), (2, 1), (2, 2))]
    assert values["keys_of_days"] == [["1", *instants[:2]], ["2", *instants[1:]]]
    assert values["keys_of_spans_0"] == [
        ["2026-01-31", "1", *instants[:2]],
        ["2026-02-01", "1", *instants[:2]],
        ["2026-02-01", "2", *instants[1:]],
        ["2026-02-02", "2", *instants[1:]],
    ]
