"""The work of one transaction, and what follows from it: rules, then the change log."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from resolvers.access import Writer
from resolvers.changes.cursor import Position
from resolvers.rules.upkeep.apply import apply_rules

Result = TypeVar("Result")


async def run(writer: Writer, work: Callable[[Writer], Awaitable[Result]]) -> Result:
    """Do the work, apply the tenant's rules to what it changed, and write all changes to the log.

    The transaction is the caller's to end.
    """
    result = await work(writer)
    await apply_rules(writer)
    await writer.write_log()
    return result


async def run_for_client(
    writer: Writer, work: Callable[[Writer], Awaitable[Result]]
) -> tuple[Result, Position]:
    """Do the same, and return the position of the tenant's log behind the transaction as well."""
    result = await run(writer, work)
    return result, await writer.position()
