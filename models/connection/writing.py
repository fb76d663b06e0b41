"""One attempt at a write transaction on a pooled connection."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from models.connection.driver import Driver
from models.connection.liveness import ENDING_TIME
from models.connection.session import Transaction
from models.connection.watch import Watch

Result = TypeVar("Result")


async def write_once(
    connection: AsyncConnection,
    driver: Driver,
    watch: Watch,
    work: Callable[[Transaction], Awaitable[Result]],
    largest: int | None = None,
) -> Result:
    """Run `work` in a transaction and commit it.

    The connection goes back to its pool, or is ended.

    The statements of the transaction may receive `largest` bytes together; None: any number.

    A COMMIT without an answer may have happened or not: it raises what the driver raised.
    """
    driver.allow(largest)
    try:
        try:
            await driver.finish(connection.begin().start())
            result = await work(Transaction(connection, driver, watch))
            await driver.finish(connection.commit())
        except BaseException:
            if driver.is_usable():
                with suppress(Exception):  # then the connection is ended, which rolls back as well
                    async with asyncio.timeout(ENDING_TIME):
                        await driver.finish(connection.rollback())
            raise
    finally:
        driver.allow(None)
        if driver.is_usable():
            await connection.close()
        else:
            await driver.discard()
    return result
