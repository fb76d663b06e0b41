from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from models.tables.columns import FIRST, UtcDateTime, instant_text, this_instant, to_milliseconds

SQLITE = sqlite.dialect()
POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]
IN_BERLIN = datetime(2024, 5, 1, 2, 0, 0, 123_999, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (IN_BERLIN, "2024-05-01T00:00:00.123Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00.000Z"),
        (datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), "9999-12-31T23:59:59.999Z"),
    ],
)
def test_an_instant_is_written_in_utc_with_milliseconds(instant: datetime, text: str) -> None:
    assert instant_text(instant) == text
    assert UtcDateTime().process_bind_param(instant, SQLITE) == text


def test_postgresql_gets_an_instant_in_milliseconds() -> None:
    column = UtcDateTime()
    assert column.process_bind_param(IN_BERLIN, POSTGRESQL) == datetime(
        2024, 5, 1, 0, 0, 0, 123_000, tzinfo=UTC
    )
    assert column.process_bind_param(None, POSTGRESQL) is None
    assert column.process_bind_param(FIRST, POSTGRESQL) == FIRST + timedelta(microseconds=1)


def test_sqlite_has_texts() -> None:
    read = UtcDateTime().result_processor(SQLITE, None)
    assert read is not None
    assert read("2024-05-01T00:00:00.123Z") == datetime(2024, 5, 1, 0, 0, 0, 123_000, tzinfo=UTC)
    assert read(None) is None
    assert UtcDateTime().result_processor(POSTGRESQL, None) is None


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="an instant needs a time zone"):
        to_milliseconds(datetime(2024, 5, 1))  # noqa: DTZ001  (that is the point)


def test_the_present_has_milliseconds() -> None:
    assert this_instant().microsecond % 1000 == 0
    assert this_instant().tzinfo is UTC
