"""The change feed in REST: the contract's events behind a cursor."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from resolvers.policy import Policy
from tests.rest_compat.rest import Rest

SECRET = b"a secret that only tests of changes know"


@pytest.fixture
def policy() -> Policy:
    return Policy(cursor_secret=SECRET)


async def follow(rest: Rest, query: str = "", **options: Any) -> Any:
    """A batch of the feed."""
    token = {"Authorization": rest.token(options.pop("scopes", "R"), options.pop("customer", ""))}
    response = await rest.client.get(f"/customer-segment/{rest.tenant}/changes{query}", headers=token)
    assert response.is_success, response.text
    return response.json()


def events(batch: Any) -> list[tuple[str, Mapping[str, Any]]]:
    """Type and data of each, without what the gateway keeps itself."""
    found: list[tuple[str, Mapping[str, Any]]] = []
    for change in batch["changes"]:
        data = {name: value for name, value in change["data"].items() if name not in ("metadata", "tenant")}
        found.append((change["type"].removeprefix("customer-segment."), data))
    return found


async def test_each_event_has_the_members_of_the_contract(rest: Rest) -> None:
    await rest.known(customers=[{"id": "anna", "firstName": "Anna", "email": "anna@example.com"}])
    await rest.segment("gold", mixins={"a": {"b": 1}})
    await rest.segment("gold", status="INACTIVE", mixins={"a": {"b": 2}})
    await rest.assign("/gold/customers/anna/acme", {"mixins": {"a": {"b": 3}}})
    await rest.assign("/gold/items/PRODUCT/drill")
    await rest("DELETE", "/gold?forceDelete=true")
    batch = await follow(rest)
    segment = {"id": "gold", "name": {"en": "gold"}, "siteCode": "main"}
    assert events(batch) == [
        ("segment-created", {**segment, "status": "ACTIVE"}),
        (
            "segment-updated",
            {**segment, "status": "INACTIVE", "mixins": {"a": {"b": 2}}, "previousStatus": "ACTIVE"},
        ),
        (
            "customer-assignment-created",
            {
                "segmentId": "gold",
                "customer": {"id": "anna", "firstName": "Anna", "email": "anna@example.com"},
                "legalEntity": {"id": "acme"},
                "assignmentType": "MANUAL",
                "mixins": {"a": {"b": 3}},
            },
        ),
        ("item-assignment-created", {"segmentId": "gold", "type": "PRODUCT", "item": {"id": "drill"}}),
        (
            "customer-assignment-deleted",
            {"segmentId": "gold", "customerId": "anna", "legalEntityId": "acme"},
        ),
        ("item-assignment-deleted", {"segmentId": "gold", "type": "PRODUCT", "itemId": "drill"}),
        ("segment-deleted", {"id": "gold"}),
    ]
    assert {change["data"]["tenant"] for change in batch["changes"]} == {rest.tenant}
    assert [change["cause"] for change in batch["changes"]] == ["MANUAL"] * 4 + ["CASCADE"] * 2 + ["MANUAL"]
    assert [change["data"]["metadata"]["version"] for change in batch["changes"][:2]] == [1, 2]


async def test_events_of_groups_have_the_form_of_those_of_items(rest: Rest) -> None:
    """The contract has none."""
    await rest.known(groups=[{"id": "club", "userType": "CUSTOMER", "name": {"en": "Club"}}])
    await rest.segment("gold")
    await rest.assign("/gold/groups/club", {"mixins": {"a": {"b": 1}}})
    await rest.assign("/gold/groups/club")
    await rest("DELETE", "/gold/groups/club")
    in_gold = {"segmentId": "gold", "group": {"id": "club", "name": {"en": "Club"}}}
    assert events(await follow(rest))[1:] == [
        ("group-assignment-created", {**in_gold, "mixins": {"a": {"b": 1}}}),
        ("group-assignment-updated", in_gold),
        ("group-assignment-deleted", {"segmentId": "gold", "groupId": "club"}),
    ]
    deleted = "customer-segment.group-assignment-deleted"
    assert [kind for kind, _ in events(await follow(rest, f"?types={deleted}"))] == [
        "group-assignment-deleted"
    ]


async def test_a_reader_goes_on_where_it_was(rest: Rest) -> None:
    for number in range(5):
        await rest.segment(f"s{number}")
    first = await follow(rest, "?limit=2")
    assert [data["id"] for _, data in events(first)] == ["s0", "s1"]
    assert first["hasMore"] is True
    rest_of_them = await follow(rest, f"?after={first['cursor']}")
    assert [data["id"] for _, data in events(rest_of_them)] == ["s2", "s3", "s4"]
    assert rest_of_them["hasMore"] is False


async def test_events_are_filtered(rest: Rest) -> None:
    await rest.segment("s")
    await rest.segment("t")
    await rest.assign("/t/customers/anna")
    created = "customer-segment.customer-assignment-created"
    assert [kind for kind, _ in events(await follow(rest, f"?types={created}"))] == [
        "customer-assignment-created"
    ]
    assert len(events(await follow(rest, "?segmentIds=t,u"))) == 2
    assert len(events(await follow(rest, "?customerId=anna"))) == 1


async def test_who_waits_is_answered_by_the_next_change(rest: Rest) -> None:
    await rest.segment("s")
    cursor = (await follow(rest))["cursor"]
    waiting = asyncio.create_task(follow(rest, f"?after={cursor}&waitSeconds=30"))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    await rest.segment("t")
    assert events(await waiting)[0][1]["id"] == "t"
    assert await follow(rest, f"?after={cursor}&waitSeconds=0&customerId=x") == {
        "changes": [],
        "cursor": (await follow(rest))["cursor"],
        "hasMore": False,
    }


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?limit=0", "limit"),
        ("?limit=1001", "limit"),
        ("?limit=x", "limit"),
        ("?waitSeconds=31", "waitSeconds"),
        ("?waitSeconds=-1", "waitSeconds"),
        ("?after=x", "after"),
        ("?types=segment-created", "types"),
        (f"?customerId={'c' * 300}", "customerId"),
        (f"?segmentIds={'s' * 300}", "segmentIds"),
    ],
)
async def test_parameters_are_checked(rest: Rest, query: str, field: str) -> None:
    token = {"Authorization": rest.token("R")}
    response = await rest.client.get(f"/customer-segment/{rest.tenant}/changes{query}", headers=token)
    assert (response.status_code, response.json()["details"]["field"]) == (400, field)


async def test_a_cursor_of_another_log_is_gone(rest: Rest) -> None:
    await rest.segment("s")
    cursor = (await follow(rest))["cursor"]
    response = await rest.client.get(
        f"/customer-segment/o{rest.tenant[:15]}/changes?after={cursor}",
        headers={"Authorization": rest.token("R", tenant=f"o{rest.tenant[:15]}")},
    )
    assert response.status_code == 400


async def test_manage_alone_follows_nothing(rest: Rest) -> None:
    response = await rest.client.get(
        f"/customer-segment/{rest.tenant}/changes", headers={"Authorization": rest.token("M")}
    )
    assert response.status_code == 403
