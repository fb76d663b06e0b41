"""Which products are meant for which segments (behaviour D41, D42)."""

from typing import Any

import pytest

from tests.rest_compat.conftest import Shared
from tests.rest_compat.rest import Rest, validation


async def fill(rest: Rest) -> None:
    await rest.segment("gold", siteCode="main")
    await rest.segment("other", siteCode="other")
    await rest.segment("off", siteCode="main", status="INACTIVE")
    await rest.known(products=[{"id": "hammer", "categoryIds": ["tools"]}, {"id": "saw"}, {"id": "rope"}])
    await rest.assign("/gold/items/CATEGORY/tools")
    await rest.assign("/gold/items/PRODUCT/saw")
    await rest.assign("/other/items/PRODUCT/rope")
    await rest.assign("/off/items/PRODUCT/rope")


@pytest.fixture
async def shop(shared: Shared) -> Rest:
    return await shared(fill)


def asking(*item_ids: str, **members: Any) -> dict[str, Any]:
    body = {"items": [{"id": item_id} for item_id in item_ids], "segmentIds": ["gold", "off", "none", "?!"]}
    return {**body, **members}


async def test_products_match_by_themselves_or_through_their_category(shop: Rest) -> None:
    everything = ("rope", "saw", "hammer", "saw", "tools")
    for site in ({"site": "main"}, {"siteCode": "main"}, {"site": "main", "siteCode": "main"}):
        found = await shop.json("POST", "/match", asking(*everything, **site))
        assert found == [{"id": "saw"}, {"id": "hammer"}]
    assert await shop.json("POST", "/match", asking(*everything, site="other")) == []
    assert await shop.json(
        "POST", "/match", asking("rope", "saw", site="other", segmentIds=["other", "gold"])
    ) == [{"id": "rope"}]


@pytest.mark.parametrize(("member", "element"), [("items", {"id": "saw"}), ("segmentIds", "gold")])
async def test_too_many_ids_are_called_by_the_name_of_their_member(
    shop: Rest, member: str, element: Any
) -> None:
    response = await shop("POST", "/match", asking("saw", site="main", **{member: [element] * 10_001}))
    message = "Maximum size of the payload array is 10000."
    assert (response.status_code, response.json()) == (400, validation(member, message))


async def test_nothing_matches_nothing(shop: Rest) -> None:
    assert await shop.json("POST", "/match", asking(site="main")) == []
    assert await shop.json("POST", "/match", asking("saw", site="main", segmentIds=[])) == []


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({}, "site"),
        ({"site": "main", "siteCode": "other"}, "siteCode"),
        ({"site": 1}, "site"),
        ({"site": "a\0"}, "site"),
        ({"site": "main", "items": None}, "items"),
        ({"site": "main", "items": [{}]}, "items[0].id"),
        ({"site": "main", "items": ["saw"]}, "items[0]"),
        ({"site": "main", "items": [{"id": "saw"}, {"id": 1}]}, "items[1].id"),
        ({"site": "main", "segmentIds": "gold"}, "segmentIds"),
        ({"site": "main", "segmentIds": [1]}, "segmentIds[0]"),
        ({"site": "main", "segmentIds": ["\0"]}, "segmentIds[0]"),
    ],
)
async def test_a_question_at_fault_names_the_member(shop: Rest, members: dict[str, Any], field: str) -> None:
    response = await shop("POST", "/match", asking("saw", **members))
    assert response.status_code == 400
    assert response.json() == validation(field, response.json()["details"]["message"])
