"""Items of segments (behaviour "Assignments")."""

import pytest

from tests.rest_compat.rest import Rest, ids


@pytest.fixture
async def tools(rest: Rest) -> Rest:
    """A product and a category of the same id in gold, and the product in iron, which is not active."""
    await rest.segment("gold", siteCode="main")
    await rest.segment("iron", siteCode="other", status="INACTIVE")
    await rest.known(
        products=[{"id": "x", "code": "123", "name": {"en": "Hammer", "de": "Hammer (de)"}}],
        categories=[{"id": "x", "code": "C", "name": {"fr": "Outils"}}],
    )
    for path in ("/gold/items/PRODUCT/x", "/gold/items/CATEGORY/x", "/iron/items/PRODUCT/x"):
        response = await rest("PUT", path)
        assert (response.status_code, response.content) == (201, b"")
    return rest


async def test_an_item_is_shown_as_the_shop_knows_it(tools: Rest) -> None:
    product = await tools.json("GET", "/gold/items/PRODUCT/x")
    metadata = product["metadata"]
    expected = {
        "segmentId": "gold",
        "item": {"id": "x", "code": "123", "name": {"en": "Hammer"}},
        "type": "PRODUCT",
        "metadata": {
            "createdAt": metadata["createdAt"],
            "modifiedAt": metadata["createdAt"],
            "version": 1,
        },
    }
    assert list(product.items()) == list(expected.items())
    german = await tools.json("GET", "/gold/items/PRODUCT/x", headers={"Accept-Language": "de"})
    assert german["item"]["name"] == {"de": "Hammer (de)"}
    every = await tools.json("GET", "/gold/items", headers={"Accept-Language": "*"})
    assert [one["item"] for one in every] == [
        {"id": "x", "code": "C", "name": {"fr": "Outils"}},
        {"id": "x", "code": "123", "name": {"en": "Hammer", "de": "Hammer (de)"}},
    ]
    category = await tools.json("GET", "/gold/items/CATEGORY/x")
    assert category["item"] == {"id": "x", "code": "C", "name": {}}


async def test_one_product_in_two_segments_is_two_rows(tools: Rest) -> None:
    async def rows(query: str, **options: str) -> list[str]:
        return [
            f"{one['segmentId']} {one['type']}"
            for one in await tools.json("GET", f"/items{query}", **options)
        ]

    assert await rows("") == ["gold CATEGORY", "gold PRODUCT", "iron PRODUCT"]
    assert await rows("?siteCode=other") == ["iron PRODUCT"]
    assert await rows("?onlyActive=TRUE") == ["gold CATEGORY", "gold PRODUCT"]
    assert await rows("?onlyActive=true&siteCode=other") == []
    assert await rows("?q=type:PRODUCT%20segmentId:(gold,iron)") == ["gold PRODUCT", "iron PRODUCT"]
    assert await rows("?sort=segmentId:desc,item.name:desc") == [
        "iron PRODUCT",
        "gold PRODUCT",
        "gold CATEGORY",
    ]
    response = await tools("GET", "/items?onlyActive=perhaps")
    assert response.json()["details"]["field"] == "onlyActive"


async def test_items_are_searched_by_what_the_shop_knows(tools: Rest) -> None:
    for q, expected in (
        ('item.code:"123"', ["PRODUCT"]),
        ("item.name:Outils", ["CATEGORY"]),
        ("itemId:x", ["CATEGORY", "PRODUCT"]),
    ):
        found = await tools.json("POST", "/gold/items/search", {"q": q})
        assert [one["type"] for one in found] == expected


async def test_put_replaces_and_delete_removes(tools: Rest) -> None:
    path = "/gold/items/PRODUCT/x"
    assert (await tools("PUT", path, {"mixins": {"a": {"b": 1}}})).status_code == 204
    assert (await tools.json("GET", path))["mixins"] == {"a": {"b": 1}}
    response = await tools("PUT", path, {"metadata": {"version": 1}})
    assert (response.status_code, response.json()["resourceId"]) == (409, "x")
    assert (await tools("DELETE", path)).status_code == 204
    response = await tools("GET", path)
    assert response.status_code == 404
    assert response.json()["message"] == "The resource with id x has not been found."
    assert ids(await tools.json("GET", "/gold/items")) == ["x"]
