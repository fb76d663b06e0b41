from resolvers.explain.membership import explain_membership
from resolvers.explain.reason import Explanation, ReasonCode
from tests.factories.documents import segment
from tests.factories.shop import Shop


async def explained(shop: Shop, segment_id: str, customer_id: str, entity: str | None = None) -> Explanation:
    return await shop.read(lambda reader: explain_membership(reader, segment_id, customer_id, entity))


async def test_each_answer_has_a_reason(shop: Shop) -> None:
    await shop.segments(segment("gold"))
    await shop.customers(("gold", "anna"), ("gold", "ben", "acme"))
    cases = {
        ("gold", "anna", None): ReasonCode.ASSIGNED_BY_CLIENT,
        ("gold", "ben", "acme"): ReasonCode.ASSIGNED_BY_CLIENT,
        ("gold", "ben", None): ReasonCode.NOT_ASSIGNED,
        ("silver", "anna", None): ReasonCode.SEGMENT_UNKNOWN,
    }
    for (segment_id, customer_id, entity), code in cases.items():
        explanation = await explained(shop, segment_id, customer_id, entity)
        assert [reason.code for reason in explanation.because] == [code]
        assert explanation.holds is (code is ReasonCode.ASSIGNED_BY_CLIENT)


async def test_assignments_on_behalf_of_others_are_named(shop: Shop) -> None:
    await shop.segments(segment("gold"))
    await shop.customers(("gold", "ben", "acme"))
    [reason] = (await explained(shop, "gold", "ben")).because
    assert reason.text == "The customer ben is not assigned. There are assignments for acme."
    assert reason.seen == ["acme"]
