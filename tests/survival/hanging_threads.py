"""A process whose SQLite files hang, as on a disk that was lost: `python hanging_threads.py FOLDER`."""

import asyncio
import sys
import threading
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Integer, Select, event, literal_column, select

from models.connection.database import Database
from models.connection.session import Transaction
from models.migrate import migrate

HANG = 30.0
"""Seconds."""
QUERY: Select[tuple[int]] = select(literal_column("hang()", Integer).label("hang"))


async def give_up(database: Database, kind: str) -> None:
    """Cancel a statement while its thread hangs, and close the database."""
    entered = threading.Event()

    def hang() -> int:
        entered.set()
        time.sleep(HANG)
        return 0

    def connected(connection: Any, _entry: object) -> None:
        connection.create_function("hang", 0, hang)

    async def work(transaction: Transaction) -> None:
        await transaction.rows(QUERY)

    async def ask() -> None:
        if kind == "write":
            await database.write(work)
        else:
            async with database.read(single=kind == "single") as session:
                await session.rows(QUERY)

    event.listen(database.engine.sync_engine, "connect", connected)
    asking = asyncio.create_task(ask())
    await asyncio.to_thread(entered.wait, HANG)
    asking.cancel()
    await asyncio.wait({asking})
    await database.close()


async def main(folder: Path) -> None:
    kinds = ("single", "snapshot", "write")
    databases = [Database(f"sqlite+aiosqlite:///{folder / kind}.db") for kind in kinds]
    for database in databases:
        await migrate(database)
    await asyncio.gather(*map(give_up, databases, kinds))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
