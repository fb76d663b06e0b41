from typing import Any

from models.connection.session import Transaction
from models.tables.columns import this_instant
from resolvers.access import Writer
from resolvers.changes.read import read_changes
from resolvers.segment.write import upsert_segment, write_segments
from resolvers.writing.run import run
from tests.factories.documents import segment
from tests.factories.shop import Shop


async def test_changes_are_logged_after_the_work(shop: Shop) -> None:
    def write(segment_id: str) -> Any:
        command = upsert_segment(segment_id, segment(segment_id), shop.policy)
        return lambda writer: write_segments(writer, [command])

    async def with_log(transaction: Transaction) -> int:
        writer = Writer(shop.caller("RM"), shop.policy, transaction, this_instant())
        return len(await run(writer, write("gold")))

    async def without_log(transaction: Transaction) -> None:
        await write("silver")(Writer(shop.caller("RM"), shop.policy, transaction, this_instant()))

    assert await shop.database.write(with_log) == 1
    await shop.database.write(without_log)
    batch = await shop.read(lambda reader: read_changes(reader, None))
    assert [(record["type"], record["segment_id"]) for record in batch.records] == [
        ("SEGMENT_CREATED", "gold")
    ]
