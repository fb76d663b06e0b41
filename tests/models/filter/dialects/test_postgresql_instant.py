from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Text, literal, select

from models.connection.database import Database
from models.filter.dialects.postgresql_instant import InstantOf

MAY = datetime(2024, 5, 1, tzinfo=UTC)


@pytest.fixture
async def postgres(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(postgres_url)
    yield database
    await database.close()


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-05-01", MAY),
        ("2024-05-01T00:00:00Z", MAY),
        ("2024-05-01T00:00:00.250Z", MAY.replace(microsecond=250_000)),
        ("2024-05-01T00:00:00.250999Z", MAY.replace(microsecond=250_000)),
        ("2024-05-01T02:00:00+02:00", MAY),
        ("2024-02-29", datetime(2024, 2, 29, tzinfo=UTC)),
        ("2024-05-31T00:00:00Z", MAY.replace(day=31)),
        ("2024-02-30", None),
        ("2024-04-31", None),
        ("2024-05-01T24:00:00Z", None),
        ("0999-05-01", None),
        ("9999-12-31T23:59:59-13:00", None),
        ("gold", None),
        ("", None),
    ],
)
async def test_the_instant_of_a_text(postgres: Database, text: str, instant: datetime | None) -> None:
    async with postgres.read() as snapshot:
        assert await snapshot.value(select(InstantOf(literal(text, Text)).label("instant"))) == instant
