from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from models.connection.database import Database
from models.sql.clock import database_clock
from tests.models.sql_text import sql_text


def test_each_database_has_its_own_expression() -> None:
    assert sql_text(database_clock("sqlite")) == "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
    assert sql_text(database_clock("postgresql"), "postgresql") == "clock_timestamp()"


async def test_the_time_of_the_database(database: Database) -> None:
    async with database.read() as snapshot:
        instant: datetime = await snapshot.value(
            select(database_clock(snapshot.dialect).label("now")),
        )
    assert instant.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - instant) < timedelta(hours=1)  # another machine's clock may differ
