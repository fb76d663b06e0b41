"""Serves readers with equal requests by one loop.

Waking a task for each reader takes four times as long as writing the message.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

import structlog

from models.connection.failure import DATABASE_FAILURES
from resolvers.changes.cursor import Position
from resolvers.changes.shared import SharedBatch
from resolvers.errors import GatewayError

SERVED_AT_A_TIME: Final = 100
"""Members that are served in one step; other tasks run between steps."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Delivers batches to a reader without its task.

    `show` renders a batch once for all readers with an equal key. `take` sends the rendering to one reader.
    It returns False if it would have to wait, or if the reader's own task has to act.
    """

    key: Hashable
    show: Callable[[SharedBatch], Awaitable[Any]]
    take: Callable[[Any], bool]


class Member(Protocol):
    """A waiting reader."""

    position: Position
    delivery: Delivery | None

    def move(self, position: Position, told_at: float | None) -> None:
        """Set the position.

        `told_at` is the loop's time at which the reader received the position; None if it did not.
        """

    def checkpoint_is_due(self) -> bool:
        """Whether a checkpoint is due for the reader.

        The reader has not received its current position for long.
        """


class Records(Protocol):
    """The records of a group: the tenant's feed."""

    def holds(self, position: Position) -> bool:
        """Whether all records after a position are in memory."""

    def has_nothing_behind(self, position: Position) -> bool:
        """Whether no record follows a position."""


Waiting: TypeAlias = asyncio.Future[None]
Read: TypeAlias = Callable[[Position], SharedBatch]


class Group:
    """Readers with an equal key and filter.

    `read` returns the batch after a position. Most readers are at the same position. A reader that cannot
    be served is released: its own task continues from its position.
    """

    def __init__(self, records: Records, read: Read, is_left: Callable[[], None]) -> None:
        self._records = records
        self._read = read
        self._is_left = is_left
        self._members: dict[Waiting, Member] = {}
        self._task: asyncio.Task[None] | None = None

    def join(self, member: Member) -> Waiting:
        """Add a member; return the future of its task.

        The future is done when the member's own task has to continue. Cancel the future to stop waiting.
        """
        waiting: Waiting = asyncio.get_running_loop().create_future()
        self._members[waiting] = member
        waiting.add_done_callback(self._leave)
        return waiting

    def look(self) -> None:
        """Serve the members that have new records."""
        if self._task is None:
            self._task = asyncio.create_task(self._serve())

    def _leave(self, waiting: Waiting) -> None:
        del self._members[waiting]
        self._end_if_left()

    def _end_if_left(self) -> None:
        if not self._members and self._task is None:
            self._is_left()

    async def _serve(self) -> None:
        try:
            while (behind := self._behind()) is not None:
                await self._serve_at(*behind)
        except (GatewayError, *DATABASE_FAILURES):
            release(self._members)  # each finds out by itself
        except Exception:
            log.exception("group not served")
            release(self._members)
        finally:
            self._task = None
            self._end_if_left()

    def _behind(self) -> tuple[Position, Sequence[Waiting]] | None:
        """A position with newer records, and its waiting members."""
        by_position: dict[int, tuple[Position, list[Waiting]]] = {}
        last: Position | None = None
        for waiting, member in self._members.items():
            if member.position is not last:
                last = member.position
                together = by_position.setdefault(id(last), (last, []))[1]
            if not waiting.done():
                together.append(waiting)
        for position, together in by_position.values():
            if together and not self._records.has_nothing_behind(position):
                return position, together
        return None

    async def _serve_at(self, position: Position, together: Sequence[Waiting]) -> None:
        shared = self._read(position) if self._records.holds(position) else None
        if shared is None or shared.batch.end == position:
            release(together)
        elif shared.batch.records:
            await self._deliver(shared, together)
        else:
            self._pass_over(shared.batch.end, together)

    async def _deliver(self, shared: SharedBatch, together: Sequence[Waiting]) -> None:
        delivery = self._members[together[0]].delivery
        delivered = None if delivery is None else await delivery.show(shared)
        end, now = shared.batch.end, asyncio.get_running_loop().time()
        for count, waiting in enumerate(together, 1):
            if not waiting.done():
                member = self._members[waiting]
                if member.delivery is not None and member.delivery.take(delivered):
                    member.move(end, now)
                else:
                    waiting.set_result(None)
            if count % SERVED_AT_A_TIME == 0:
                await asyncio.sleep(0)

    def _pass_over(self, end: Position, together: Sequence[Waiting]) -> None:
        """Move members past records excluded by the filter."""
        for waiting in together:
            member = self._members[waiting]
            member.move(end, None)
            if member.checkpoint_is_due():
                waiting.set_result(None)


def release(together: Iterable[Waiting]) -> None:
    """Let the waiting tasks continue."""
    for waiting in together:
        if not waiting.done():
            waiting.set_result(None)
