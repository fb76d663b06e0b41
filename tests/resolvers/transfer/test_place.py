from dataclasses import replace

from models.connection.database import Database
from models.connection.session import Transaction
from resolvers.access import Writer
from resolvers.caller import Caller, Scope
from resolvers.policy import Policy
from resolvers.transfer.place import Progress, forget_progress, read_progress, record_progress
from resolvers.transfer.source import Place
from tests.resolvers.transfer.data_files import NOW

PROGRESS = Progress(Place(4_000, 5_000_000_000, "00ff"), 2, (7, 9))


async def record(database: Database, tenant: str, source: str, progress: Progress | None) -> None:
    async def work(transaction: Transaction) -> None:
        writer = Writer(Caller(tenant, frozenset(Scope)), Policy(), transaction, NOW)
        if progress is None:
            await forget_progress(writer, source)
        else:
            await record_progress(writer, source, progress)

    await database.write(work)


async def test_a_file_has_the_last_place_that_was_recorded(database: Database, tenant: str) -> None:
    later = replace(PROGRESS, place=Place(8_000, 6_000_000_000, "ff00"), rules=())
    other = f"{tenant[:-1]}y"
    for progress in (PROGRESS, later):
        await record(database, tenant, "/a", progress)
    await record(database, tenant, "/b", PROGRESS)
    await record(database, other, "/a", PROGRESS)

    async with database.read() as snapshot:
        assert await read_progress(snapshot, tenant, "/a") == later
        assert await read_progress(snapshot, tenant, "/c") is None

    await record(database, tenant, "/a", None)
    async with database.read() as snapshot:
        assert await read_progress(snapshot, tenant, "/a") is None
        assert await read_progress(snapshot, tenant, "/b") == PROGRESS
        assert await read_progress(snapshot, other, "/a") == PROGRESS
