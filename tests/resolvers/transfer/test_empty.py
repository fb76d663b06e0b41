from models.connection.database import Database
from models.migrate import migrate
from resolvers.transfer.empty import is_empty
from tests.factories.documents import product
from tests.factories.shop import Shop


async def test_one_record_is_not_empty(empty_database_url: str, tenant: str) -> None:
    database = Database(empty_database_url)
    await migrate(database)
    async with database.read() as snapshot:
        assert await is_empty(snapshot)
    await Shop(database, tenant).known_products(product("drill"))
    async with database.read() as snapshot:
        assert not await is_empty(snapshot)
    await database.close()
