from resolvers.membership import Membership
from resolvers.segment.memberships import memberships
from tests.factories.documents import group, segment
from tests.factories.shop import Shop


async def test_direct_membership_comes_before_a_group(shop: Shop) -> None:
    await shop.segments(segment("gold"), segment("silver"), segment("bronze"))
    await shop.known_groups(group("club", "anna"))
    await shop.customers(("gold", "anna"))
    await shop.groups(("gold", "club"), ("silver", "club"))
    keys = [(segment_id, "anna", None) for segment_id in ("gold", "silver", "bronze")]
    assert await shop.read(lambda reader: memberships(reader, keys)) == {
        ("gold", "anna", None): Membership.DIRECT,
        ("silver", "anna", None): Membership.GROUP,
    }


async def test_the_own_view_has_the_own_memberships(shop: Shop) -> None:
    await shop.segments(segment("gold"))
    await shop.customers(("gold", "anna"), ("gold", "ben"))
    keys = [("gold", name, None) for name in ("anna", "ben")]
    own = await shop.read(lambda reader: memberships(reader, keys), shop.caller("O", "anna"))
    assert own == {("gold", "anna", None): Membership.DIRECT}


async def test_who_may_not_read_has_none(shop: Shop) -> None:
    keys = [("gold", "anna", None)]
    assert await shop.read(lambda reader: memberships(reader, keys), shop.caller("M")) == {}
