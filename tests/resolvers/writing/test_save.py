from typing import Any

from models.tables.reference import category, customer, customer_legal_entity
from resolvers.writing.change import Cause, Change
from resolvers.writing.save import save
from tests.factories.shop import Shop


async def test_rows_are_written_in_the_order_of_their_references(shop: Shop) -> None:
    names = ("first_name", "last_name", "email")
    anna: dict[str, Any] = {"tenant": shop.tenant, "id": "anna", "mixins": {}, **dict.fromkeys(names)}
    link = {"tenant": shop.tenant, "customer_id": "anna", "legal_entity_id": "acme"}
    changed = {**anna, "email": "anna@shop.example"}
    steps = [
        [Change(customer_legal_entity, None, link, Cause.MANUAL), Change(customer, None, anna, Cause.MANUAL)],
        [Change(customer, anna, changed, Cause.MANUAL)],
    ]
    for changes in steps:
        await shop.write(lambda writer, changes=changes: save(writer, changes))  # type: ignore[misc]
    rows = await shop.rows()
    assert (rows["customer"], rows["customer_legal_entity"]) == ([changed], [link])
    removals = [
        Change(customer, changed, None, Cause.MANUAL),
        Change(customer_legal_entity, link, None, Cause.MANUAL),
    ]
    await shop.write(lambda writer: save(writer, removals))
    rows = await shop.rows()
    assert (rows["customer"], rows["customer_legal_entity"]) == ([], [])


async def test_no_change_is_no_statement(shop: Shop) -> None:
    await shop.write(lambda writer: save(writer, []))
    assert (await shop.rows())[category.name] == []
