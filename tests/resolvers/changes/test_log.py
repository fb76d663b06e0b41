"""Numbers of the change log: no gaps, in the order of commits, whoever writes at once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from models.connection.database import Database
from resolvers.access import Writer
from resolvers.changes import log
from resolvers.changes.read import read_changes
from resolvers.errors import NotFound
from resolvers.policy import Policy
from resolvers.segment.write import RemoveSegment, upsert_segment, write_segments
from resolvers.writing.command import Outcome
from tests.factories.documents import segment
from tests.factories.shop import Shop

POLICY = Policy(cursor_secret=b"a secret that only tests of changes know")
WRITERS, WRITES = 6, 12


@pytest.fixture
async def twins(shop: Shop, database_url: str) -> AsyncIterator[list[Shop]]:
    """The same tenant through two databases, as two processes have it."""
    other = Database(database_url)
    yield [Shop(shop.database, shop.tenant, POLICY), Shop(other, shop.tenant, POLICY)]
    await other.close()


@pytest.mark.slow
async def test_a_reader_beside_writers_misses_nothing(twins: list[Shop]) -> None:
    seen: list[tuple[int, str, int]] = []
    writing = True

    async def follow() -> None:
        cursor = None
        while True:
            was_writing = writing
            batch = await twins[1].read(lambda reader: read_changes(reader, cursor, first=5))  # noqa: B023
            seen.extend((one["seq"], one["segment_id"], one["version"]) for one in batch.records)
            cursor = batch.cursor
            if not was_writing and not batch.has_more:
                return

    async def write(number: int) -> None:
        shop = twins[number % 2]
        for count in range(WRITES):
            ids = ["shared", f"w{number}"] if count % 2 else [f"w{number}", "shared"]
            await shop.segments(*map(segment, ids))

    following = asyncio.create_task(follow())
    await asyncio.gather(*(write(number) for number in range(WRITERS)))
    writing = False
    await following
    assert [number for number, _, _ in seen] == list(range(1, 2 * WRITERS * WRITES + 1))
    for segment_id in {segment_id for _, segment_id, _ in seen}:
        versions = [version for _, one, version in seen if one == segment_id]
        assert versions == list(range(1, len(versions) + 1))


async def test_what_is_rolled_back_leaves_no_number(twins: list[Shop]) -> None:
    shop = twins[0]
    await shop.segments(segment("s"))

    async def fail(writer: Writer) -> None:
        await write_segments(writer, [upsert_segment("t", segment("t"), shop.policy)])
        raise NotFound("t")

    with pytest.raises(NotFound):
        await shop.write(fail)
    await shop.segments(segment("u"))
    batch = await shop.read(lambda reader: read_changes(reader, None))
    assert [(one["seq"], one["segment_id"]) for one in batch.records] == [(1, "s"), (2, "u")]


async def test_more_changes_than_are_kept_in_memory_are_written_in_order(
    twins: list[Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = twins[0]
    monkeypatch.setattr(log, "MOST_PENDING", 3)
    await shop.segments(segment("s"))
    await shop.customers(*(("s", f"c{number}") for number in range(8)))

    async def remove(writer: Writer) -> list[Outcome]:
        return await write_segments(writer, [RemoveSegment(("s",), force_delete=True)])

    await shop.write(remove)
    batch = await shop.read(lambda reader: read_changes(reader, None))
    assert [(one["seq"], one["type"].rpartition("_")[2], one["customer_id"]) for one in batch.records] == [
        (1, "CREATED", None),
        *((2 + number, "CREATED", f"c{number}") for number in range(8)),
        *((10 + number, "DELETED", f"c{number}") for number in range(8)),
        (18, "DELETED", None),
    ]
