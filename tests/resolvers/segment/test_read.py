import pytest

from resolvers.errors import Forbidden, InvalidArgument
from resolvers.segment.read import linked_segments_by_id, segments_by_id
from tests.factories.documents import segment
from tests.factories.shop import Shop


async def test_segments_by_id(shop: Shop) -> None:
    await shop.segments(segment("gold"), segment("silver"))
    rows = await shop.read(lambda reader: segments_by_id(reader, ["silver", "none"], columns=["status"]))
    assert {key: dict(row) for key, row in rows.items()} == {"silver": {"id": "silver", "status": "ACTIVE"}}


async def test_a_link_shows_nothing_to_callers_who_may_not_read(shop: Shop) -> None:
    await shop.segments(segment("gold"))
    assert await shop.read(lambda reader: linked_segments_by_id(reader, ["gold"]), shop.caller("M")) == {}
    with pytest.raises(Forbidden):
        await shop.read(lambda reader: segments_by_id(reader, ["gold"]), shop.caller("M"))


async def test_an_id_is_bounded(shop: Shop) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        await shop.read(lambda reader: segments_by_id(reader, ["g" * 256]))
    assert refusal.value.path == ("id",)
