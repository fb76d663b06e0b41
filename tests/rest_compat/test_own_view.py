"""What customers see with segment_read_own (behaviour D39, D40), and their category trees (D43)."""

from typing import Any

import pytest

from resolvers.policy import Policy
from tests.rest_compat.conftest import Shared
from tests.rest_compat.rest import Rest, ids


async def fill(rest: Rest) -> None:
    """Customer c: b2c in gold and off, for l1 in silver, for l2 in steel. Customer d: in iron."""
    for segment_id in ("gold", "silver", "steel", "iron"):
        await rest.segment(segment_id)
        await rest.assign(f"/{segment_id}/items/CATEGORY/{segment_id}")
    await rest.segment("off", status="INACTIVE")
    await rest.assign("/off/items/CATEGORY/off")
    for path in ("gold/customers/c", "off/customers/c", "silver/customers/c/l1", "steel/customers/c/l2"):
        await rest.assign(f"/{path}")
    await rest.assign("/iron/customers/d")
    await rest.assign("/gold/customers/d")


@pytest.fixture
async def shop(shared: Shared) -> Rest:
    """A tenant that no test changes."""
    return await shared(fill)


@pytest.fixture
async def shop_to_change(rest: Rest) -> Rest:
    await fill(rest)
    return rest


VIEWS = [
    ("", "", ["gold", "silver", "steel"]),
    ("", "?legalEntityId=l1", ["gold", "silver"]),
    ("", "?legalEntityId=foreign", ["gold"]),
    ("l2", "", ["gold", "steel"]),
    ("l2", "?legalEntityId=l1", ["gold", "steel"]),
]


@pytest.mark.parametrize(("legal_entity", "query", "expected"), VIEWS)
async def test_customers_see_what_they_are_assigned_to_and_active(
    shop: Rest, legal_entity: str, query: str, expected: list[str]
) -> None:
    async def seen(method: str, path: str) -> list[str]:
        found = await shop.json(method, f"{path}{query}", scopes="O", customer="c", legal_entity=legal_entity)
        return ids(found)

    assert await seen("GET", "") == expected
    assert await seen("POST", "/search") == expected
    assert await seen("GET", "/items") == expected
    assert await seen("GET", "/items/category-trees") == expected
    for segment_id in ("gold", "silver", "steel", "iron", "off", "none"):
        options: dict[str, Any] = {"scopes": "O", "customer": "c", "legal_entity": legal_entity}
        status = 200 if segment_id in expected else 404
        for path in (f"/{segment_id}", f"/{segment_id}/items/CATEGORY/{segment_id}"):
            response = await shop("GET", f"{path}{query}", **options)
            assert response.status_code == status
            if status == 404:
                assert response.json()["resourceId"] == segment_id
        items = [segment_id] if segment_id in expected else []
        assert await seen("GET", f"/{segment_id}/items") == items
        assert await seen("POST", f"/{segment_id}/items/search") == items


async def test_who_acts_for_one_legal_entity_has_nothing_to_choose(shop_to_change: Rest) -> None:
    await shop_to_change.assign("/steel/customers/e/l2")
    own = await shop_to_change.json("GET", "?legalEntityId=foreign", scopes="O", customer="e")
    asked_for = await shop_to_change.json("GET", "?customerId=e&legalEntityId=foreign", scopes="R")
    assert (ids(own), ids(asked_for)) == (["steel"], ["steel"])


async def test_customers_see_their_own_rows_of_active_segments(shop: Rest) -> None:
    own: dict[str, Any] = {"scopes": "O", "customer": "c"}
    assert ids(await shop.json("GET", "/gold/customers", **own)) == ["c"]
    for segment_id in ("iron", "off", "none"):
        assert await shop.json("GET", f"/{segment_id}/customers", **own) == []
    response = await shop("GET", "/gold/customers", headers={"X-Total-Count": "true"}, **own)
    assert response.headers["x-total-count"] == "1"


async def test_who_reads_all_may_ask_for_one_customer(shop: Rest) -> None:
    for query, expected in (
        ("customerId=c", ["gold", "off", "silver", "steel"]),
        ("customerId=c&legalEntityId=l1", ["gold", "off", "silver"]),
        ("customerId=d&legalEntityId=l1", ["gold", "iron"]),
        ("customerId=nobody", []),
        ("legalEntityId=l1", ["gold", "iron", "off", "silver", "steel"]),
    ):
        for method, path in (("GET", ""), ("POST", "/search")):
            assert ids(await shop.json(method, f"{path}?{query}", scopes="RO", customer="d")) == expected


@pytest.mark.parametrize("policy", [Policy(enforce_validity=True)])
async def test_validity_hides_where_the_shop_says_so(shop_to_change: Rest) -> None:
    await shop_to_change.segment("gold", validity={"to": "2025-01-01T00:00:00Z"})
    assert ids(await shop_to_change.json("GET", scopes="O", customer="c")) == ["silver", "steel"]


CATEGORIES: list[dict[str, Any]] = [
    {"id": "root", "code": "R", "name": {"en": "Root", "de": "Wurzel"}, "position": 2, "published": True},
    {
        "id": "gold",
        "parentId": "root",
        "name": {"en": "Gold"},
        "localizedDescription": {"en": "Shiny", "de": "Glänzend"},
        "localizedSlug": {"de": "gold"},
        "ecn": ["1"],
        "validity": {"from": "2024-04-17T08:00:00.000Z"},
        "published": False,
    },
    {"id": "silver", "code": "S", "parentId": "root", "name": {}, "position": 1},
    {"id": "below", "parentId": "gold", "name": {"en": "Never shown"}},
    {"id": "steel", "parentId": "unknown", "name": {"en": "Steel"}, "position": 1},
]


async def test_trees_hold_the_assigned_categories_under_their_ancestors(shop_to_change: Rest) -> None:
    await shop_to_change.known(categories=CATEGORIES)
    response = await shop_to_change(
        "GET", "/items/category-trees", scopes="O", customer="c", headers={"Accept-Language": "de"}
    )
    assert response.headers["vary"] == "Accept-Language"
    assert response.json() == [
        {"id": "steel", "code": "steel", "name": {"en": "Steel"}, "position": 1, "isSegmentAssigned": True},
        {
            "id": "root",
            "code": "R",
            "name": {"de": "Wurzel"},
            "position": 2,
            "published": True,
            "isSegmentAssigned": False,
            "subcategories": [
                {
                    "id": "silver",
                    "parentId": "root",
                    "code": "S",
                    "name": {},
                    "position": 1,
                    "isSegmentAssigned": True,
                },
                {
                    "id": "gold",
                    "code": "gold",
                    "parentId": "root",
                    "name": {"en": "Gold"},
                    "localizedDescription": {"de": "Glänzend"},
                    "localizedSlug": {"de": "gold"},
                    "ecn": ["1"],
                    "validity": {"from": "2024-04-17T08:00:00.000Z"},
                    "published": False,
                    "isSegmentAssigned": True,
                },
            ],
        },
    ]


@pytest.mark.parametrize("code", [None, "", " \t"])
async def test_a_category_without_a_code_has_its_id_as_one(shop_to_change: Rest, code: str | None) -> None:
    await shop_to_change.known(categories=[{"id": "silver", "code": code, "name": {"en": "Silver"}}])
    trees = await shop_to_change.json("GET", "/items/category-trees", scopes="O", customer="c")
    assert {tree["id"]: tree["code"] for tree in trees}["silver"] == "silver"


async def test_trees_are_of_one_site_where_it_is_named(shop_to_change: Rest) -> None:
    await shop_to_change.segment("silver", siteCode="other")
    own = {"scopes": "O", "customer": "c"}
    [tree] = await shop_to_change.json("GET", "/items/category-trees?siteCode=other", **own)
    assert tree == {"id": "silver", "code": "silver", "name": {}, "isSegmentAssigned": True}
    assert await shop_to_change.json("GET", "/items/category-trees?siteCode=none", **own) == []


@pytest.mark.parametrize(("legal_entity", "query", "expected"), VIEWS)
async def test_trees_are_the_customers_own_for_a_token_that_reads_everything_too(
    shop: Rest, legal_entity: str, query: str, expected: list[str]
) -> None:
    path = f"/items/category-trees{query}"
    trees = await shop.json("GET", path, scopes="RO", customer="c", legal_entity=legal_entity)
    assert ids(trees) == expected


async def test_a_tree_that_continues_another_one_names_its_parent(shop_to_change: Rest) -> None:
    chain = [f"c{level:03}" for level in range(102)]
    parents = [{}, *({"parentId": one} for one in chain)]
    await shop_to_change.known(
        categories=[{"id": one, **above} for one, above in zip(chain, parents, strict=False)]
    )
    await shop_to_change.assign("/silver/items/CATEGORY/c101")
    response = await shop_to_change("GET", "/items/category-trees", scopes="O", customer="c")
    trees = {tree["id"]: tree for tree in response.json()}
    assert set(trees) == {"c000", "c100", "gold", "silver", "steel"}
    assert trees["c100"] == {
        "id": "c100",
        "code": "c100",
        "parentId": "c099",
        "name": {},
        "isSegmentAssigned": False,
        "subcategories": [
            {"id": "c101", "code": "c101", "parentId": "c100", "name": {}, "isSegmentAssigned": True}
        ],
    }
    levels, node = 1, trees["c000"]
    while below := node.get("subcategories"):
        levels, [node] = levels + 1, below
    assert (levels, node["id"]) == (100, "c099")
