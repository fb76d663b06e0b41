"""The own view of reference data is exactly what the customer's segments lead to."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Table

from models.tables.reference import category, legal_entity, product
from resolvers.access import Reader
from resolvers.reference.read import visible_references_by_id
from tests.factories.shop import Document, Shop

Rows = dict[str, list[Document]]
CUSTOMERS = ["anna", "carl", "u10005", "u10013", "nobody"]


async def visible(shop: Shop, table: Table, ids: Sequence[str], customer: str) -> set[str]:
    async def read(reader: Reader) -> set[str]:
        return set(await visible_references_by_id(reader, table, ids, columns=("id",)))

    return await shop.read(read, shop.caller("O", customer))


def assigned_to(customer: str, item_type: str, rows: Rows) -> set[str]:
    """The items of the customer's segments, all of which are active."""
    own = {row["segment_id"] for row in rows["customer_assignment"] if row["customer_id"] == customer}
    return {
        row["item_id"]
        for row in rows["item_assignment"]
        if row["segment_id"] in own and row["type"] == item_type
    }


@pytest.mark.parametrize("customer", CUSTOMERS)
async def test_products(big_shop: Shop, rows: Rows, customer: str) -> None:
    categories = assigned_to(customer, "CATEGORY", rows)
    expected = assigned_to(customer, "PRODUCT", rows) | {
        row["product_id"] for row in rows["product_category"] if row["category_id"] in categories
    }
    ids = [row["id"] for row in rows["product"]]
    assert await visible(big_shop, product, ids, customer) == expected


@pytest.mark.parametrize("customer", CUSTOMERS)
async def test_categories(big_shop: Shop, rows: Rows, customer: str) -> None:
    parents = {row["id"]: row["parent_id"] for row in rows["category"]}
    expected: set[str] = set()
    for assigned in assigned_to(customer, "CATEGORY", rows):
        branch: str | None = assigned
        while branch is not None and branch not in expected:
            expected.add(branch)
            branch = parents[branch]
    assert await visible(big_shop, category, list(parents), customer) == expected


@pytest.mark.parametrize("customer", CUSTOMERS)
async def test_legal_entities(big_shop: Shop, rows: Rows, customer: str) -> None:
    links = [*rows["customer_legal_entity"], *rows["customer_assignment"]]
    expected = {row["legal_entity_id"] for row in links if row["customer_id"] == customer} - {""}
    assert await visible(big_shop, legal_entity, ["acme", "unknown"], customer) == expected
