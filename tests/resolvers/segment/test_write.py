import pytest

from resolvers.errors import InvalidInput, SegmentInUse
from resolvers.policy import Policy
from resolvers.segment.write import (
    RemoveSegment,
    create_segment,
    new_segment_id,
    upsert_segment,
    write_segments,
)
from resolvers.writing.command import Effect
from tests.factories.documents import segment
from tests.factories.shop import Shop


def test_a_segment_without_an_id_gets_a_new_one() -> None:
    document = {"name": {"en": "Gold"}, "siteCode": "main"}
    [first], [second] = (create_segment(document, Policy()).key for _ in range(2))
    assert first != second
    assert len(new_segment_id()) == 24


@pytest.mark.parametrize("segment_id", ["bulk", "a b", "", "g" * 129])
def test_an_id_at_fault(segment_id: str) -> None:
    for make in (
        lambda: create_segment(segment(segment_id), Policy()),
        lambda: upsert_segment(segment_id, segment("gold"), Policy()),
    ):
        with pytest.raises(InvalidInput) as refusal:
            make()
        assert refusal.value.path == ("id",)


async def test_a_segment_in_use_is_deleted_by_force_alone(shop: Shop) -> None:
    await shop.segments(segment("gold"))
    await shop.customers(("gold", "anna"))
    commands = [RemoveSegment(("gold",)), RemoveSegment(("gold",), force_delete=True)]
    refusal, deletion = await shop.write(lambda writer: write_segments(writer, commands))
    assert isinstance(refusal.error, SegmentInUse)
    assert deletion.effect is Effect.DELETED
    assert (await shop.rows())["customer_assignment"] == []
