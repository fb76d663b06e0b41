"""Groups of segments (behaviour D72 to D74), and the segments that customers are in by them."""

from itertools import product
from typing import Any

import pytest

from resolvers.policy import Policy
from tests.factories.documents import group
from tests.rest_compat.rest import Rest, validation, without_times


@pytest.fixture
async def gold(rest: Rest) -> Rest:
    """Two groups that are in gold, and one that is not."""
    await rest.segment("gold")
    await rest.known(
        groups=[
            group("club", "c", name={"en": "Club", "de": "Verein"}),
            group("firm", "c", legalEntityId="l1"),
            group("rest"),
            group("staff", "c", userType="EMPLOYEE"),
        ]
    )
    for path in ("/gold/groups/firm", "/gold/groups/club"):
        response = await rest("PUT", path)
        assert (response.status_code, response.content) == (201, b"")
    return rest


async def test_a_group_is_shown_as_the_shop_knows_it(gold: Rest) -> None:
    club = await gold.json("GET", "/gold/groups/club")
    metadata = club["metadata"]
    expected = {
        "segmentId": "gold",
        "group": {"id": "club", "name": {"en": "Club"}},
        "metadata": {"createdAt": metadata["createdAt"], "modifiedAt": metadata["createdAt"], "version": 1},
    }
    assert list(club.items()) == list(expected.items())
    german = await gold.json("GET", "/gold/groups/club?fields=group", headers={"Accept-Language": "de"})
    assert german == {"group": {"id": "club", "name": {"de": "Verein"}}}
    assert (await gold("PUT", "/gold/groups/unknown")).status_code == 201
    unknown = await gold.json("GET", "/gold/groups/unknown?fields=group")
    assert unknown == {"group": {"id": "unknown"}}


async def test_groups_are_listed_searched_and_sorted(gold: Rest) -> None:
    async def found(method: str, path: str, body: Any = None) -> list[str]:
        return [one["group"]["id"] for one in await gold.json(method, f"/gold/groups{path}", body)]

    assert await found("GET", "") == ["club", "firm"]
    assert await found("GET", "?sort=group.name.en:desc") == ["firm", "club"]
    assert await found("GET", "?q=group.name.de:Verein") == ["club"]
    assert await found("GET", "?pageSize=1&pageNumber=2") == ["firm"]
    assert await found("POST", "/search", {"q": "group.id:firm"}) == ["firm"]
    assert await found("POST", "/search", {"q": "groupId:(firm,rest) segmentId:gold"}) == ["firm"]
    counted = await gold("GET", "/gold/groups?pageSize=1", headers={"X-Total-Count": "true"})
    assert (counted.headers["x-total-count"], counted.headers["vary"]) == ("2", "Accept-Language")
    assert await gold.json("GET", "/none/groups") == []
    response = await gold("POST", "/gold/groups/search", {"q": "group.userType:CUSTOMER"})
    fields = "segmentId, group.id, group.name[.<language>], mixins.*, metadata.createdAt, "
    fields += "metadata.modifiedAt, metadata.version, metadata.mixins.*"
    message = f"There is no field 'group.userType' in group assignments. Fields: {fields}."
    assert response.json() == validation("q", message, of="parameter")


async def test_put_replaces_and_delete_removes(gold: Rest) -> None:
    path = "/gold/groups/club"
    assert (await gold("PUT", path, {"mixins": {"a": {"b": 1}}, "metadata": {"version": 1}})).content == b""
    club = without_times(await gold.json("GET", path))
    assert (club["mixins"], club["metadata"]) == ({"a": {"b": 1}}, {"version": 2})
    response = await gold("PUT", path, {"metadata": {"version": 1}})
    assert (response.status_code, response.json()["resourceId"]) == (409, "club")
    assert (await gold("DELETE", path)).status_code == 204
    assert (await gold("DELETE", path)).status_code == 204
    response = await gold("GET", path)
    assert (response.status_code, response.json()["resourceId"]) == (404, "club")
    assert (await gold("GET", "/none/groups/club")).json()["resourceId"] == "none"
    assert (await gold("DELETE", "/none/groups/club")).status_code == 204


async def test_employees_and_unknown_segments_are_refused(gold: Rest) -> None:
    response = await gold("PUT", "/gold/groups/staff")
    message = "The group with id staff is a group of employees."
    expected = validation("groupId", message) | {"resourceId": "staff"}
    assert (response.status_code, response.json()) == (400, expected)
    response = await gold("PUT", "/none/groups/club")
    assert (response.status_code, response.json()["resourceId"]) == (400, "none")
    assert (await gold("GET", "/gold/groups/staff")).status_code == 404
    for path in ("/gold/groups/bulk", "/items/groups/club"):
        assert (await gold("PUT", path)).status_code == 400


@pytest.mark.parametrize("policy", [Policy(enforce_references=True)])
async def test_where_references_are_enforced_unknown_groups_are_refused(gold: Rest) -> None:
    response = await gold("PUT", "/gold/groups/unknown")
    message = "The group with id unknown does not exist."
    expected = validation("groupId", message) | {"message": message, "resourceId": "unknown"}
    assert (response.status_code, response.json()) == (400, expected)


async def test_a_segment_with_groups_goes_with_force_alone(gold: Rest) -> None:
    response = await gold("DELETE", "/gold")
    assert (response.status_code, response.json()["details"]["field"]) == (400, "forceDelete")
    assert (await gold("DELETE", "/gold?forceDelete=true")).status_code == 204
    await gold.segment("gold")
    assert await gold.json("GET", "/gold/groups") == []


DIRECT = {("s1", ""), ("s2", "l1")}
"""Segments that c is assigned to, and on whose behalf."""
GROUPS = {"g": "", "g1": "l1", "g2": "l2"}
"""The groups that c is in, by legal entity; c is not in `other`, and `staff` is of employees."""
BY_GROUP = {("s2", "g"), ("s3", "g"), ("s4", "g1"), ("s5", "g2"), ("s6", "other"), ("off", "g")}


def expected_segments(acts_for: str) -> list[str]:
    """What c sees: the rule of the page of behaviours, over the tables above."""
    counting = {"", "l1", "l2"} if not acts_for else {"", acts_for}
    direct = {segment for segment, entity in DIRECT if entity in counting}
    by_group = {segment for segment, name in BY_GROUP if GROUPS.get(name, "nobody") in counting}
    return sorted((direct | by_group) - {"off"})


@pytest.mark.parametrize("acts_for", ["", "l1", "l2", "l3"])
async def test_customers_see_the_segments_of_their_groups(rest: Rest, acts_for: str) -> None:
    for segment_id in ("s1", "s2", "s3", "s4", "s5", "s6"):
        await rest.segment(segment_id)
        await rest.assign(f"/{segment_id}/items/CATEGORY/{segment_id}")
    await rest.segment("off", status="INACTIVE")
    await rest.known(
        customers=[{"id": "c", "legalEntityIds": ["l1", "l2", "l3"]}],
        groups=[
            *(group(name, "c", "d", legalEntityId=one or None) for name, one in GROUPS.items()),
            group("other", "d"),
            group("staff", "c", userType="EMPLOYEE"),
        ],
    )
    for segment_id, entity in DIRECT:
        await rest.assign(f"/{segment_id}/customers/c{entity and f'/{entity}'}")
    for segment_id, name in BY_GROUP:
        await rest.assign(f"/{segment_id}/groups/{name}")
    expected = expected_segments(acts_for)
    assert (
        expected
        == {
            "": ["s1", "s2", "s3", "s4", "s5"],
            "l1": ["s1", "s2", "s3", "s4"],
            "l2": ["s1", "s2", "s3", "s5"],
            "l3": ["s1", "s2", "s3"],
        }[acts_for]
    )

    token: dict[str, Any] = {"scopes": "RO", "customer": "c", "legal_entity": acts_for}
    own: dict[str, Any] = {"scopes": "O", "customer": "c", "legal_entity": acts_for}
    chosen: dict[str, Any] = {"scopes": "O", "customer": "c"}
    choice = f"legalEntityId={acts_for}"

    async def ids(path: str, **options: Any) -> list[str]:
        rows = await rest.json("GET", path, **options)
        return [row.get("segmentId") or row["id"] for row in rows]

    assert await ids("/me", **token) == await ids("/me", **own) == await ids("", **own) == expected
    assert await ids(f"?{choice}", **chosen) == expected
    assert await ids("/items", **own) == await ids(f"/items?{choice}", **chosen) == expected
    assert await ids("/items/category-trees", **own) == expected
    of_customer = await ids(f"?customerId=c&{choice}", scopes="R")
    assert of_customer == sorted([*expected, "off"])
    views = (("", own), (f"?{choice}", chosen))
    for segment_id, (query, options) in product(("s1", "s3", "s5", "s6", "off"), views):
        status = 200 if segment_id in expected else 404
        assert (await rest("GET", f"/{segment_id}{query}", **options)).status_code == status
        items = await ids(f"/{segment_id}/items{query}", **options)
        assert items == ([segment_id] if segment_id in expected else [])
    assert await rest.json("GET", "/s3/customers", scopes="O", customer="d") == []


async def test_who_leaves_a_group_leaves_its_segments(gold: Rest) -> None:
    async def seen(customer: str) -> list[str]:
        return [one["id"] for one in await gold.json("GET", "/me", scopes="O", customer=customer)]

    assert (await seen("c"), await seen("d")) == (["gold"], [])
    await gold.known(groups=[group("club", "d"), group("firm")])
    assert (await seen("c"), await seen("d")) == ([], ["gold"])
