from pathlib import Path

from models.connection.database import Database
from models.migrate import migrate
from models.schema_version import NEWEST_MIGRATION, schema_is_current

VERSIONS = Path(__file__).parents[2] / "models/migrations/versions"


def test_the_newest_migration_is_the_last_file() -> None:
    assert max(path.name[:4] for path in VERSIONS.glob("[0-9]*.py")) == NEWEST_MIGRATION


async def test_an_empty_database_is_outdated_until_it_is_migrated(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    assert not await schema_is_current(database)
    await migrate(database)
    assert await schema_is_current(database)
    await database.close()
