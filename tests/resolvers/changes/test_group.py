"""A group of readers ends with its last one, and lets all go where it cannot serve."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from resolvers.changes.cursor import Position
from resolvers.changes.group import Delivery, Group
from resolvers.changes.shared import SharedBatch


@dataclass
class Log:
    """A log that has records up to a number, of which the oldest are gone."""

    newest: int = 0
    oldest: int = 0

    def holds(self, position: Position) -> bool:
        return self.oldest <= position.seq

    def has_nothing_behind(self, position: Position) -> bool:
        return position.seq >= self.newest


@dataclass
class Reader:
    position: Position = field(default_factory=lambda: Position("e", 0))
    delivery: Delivery | None = None

    def move(self, position: Position, told_at: float | None) -> None:  # noqa: ARG002  (the protocol's)
        self.position = position

    def checkpoint_is_due(self) -> bool:
        return False


def fails(_position: Position) -> SharedBatch:
    raise ZeroDivisionError


async def test_a_group_is_left_with_its_last_reader() -> None:
    left: list[Any] = []
    group = Group(Log(), fails, lambda: left.append(group))
    waits = [group.join(Reader()), group.join(Reader())]
    waits[0].cancel()
    await asyncio.sleep(0)
    assert left == []
    waits[1].set_result(None)
    await asyncio.sleep(0)
    assert left == [group]


async def test_who_is_too_far_behind_goes_on_alone() -> None:
    log = Log(newest=10, oldest=5)
    group = Group(log, fails, lambda: None)
    late, current = group.join(Reader()), group.join(Reader(Position("e", 10)))
    group.look()
    await asyncio.wait_for(late, 5)
    assert not current.done()


async def test_a_failure_lets_all_go() -> None:
    """Each finds out by itself, and tells its own client."""
    group = Group(Log(newest=1), fails, lambda: None)
    waits = [group.join(Reader()), group.join(Reader())]
    group.look()
    await asyncio.wait_for(asyncio.gather(*waits), 5)
