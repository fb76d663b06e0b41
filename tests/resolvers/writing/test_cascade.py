from models.tables.customer_assignment import customer_assignment
from models.tables.item_assignment import item_assignment
from models.tables.segment import segment
from resolvers.writing.cascade import Owned, delete_owned, owners, owning
from tests.factories import documents
from tests.factories.shop import Shop

ASSIGNMENTS = Owned(customer_assignment, "segment_id")
PRODUCTS = Owned(item_assignment, "segment_id", [item_assignment.c.type == "PRODUCT"])


async def shop_with_assignments(shop: Shop) -> None:
    await shop.segments(documents.segment("gold"), documents.segment("silver"))
    await shop.customers(("gold", "anna"), ("gold", "ben"), ("silver", "anna"))
    await shop.items(("gold", "CATEGORY", "tools"))


async def test_owned_rows_are_counted_and_deleted(shop: Shop) -> None:
    await shop_with_assignments(shop)
    assert await shop.write(lambda writer: delete_owned(writer, ASSIGNMENTS, ["gold", "none"])) == {"gold": 2}
    rows = (await shop.rows())["customer_assignment"]
    assert [(row["segment_id"], row["customer_id"]) for row in rows] == [("silver", "anna")]
    assert await shop.write(lambda writer: delete_owned(writer, ASSIGNMENTS, [])) == {}


async def test_owners_have_rows_that_satisfy_the_conditions(shop: Shop) -> None:
    await shop_with_assignments(shop)
    ids = ["gold", "silver", "none"]
    assert await shop.write(lambda writer: owners(writer, ASSIGNMENTS, segment, ids)) == {"gold", "silver"}
    assert await shop.write(lambda writer: owning(writer, ASSIGNMENTS, ["gold"])) == {"gold"}
    assert await shop.write(lambda writer: owners(writer, PRODUCTS, segment, ids)) == set()
    assert await shop.write(lambda writer: owning(writer, PRODUCTS, ids)) == set()
