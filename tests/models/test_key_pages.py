"""Pages hold every row of the tenant once, in key order."""

from models.key_pages import key_pages
from models.tables.customer_assignment import customer_assignment
from tests.factories.documents import segment
from tests.factories.shop import Shop

KEY = [customer_assignment.c[name] for name in ("segment_id", "customer_id", "legal_entity_id")]


async def test_pages_go_on_behind_the_last_key(shop: Shop) -> None:
    keys = [("a", "anna", ""), ("a", "anna", "acme"), ("a", "bob", ""), ("b", "anna", ""), ("b", "bob", "")]
    await shop.segments(segment("a"), segment("b"))
    await shop.customers(("b", "bob"), ("b", "anna"), ("a", "bob"), ("a", "anna", "acme"), ("a", "anna"))
    async with shop.database.read() as session:
        pages = [
            [tuple(row.values()) for row in rows]
            async for rows in key_pages(session, customer_assignment, shop.tenant, 2, key=KEY, columns=KEY)
        ]
        assert pages == [keys[:2], keys[2:4], keys[4:]]
        other = key_pages(session, customer_assignment, "another", 2, key=KEY, columns=KEY)
        assert [rows async for rows in other] == []
