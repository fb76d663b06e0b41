import pytest

from resolvers.errors import InvalidInput, ReferenceInUse
from resolvers.policy import Policy
from resolvers.reference.write import (
    CUSTOMERS,
    GROUPS,
    PRODUCTS,
    remove_reference,
    upsert_reference,
    write_references,
)
from resolvers.writing.command import Effect
from tests.factories.documents import customer, group, segment
from tests.factories.shop import Shop


def test_commands_have_the_id() -> None:
    command = upsert_reference(PRODUCTS, {"id": "drill", "code": "D1"}, Policy())
    assert command.key == ("drill",)
    assert command.content == {"code": "D1", "name": {}, "category_ids": []}
    with pytest.raises(InvalidInput) as refusal:
        upsert_reference(PRODUCTS, {}, Policy())
    assert refusal.value.path == ("id",)


def test_only_customers_are_deleted_with_their_assignments() -> None:
    assert remove_reference(CUSTOMERS, "anna", with_assignments=True).takes_along
    with pytest.raises(InvalidInput) as refusal:
        remove_reference(PRODUCTS, "drill", with_assignments=True)
    assert refusal.value.path == ("withAssignments",)


async def test_where_references_are_enforced_an_assigned_customer_stays(shop: Shop) -> None:
    enforcing = Shop(shop.database, shop.tenant, Policy(enforce_references=True))
    await shop.segments(segment("gold"))
    await shop.known_customers(customer("anna"))
    await shop.customers(("gold", "anna"))
    commands = [
        remove_reference(CUSTOMERS, "anna"),
        remove_reference(CUSTOMERS, "anna", with_assignments=True),
    ]
    kept, deleted = await enforcing.write(lambda writer: write_references(writer, CUSTOMERS, commands))
    assert isinstance(kept.error, ReferenceInUse)
    assert deleted.effect is Effect.DELETED


async def test_an_assigned_group_stays_one_of_customers(shop: Shop) -> None:
    await shop.segments(segment("gold"))
    await shop.known_groups(group("club"))
    await shop.groups(("gold", "club"))
    command = upsert_reference(GROUPS, group("club", userType="EMPLOYEE"), shop.policy)
    [outcome] = await shop.write(lambda writer: write_references(writer, GROUPS, [command]))
    assert isinstance(outcome.error, InvalidInput)
    assert outcome.error.path == ("userType",)
