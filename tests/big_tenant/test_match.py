"""Matching costs what the products and their categories cost, however large the segments are."""

import pytest

from tests.big_tenant.conftest import BigTenant
from tests.factories.big_shop import PRODUCTS
from tests.factories.shop import Document

MATCH = """query ($items: [ID!]!, $segments: [ID!]!) {
    matchItems(siteCode: "main", itemIds: $items, segmentIds: $segments)
}"""
SMALL = [f"s{1000 + number}" for number in range(1_000)]
UNKNOWN = [f"x{number}" for number in range(10_000)]
ALL = [f"p{10_000 + number}" for number in range(PRODUCTS)]


def expected(rows: dict[str, list[Document]], items: list[str], segments: list[str]) -> list[str]:
    """What the rows say."""
    chosen = set(segments)
    assigned = {
        (row["type"], row["item_id"]) for row in rows["item_assignment"] if row["segment_id"] in chosen
    }
    matching = {item_id for kind, item_id in assigned if kind == "PRODUCT"}
    matching |= {
        row["product_id"] for row in rows["product_category"] if ("CATEGORY", row["category_id"]) in assigned
    }
    return [item for item in items if item in matching]


@pytest.mark.parametrize(
    ("segments", "count"), [(["big"], 10_000), (["products"], 5_000), (["s1000", "s1501"], 23), (UNKNOWN, 0)]
)
async def test_10_000_products_are_matched_over_both_apis(
    big_tenant: BigTenant, rows: dict[str, list[Document]], segments: list[str], count: int
) -> None:
    items = ALL[:10_000]
    matching = expected(rows, items, segments)
    data = await big_tenant.graphql(MATCH, "M", items=items, segments=segments)
    assert data["matchItems"] == matching
    assert len(matching) == count
    body = {"site": "main", "items": [{"id": item} for item in items], "segmentIds": segments}
    answer = await big_tenant.rest("POST", "/match", "M", json=body)
    assert (answer.status_code, answer.json()) == (200, [{"id": item} for item in matching])


@pytest.mark.parametrize("segments", [["big"], ["products"], ["big", "products", *SMALL], UNKNOWN, ["s1000"]])
@pytest.mark.parametrize("count", [1, 100, 10_000])
async def test_the_work_grows_with_the_products_alone(
    big_tenant: BigTenant, segments: list[str], count: int
) -> None:
    request = big_tenant.graphql(MATCH, "M", items=ALL[:count], segments=segments)
    [work] = await big_tenant.work_of(request)
    assert work <= 30 * count + 4 * len(segments) + 200
