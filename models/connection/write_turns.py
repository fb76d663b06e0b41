"""Turns of writers, limited by the number of connections."""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from models.connection.client import Client
from models.connection.failure import DatabaseUnavailable
from models.connection.fair_share import FairShare


class WriteTurns:
    """Turns for at most `room()` writers at a time.

    `room()` may change, but is never 0.

    A writer that waits longer than `patience` seconds is refused; where that is None, it waits for any time.
    A client may have every turn: a transaction is short, and the next turn is another client's.
    """

    def __init__(self, room: Callable[[], int], patience: float | None) -> None:
        self._room = room
        self._patience = patience
        self._writing = 0
        self.share: FairShare[None] = FairShare(self, most=sys.maxsize)

    @asynccontextmanager
    async def turn(self, client: Client | None) -> AsyncIterator[None]:
        """Hold a turn for the duration of a block.

        Raises DatabaseUnavailable.
        """
        try:
            await self.share.acquire(client, self._patience)
        except TimeoutError as failure:
            self.share.refusals["taken"] += 1
            raise DatabaseUnavailable("every connection is taken") from failure
        try:
            yield
        finally:
            self.put(None)
            self.share.let_go(client)

    def has_item(self) -> bool:
        """Whether another writer may begin."""
        return self._writing < self._room()

    def take(self) -> None:
        """Count another writer."""
        self._writing += 1

    def put(self, _item: None) -> None:
        """Count one writer less."""
        self._writing -= 1
