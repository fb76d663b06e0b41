from models.connection.database import Database
from models.migrate import migrate
from models.schema_version import schema_is_current


async def test_an_empty_database_is_outdated_until_it_is_migrated(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    assert not await schema_is_current(database)
    await migrate(database)
    assert await schema_is_current(database)
    await database.close()
