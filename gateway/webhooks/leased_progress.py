"""The progress of one webhook under its lease."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final

from gateway.webhooks.progress import Progress
from models.connection.database import Database
from models.connection.driver import retrieve_exception
from models.connection.failure import DATABASE_FAILURES
from models.sql.prepared import Row
from resolvers.changes.read import ChangeBatch
from resolvers.webhook.lease import Lease, release_lease, save_progress

SAVING_TIME: Final = 5.0
MARGIN: Final = 0.25
"""Seconds left of a lease after the longest attempt."""


class LeasedProgress:
    """Saves progress, and renews its lease.

    `attempt` are the seconds of the longest attempt, `lease_time` those of a lease. `began` is when the lease
    was taken. Nothing may be sent once `is_lost` is set.
    """

    def __init__(
        self,
        database: Database,
        lease: Lease,
        progress: Progress,
        *,
        began: float,
        attempt: float,
        lease_time: float,
    ) -> None:
        self.lease = lease
        self.progress = progress
        self.batch: ChangeBatch | None = None
        self.seen: int | None = None
        self.is_lost = False
        self._database = database
        self._began = began
        self._attempt = attempt
        self._lease_time = lease_time
        self._ends_at = began + lease_time
        self._saving = asyncio.Lock()

    def now(self) -> datetime:
        """The current time, by the clock of the database."""
        return self.lease.now + timedelta(seconds=monotonic() - self._began)

    def has_time(self) -> bool:
        """Whether an attempt would end within the lease."""
        return not self.is_lost and self._ends_at - monotonic() > self._attempt + MARGIN

    @property
    def records(self) -> Sequence[Row]:
        """The records of the current batch."""
        return self.batch.records if self.batch else ()

    def advance(self) -> None:
        """Move the position over what is acknowledged."""
        if self.batch is not None:
            self.progress.advance([record["seq"] for record in self.records], self.batch.end)

    async def renew_again_and_again(self) -> None:
        """Renew the lease and save progress while sending."""
        while not self.is_lost:
            await asyncio.sleep(self._attempt / 3)
            began = monotonic()
            with suppress(*DATABASE_FAILURES):  # without renewal, nothing is sent when the lease is over
                self.advance()
                renewed = asyncio.create_task(self._save(self._columns() | self._lease_columns()))
                renewed.add_done_callback(retrieve_exception)
                if await asyncio.shield(renewed):
                    self._ends_at = began + self._lease_time
                else:
                    self.is_lost = True

    async def note(self, columns: Mapping[str, Any]) -> None:
        """Save columns, and renew the lease."""
        self.is_lost = not await self._save({**columns, **self._lease_columns()})

    async def release(self) -> None:
        """Save the progress, and release the lease.

        Raises TimeoutError, or a failure of the database.
        """
        self.advance()  # a round that was cancelled did not
        columns = self._columns() | {"lease_until": None, "lease_owner": None, "served_at": self.now()}
        async with asyncio.timeout(SAVING_TIME):
            if not await self._save(columns):
                await self._database.write(lambda transaction: release_lease(transaction, self.lease))

    async def _save(self, columns: Mapping[str, Any]) -> bool:
        """Save progress; return whether deliveries may go on."""
        async with self._saving:
            refused, self.progress.refused = self.progress.refused, []
            is_saved = False
            try:
                row = await self._database.write(
                    lambda transaction: save_progress(transaction, self.lease, columns, refused)
                )
                is_saved = row is not None
            finally:
                if not is_saved:
                    self.progress.refused = [*refused, *self.progress.refused]
        return row is not None and row["version"] == self.lease.row["version"]

    def _columns(self) -> dict[str, Any]:
        return self.progress.columns(self.progress.position.seq if self.seen is None else self.seen)

    def _lease_columns(self) -> dict[str, Any]:
        return {"lease_until": self.now() + timedelta(seconds=self._lease_time)}
