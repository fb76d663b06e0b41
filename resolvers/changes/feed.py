"""The newest changes of a tenant, shared by its followers.

A process reads them once for all followers.
"""

import asyncio
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

import orjson
import structlog

from models.connection.client import Client
from models.connection.database import Database
from models.connection.failure import DATABASE_FAILURES
from models.connection.heads import Listener
from models.sql.prepared import Row
from models.tables.columns import this_instant
from resolvers.access import Reader
from resolvers.caller import Caller, Scope
from resolvers.changes.cursor import NO_RECORD, Position
from resolvers.changes.group import Group
from resolvers.changes.own_readers import OwnReaders
from resolvers.changes.read import (
    DEFAULT_FIRST,
    LARGEST_BATCH,
    LARGEST_FIRST,
    ChangeBatch,
    ChangeFilter,
    Start,
    read_changes,
    starting_point,
)
from resolvers.changes.shared import SharedBatch
from resolvers.errors import CursorExpired, CursorUnknown
from resolvers.policy import Policy

ROOM: Final = 32_000_000
"""Estimated bytes of records that all feeds of a process hold together."""
RECORD_BYTES: Final = 2_000
"""Estimated bytes of a record without its document."""
DOCUMENT_WEIGHT: Final = 4
"""Bytes that a document takes for each byte of its JSON."""
HEAVIEST_BATCH: Final = DOCUMENT_WEIGHT * LARGEST_BATCH
"""Estimated bytes of a batch without its last record."""
MOST_BATCHES: Final = 64
"""Batches that are cached for followers with the same filter, until the next record."""
SECONDS_WITHOUT_NEWS: Final = 30.0
"""Seconds without a notification after which the feed reads the log. A restored backup lowers the numbers of
the log and sends no notification.
"""
SECONDS_AFTER_FAILURE: Final = 1.0

log = structlog.get_logger(__name__)

Fits = Callable[[Row], bool]


class Feeds:
    """The feeds of a process, one per followed tenant."""

    def __init__(self, database: Database, policy: Policy, room: int = ROOM) -> None:
        self._database = database
        self._policy = policy
        self._room = room
        self._feeds: dict[str, Feed] = {}

    @contextmanager
    def followed(self, tenant: str, start: Start) -> Iterator["Feed"]:
        """The tenant's feed, open while the block runs.

        A new feed begins after the newest record.
        """
        feed = self._feeds.get(tenant)
        if feed is None:
            feed = Feed(self._database, self._policy, tenant, start, self._share)
            self._feeds[tenant] = feed
        feed.followers += 1
        try:
            yield feed
        finally:
            feed.followers -= 1
            if not feed.followers:
                del self._feeds[tenant]
                feed.stop()

    def _share(self) -> int:
        """The size limit of each feed, in bytes."""
        return self._room // max(1, len(self._feeds))


class Feed:
    """Keeps recent records in memory and wakes waiting readers.

    It holds the records after `start` up to `end`. A task reads new records while the feed has followers.
    It reads all of the tenant's records: the permission of a follower is checked when its batch is made.
    """

    def __init__(
        self,
        database: Database,
        policy: Policy,
        tenant: str,
        start: Start,
        room: Callable[[], int],
    ) -> None:
        self.start = self.end = start.newest
        self.cursors = start.cursors
        self.followers = 0
        self._database = database
        self._policy = policy
        self._tenant = tenant
        self._room = room
        self._records: list[Row] = []
        self._weights: list[int] = []
        self._weight = 0
        self._batches: dict[tuple[int, ChangeFilter], SharedBatch] = {}
        self._waiting: set[asyncio.Future[None]] = set()
        self._groups: dict[tuple[Hashable, ChangeFilter], Group] = {}
        self.own_readers = OwnReaders()
        self._listener: Listener | None = None
        self._is_stopped = False
        self._task = asyncio.create_task(self._run())

    def holds(self, position: Position) -> bool:
        """Whether all records after a position are in memory."""
        is_same_log = position.epoch == self.end.epoch or position == NO_RECORD
        return is_same_log and self.start.seq <= position.seq

    def has_nothing_behind(self, position: Position) -> bool:
        """Whether no known record follows a position."""
        is_same_log = position.epoch == self.end.epoch or self.end == NO_RECORD
        return is_same_log and position.seq >= self.end.seq

    def shared_batch(self, after: Position, change_filter: ChangeFilter) -> SharedBatch:
        """The records after a position that match the filter.

        The batch is for readers of the whole tenant.
        """
        key = (after.seq, change_filter)
        batch = self._batches.get(key)
        if batch is None:
            batch = SharedBatch(self.batch(after, change_filter.fits))
            if len(self._batches) < MOST_BATCHES:
                self._batches[key] = batch
        return batch

    def batch(self, after: Position, fits: Fits) -> ChangeBatch:
        """A batch of the records after a position that fit.

        The feed must hold the position. The batch has a limited size.
        """
        rows: list[Row] = []
        weight = 0
        seq = after.seq
        for index in range(after.seq - self.start.seq, len(self._records)):
            seq += 1
            if fits(self._records[index]):
                rows.append(self._records[index])
                weight += self._weights[index]
                if len(rows) == DEFAULT_FIRST or weight >= HEAVIEST_BATCH:
                    break
        end = Position(self.end.epoch, seq)
        return ChangeBatch(rows, self.cursors, end, has_more=seq < self.end.seq)

    def checkpoint(self, position: Position) -> SharedBatch:
        """An empty batch with a position."""
        return SharedBatch(ChangeBatch((), self.cursors, position, has_more=False))

    def news(self) -> asyncio.Future[None]:
        """A future, done when the next record arrives.

        Cancel the future to stop waiting.
        """
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        waiting.add_done_callback(self._waiting.discard)
        return waiting

    def group(self, key: Hashable, change_filter: ChangeFilter) -> Group:
        """The group of readers with an equal key and filter.

        They read the whole tenant, and receive the same rendering of the same records.
        """
        group = self._groups.get((key, change_filter))
        if group is None:
            read = partial(self.shared_batch, change_filter=change_filter)
            group = self._groups[key, change_filter] = Group(
                self, read, partial(self._forget, key, change_filter)
            )
        return group

    def _forget(self, key: Hashable, change_filter: ChangeFilter) -> None:
        del self._groups[key, change_filter]

    def stop(self) -> None:
        """Stop reading, as the feed has no followers.

        A running read is finished first.
        """
        self._is_stopped = True
        self.look()

    def look(self) -> None:
        """Read new records immediately."""
        if self._listener is not None:
            self._listener.wake()

    async def _run(self) -> None:
        with self._database.heads.listening(self._tenant) as listener:
            self._listener = listener
            while not self._is_stopped:
                try:
                    has_more = await self._read()
                except Exception as failure:
                    if not isinstance(failure, DATABASE_FAILURES):
                        log.exception("feed failed", tenant=self._tenant)
                    await asyncio.sleep(SECONDS_AFTER_FAILURE)
                    continue
                if not has_more:
                    await listener.wait(self.end.seq, SECONDS_WITHOUT_NEWS)

    async def _read(self) -> bool:
        """Read new records; return whether there are more."""
        async with self._database.read(Client(self._tenant, "")) as snapshot:
            caller = Caller(self._tenant, frozenset({Scope.READ}))
            reader = Reader(caller, self._policy, snapshot, this_instant())
            try:
                batch = await read_changes(reader, self.cursors.of(self.end), first=LARGEST_FIRST)
            except (CursorUnknown, CursorExpired):
                self._start_over((await starting_point(reader, None)).newest)
                return False
        self._add(batch)
        return batch.has_more

    def _start_over(self, newest: Position) -> None:
        """Restart after the newest record of a new log."""
        self._records.clear()
        self._weights.clear()
        self._weight = 0
        self.start = self.end = newest
        self._tell()
        self.own_readers.release()

    def _add(self, batch: ChangeBatch) -> None:
        if not batch.records:
            return
        if self.end == NO_RECORD:
            self.start = Position(batch.end.epoch, 0)
        before = self.end
        weights = list(map(_weight, batch.records))
        self._records += batch.records
        self._weights += weights
        self._weight += sum(weights)
        self.end = batch.end
        self._let_go()
        self._tell()
        self.own_readers.tell(batch.records, before, self.end)

    def _let_go(self) -> None:
        """Drop the oldest records beyond the size limit."""
        room = self._room()
        count = 0
        while self._weight > room:
            self._weight -= self._weights[count]
            count += 1
        if not count:
            return
        del self._records[:count]
        del self._weights[:count]
        self.start = Position(self.end.epoch, self.start.seq + count)

    def _tell(self) -> None:
        self._batches.clear()
        for waiting in list(self._waiting):
            if not waiting.done():
                waiting.set_result(None)
        for group in self._groups.values():
            group.look()


def _weight(record: Row) -> int:
    document = record["document"]
    return RECORD_BYTES + (0 if document is None else DOCUMENT_WEIGHT * len(orjson.dumps(document)))
