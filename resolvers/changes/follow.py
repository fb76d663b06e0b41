"""Reads changes and waits for new changes."""

import asyncio
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from dataclasses import replace
from math import inf
from typing import Final, TypeAlias

from models.connection.failure import DATABASE_FAILURES
from models.connection.heads import Heads
from resolvers.access import Reader
from resolvers.background import resting
from resolvers.caller import Caller, Scope
from resolvers.changes.cursor import Position
from resolvers.changes.feed import SECONDS_AFTER_FAILURE, Feed, Feeds
from resolvers.changes.group import Delivery
from resolvers.changes.own_view import in_own_view, may_be_in_own_view
from resolvers.changes.read import (
    ANY_CHANGE,
    DEFAULT_FIRST,
    ChangeBatch,
    ChangeFilter,
    Start,
    read_changes,
    starting_point,
)
from resolvers.changes.shared import SharedBatch
from resolvers.errors import InvalidArgument, TooManyStreams

LONGEST_WAIT: Final = 30
"""Seconds."""
MOST_WAITS: Final = 100
"""Requests of one caller that wait for changes at a time, in one process."""
SECONDS_BETWEEN_CHECKPOINTS: Final = 60.0
"""Seconds between two checkpoints of a stream without changes."""
SECONDS_UNTIL_FEED_HAS_LOOKED: Final = 0.1

OpenReader: TypeAlias = Callable[[], AbstractAsyncContextManager[Reader]]
"""Opens a snapshot while a block runs."""


async def await_changes(
    open_reader: OpenReader,
    heads: Heads,
    after: str | None,
    *,
    first: int = DEFAULT_FIRST,
    change_filter: ChangeFilter = ANY_CHANGE,
    seconds: float = 0,
) -> ChangeBatch:
    """Read changes, and wait if there are none.

    It reads as `read_changes`. If the batch is empty, it waits for up to `seconds` without a connection. A
    batch that is empty after that moves the cursor past the records that the filter excluded meanwhile.
    Raises TooManyStreams if MOST_WAITS requests of the caller wait already.
    """
    if not 0 <= seconds <= LONGEST_WAIT:
        raise InvalidArgument(f"A number from 0 to {LONGEST_WAIT} is expected.", path=("waitSeconds",))
    loop = asyncio.get_running_loop()
    began = loop.time()
    while True:
        async with open_reader() as reader:
            batch = await read_changes(reader, after, first=first, change_filter=change_filter)
        left = began + min(seconds, reader.policy.longest_wait) - loop.time()
        if batch.records or batch.has_more or left <= 0:
            return batch
        after = batch.cursor
        with _counted_wait(heads, reader.caller), resting():
            await heads.wait(reader.tenant, batch.end.seq, left)


@contextmanager
def _counted_wait(heads: Heads, caller: Caller) -> Iterator[None]:
    """Count a waiting request of the caller.

    Raises TooManyStreams at the limit.
    """
    client = caller.client
    if heads.waits[client] >= MOST_WAITS:
        raise TooManyStreams()
    heads.waits[client] += 1
    try:
        yield
    finally:
        heads.waits[client] -= 1
        if not heads.waits[client]:
            del heads.waits[client]


class Follower:
    """A reader of a tenant's changes.

    It has a position, a filter and a view, and holds no records between batches. Recent records come from
    the feed; a follower behind the feed reads the table.
    """

    def __init__(
        self, open_reader: OpenReader, feeds: Feeds, change_filter: ChangeFilter, caller: Caller, start: Start
    ) -> None:
        self._open_reader = open_reader
        self._wanted = change_filter
        self._caller = caller
        self.position = self._told = start.position
        self._tells_start = start.tells_itself
        self._told_at = asyncio.get_running_loop().time()
        self._followed = feeds.followed(caller.tenant, start)
        self._feed: Feed | None = None
        self._news: asyncio.Future[None] | None = None
        self.delivery: Delivery | None = None
        """How `next` may serve the reader while it waits, if other readers receive the same batches."""
        self._is_woken = False

    async def next(self, seconds: float) -> SharedBatch | None:
        """The next batch, or None after `seconds` or `wake`.

        Waiting uses no timer. An empty batch is a checkpoint. Raises CursorExpired or CursorUnknown if the
        log no longer has the position.
        """
        until = asyncio.get_running_loop().time() + seconds
        feed = self._feed = self._feed or self._followed.__enter__()
        if self._tells_start:
            self._tells_start = False
            return self._told_now(feed.checkpoint(self.position))
        while not self._is_woken:
            if not feed.has_nothing_behind(self.position):
                shared = await self._read(feed)
                if shared is not None and shared.batch.records:
                    return self._told_now(shared)
            if self.checkpoint_is_due():
                return self._told_now(feed.checkpoint(self.position))
            if not await self._await_news(feed, until):
                return None
        return None

    def wake(self) -> None:
        """Make `next` return immediately, now and later."""
        self._is_woken = True
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    def close(self) -> None:
        """Stop following."""
        if self._feed is not None:
            self._feed = None
            self._followed.__exit__(None, None, None)

    async def _await_news(self, feed: Feed, until: float) -> bool:
        """Wait for a record after the position.

        Returns false after the time `until`.
        """
        if feed.has_nothing_behind(self.position):
            self._news = self._waiting(feed)
            try:
                async with nullcontext() if until == inf else asyncio.timeout_at(until):
                    await self._news
            except TimeoutError:
                return False
            finally:
                self._news.cancel()
                self._news = None
        return asyncio.get_running_loop().time() < until

    def _waiting(self, feed: Feed) -> asyncio.Future[None]:
        """A future, done when the follower has to act."""
        if not self._caller.has(Scope.READ):
            return feed.own_readers.join(self, self._caller.customer_id)
        if self.delivery is None:
            return feed.news()
        return feed.group(self.delivery.key, self._wanted).join(self)

    async def _read(self, feed: Feed) -> SharedBatch | None:
        """Read the batch after the position and advance it.

        Returns None if there is no batch yet.
        """
        try:
            shared = await self._batch(feed)
        except DATABASE_FAILURES:
            await asyncio.sleep(SECONDS_AFTER_FAILURE)
            return None
        if shared.batch.end == self.position:  # the feed knows of a newer record, or of an older log
            feed.look()
            await asyncio.sleep(SECONDS_UNTIL_FEED_HAS_LOOKED)
            return None
        self.position = shared.batch.end
        return shared

    async def _batch(self, feed: Feed) -> SharedBatch:
        if not feed.holds(self.position):
            return await self._batch_of_table(feed)
        if self._caller.has(Scope.READ):
            return feed.shared_batch(self.position, self._wanted)
        return await self._own_batch(feed)

    async def _batch_of_table(self, feed: Feed) -> SharedBatch:
        async with self._open_reader() as reader:
            after = feed.cursors.of(self.position)
            return SharedBatch(await read_changes(reader, after, change_filter=self._wanted))

    async def _own_batch(self, feed: Feed) -> SharedBatch:
        batch = feed.batch(
            self.position,
            lambda record: self._wanted.fits(record) and may_be_in_own_view(self._caller, record),
        )
        if any(record["customer_id"] is None for record in batch.records):
            async with self._open_reader() as reader:
                batch = replace(batch, records=await in_own_view(reader, batch.records))
        return SharedBatch(batch)

    def move(self, position: Position, told_at: float | None) -> None:
        """Set the position.

        `told_at` is the loop's time at which the reader received the position; None if it did not.
        """
        self.position = position
        if told_at is not None:
            self._told, self._told_at = position, told_at

    def checkpoint_is_due(self) -> bool:
        """Whether a checkpoint is due for the reader.

        The reader has not received its current position for long.
        """
        now = asyncio.get_running_loop().time()
        return self.position != self._told and now - self._told_at >= SECONDS_BETWEEN_CHECKPOINTS

    def _told_now(self, shared: SharedBatch) -> SharedBatch:
        self.move(self.position, asyncio.get_running_loop().time())
        return shared


async def follow_changes(
    open_reader: OpenReader, feeds: Feeds, after: str | None, change_filter: ChangeFilter = ANY_CHANGE
) -> Follower:
    """Follow the changes after a cursor.

    Without a cursor it follows changes from now on; the first batch is then a checkpoint.

    Raises CursorExpired, CursorUnknown, InvalidArgument, ChangesOff, Forbidden, Unauthenticated.
    """
    change_filter.check()
    change_filter = ChangeFilter(
        _frozen(change_filter.types), _frozen(change_filter.segment_ids), change_filter.customer_id
    )
    async with open_reader() as reader:
        start = await starting_point(reader, after)
        return Follower(open_reader, feeds, change_filter, reader.caller, start)


def _frozen(values: Collection[str] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(values)
