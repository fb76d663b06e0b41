"""Which waiting readers of own views are woken by new records."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from resolvers.changes.cursor import Position
from resolvers.changes.group import Delivery
from resolvers.changes.own_readers import OwnReaders

BEFORE, END = Position("e", 4), Position("e", 6)


@dataclass
class Reader:
    position: Position = BEFORE
    delivery: Delivery | None = None
    is_due: bool = False
    told: list[float | None] = field(default_factory=list)

    def move(self, position: Position, told_at: float | None) -> None:
        self.position = position
        self.told.append(told_at)

    def checkpoint_is_due(self) -> bool:
        return self.is_due


def of(*customers: str | None) -> list[Any]:
    return [{"customer_id": customer} for customer in customers]


async def test_records_of_other_customers_are_passed_over() -> None:
    readers, anna, ben, nobody = OwnReaders(), Reader(), Reader(), Reader()
    waits = [readers.join(anna, "anna"), readers.join(ben, "ben"), readers.join(nobody, None)]
    readers.tell(of("anna", "carl"), BEFORE, END)
    assert [one.done() for one in waits] == [True, False, False]
    assert (anna.position, ben.position, nobody.position) == (BEFORE, END, END)
    assert (anna.told, ben.told) == ([], [None]), "a position that was passed over was told to nobody"


@pytest.mark.parametrize(
    "reader",
    [
        Reader(position=Position("e", 5)),
        Reader(position=Position("other", 4)),
        Reader(is_due=True),
    ],
)
async def test_a_reader_elsewhere_or_with_a_checkpoint_to_tell_is_woken(reader: Reader) -> None:
    readers = OwnReaders()
    waiting = readers.join(reader, "anna")
    readers.tell(of("ben"), BEFORE, END)
    assert waiting.done()


async def test_records_of_segments_and_items_wake_everybody() -> None:
    readers, anna = OwnReaders(), Reader()
    waiting = readers.join(anna, "anna")
    readers.tell(of("ben", None), BEFORE, END)
    assert (waiting.done(), anna.position) == (True, BEFORE)


async def test_a_reader_that_waits_no_more_is_forgotten() -> None:
    readers, anna = OwnReaders(), Reader()
    readers.join(anna, "anna").cancel()
    await asyncio.sleep(0)
    readers.tell(of("ben"), BEFORE, END)
    assert anna.position == BEFORE
