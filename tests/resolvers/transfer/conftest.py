from collections.abc import AsyncIterator

import pytest

from models.connection.database import Database
from models.migrate import migrate


@pytest.fixture(scope="session")
def other_database_url(database_url: str, request: pytest.FixtureRequest) -> str:
    """A database of the kind that is not under test."""
    url: str = request.getfixturevalue("postgres_url" if database_url.startswith("sqlite") else "sqlite_url")
    return url


@pytest.fixture(scope="session")
async def other_database(other_database_url: str) -> AsyncIterator[Database]:
    """The database of the other kind, with its tables."""
    database = Database(other_database_url)
    await migrate(database)
    yield database
    await database.close()
