"""What every GraphQL field can reach: the caller, the rules, and the database of this request."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import TypeVar

from models.columns import to_milliseconds
from models.database import Database
from resolvers.access import Reader, Writer
from resolvers.caller import Caller
from resolvers.policy import Policy

Result = TypeVar("Result")


class Context:
    """One per operation. Reads share one snapshot, opened by the first of them.

    Whoever makes it closes it: `async with Context(...) as context`.
    """

    def __init__(
        self, *, database: Database, policy: Policy, caller: Caller, accept_language: str | None = None
    ) -> None:
        self.database = database
        self.policy = policy
        self.caller = caller
        self.accept_language = accept_language
        self.now = to_milliseconds(datetime.now(UTC))
        self._reader: Reader | None = None
        self._snapshot = AsyncExitStack()

    async def __aenter__(self) -> "Context":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._snapshot.aclose()

    async def reader(self) -> Reader:
        """The caller with this operation's snapshot."""
        if self._reader is None:
            snapshot = await self._snapshot.enter_async_context(self.database.read())
            self._reader = Reader(self.caller, self.policy, snapshot, self.now)
        return self._reader

    async def write(self, work: Callable[[Writer], Awaitable[Result]]) -> Result:
        """Run `work` in a transaction of its own and commit; later reads see what it wrote."""
        await self._snapshot.aclose()
        self._reader = None
        return await self.database.write(
            lambda transaction: work(Writer(self.caller, self.policy, transaction, self.now))
        )
