"""What segment_read_own sees (behaviour D39): who is asking, and on whose behalf."""

from datetime import UTC, datetime

import pytest

from resolvers.policy import Policy
from resolvers.visibility import is_active_row
from tests.factories.documents import segment
from tests.factories.shop import Shop
from tests.schema.client import Graph

SEGMENTS = (
    "query ($legalEntityId: ID) { segments(legalEntityId: $legalEntityId) { totalCount nodes { id } } }"
)
ITEMS = (
    "query ($legalEntityId: ID) { itemAssignments(legalEntityId: $legalEntityId) "
    "{ nodes { segment { id } } } }"
)
OF_CUSTOMER = (
    "query ($customerId: ID!, $legalEntityId: ID) "
    "{ customer(id: $customerId) { segments(legalEntityId: $legalEntityId) { nodes { id } } } }"
)

each_view = pytest.mark.parametrize(
    ("customer_id", "token", "argument", "expected"),
    [
        ("anna", None, None, ["expired", "gold"]),
        ("anna", None, "acme", ["expired", "gold"]),
        ("anna", "acme", None, ["expired", "gold"]),
        ("bob", None, None, ["bronze", "gold", "silver"]),
        ("bob", None, "acme", ["bronze", "gold", "silver"]),
        ("bob", None, "globex", ["bronze", "gold", "silver"]),
        ("bob", "acme", None, ["gold", "silver"]),
        ("bob", "globex", None, ["bronze", "gold"]),
        ("carla", None, None, ["bronze", "future", "gold", "silver"]),
        ("carla", None, "acme", ["gold", "silver"]),
        ("carla", None, "globex", ["bronze", "gold"]),
        ("carla", None, "initech", ["future", "gold"]),
        ("carla", None, "nobody", ["gold"]),
        ("carla", "initech", None, ["future", "gold"]),
        ("carla", "initech", "acme", ["future", "gold"]),
        ("carla", "nobody", "acme", ["gold"]),
        ("dora", None, None, ["bronze", "silver"]),
        ("dora", None, "acme", ["silver"]),
        ("dora", None, "nobody", []),
        ("eve", None, None, ["silver"]),
        ("eve", None, "globex", ["silver"]),
        ("fred", None, None, ["gold", "silver"]),
        ("fred", None, "globex", ["gold", "silver"]),
        ("fred", "globex", None, ["gold"]),
        ("fred", "acme", "globex", ["gold", "silver"]),
        ("nobody", None, None, []),
    ],
)


@each_view
async def test_the_segments_of_the_own_view(
    world: Graph, customer_id: str, token: str | None, argument: str | None, expected: list[str]
) -> None:
    caller = world.shop.caller("O", customer_id, token)
    data = await world(SEGMENTS, {"legalEntityId": argument}, caller=caller)
    assert [one["id"] for one in data["segments"]["nodes"]] == expected
    assert data["segments"]["totalCount"] == len(expected)


@each_view
async def test_the_items_of_the_own_view_are_those_of_its_segments(
    world: Graph, customer_id: str, token: str | None, argument: str | None, expected: list[str]
) -> None:
    caller = world.shop.caller("O", customer_id, token)
    data = await world(ITEMS, {"legalEntityId": argument}, caller=caller)
    assert sorted({one["segment"]["id"] for one in data["itemAssignments"]["nodes"]}) == expected


@pytest.mark.parametrize(
    ("customer_id", "argument", "expected"),
    [
        ("anna", None, ["expired", "gold", "sleeping"]),
        ("bob", "globex", ["bronze", "gold", "silver"]),
        ("carla", None, ["bronze", "future", "gold", "silver", "sleeping"]),
        ("carla", "initech", ["future", "gold", "sleeping"]),
        ("dora", "acme", ["silver"]),
        ("fred", None, ["gold", "silver", "sleeping"]),
        ("nobody", "acme", []),
    ],
)
async def test_who_reads_all_sees_the_segments_of_any_customer_whatever_their_status(
    world: Graph, customer_id: str, argument: str | None, expected: list[str]
) -> None:
    query = """query ($customerId: ID!, $legalEntityId: ID) {
        segments(customerId: $customerId, legalEntityId: $legalEntityId) { totalCount nodes { id } }
    }"""
    data = await world(query, {"customerId": customer_id, "legalEntityId": argument})
    assert [one["id"] for one in data["segments"]["nodes"]] == expected
    assert data["segments"]["totalCount"] == len(expected)


async def test_a_legal_entity_without_a_customer_narrows_nothing_for_who_reads_all(world: Graph) -> None:
    data = await world(SEGMENTS, {"legalEntityId": "acme"})
    assert data["segments"]["totalCount"] == 7


async def test_the_token_of_who_reads_all_chooses_no_legal_entity(world: Graph) -> None:
    caller = world.shop.caller("RO", "carla", "initech")
    data = await world(SEGMENTS, caller=caller)
    assert data["segments"]["totalCount"] == 7
    of_carla = await world(OF_CUSTOMER, {"customerId": "carla", "legalEntityId": "acme"}, caller=caller)
    assert [one["id"] for one in of_carla["customer"]["segments"]["nodes"]] == ["gold", "silver"]


@pytest.mark.parametrize(
    ("customer_id", "expected"),
    [("anna", ["gold"]), ("carla", ["bronze", "gold", "silver"])],
)
async def test_enforced_validity_hides_what_has_ended_or_not_begun(
    world: Graph, customer_id: str, expected: list[str]
) -> None:
    caller, policy = world.shop.caller("O", customer_id), Policy(enforce_validity=True)
    data = await world(SEGMENTS, caller=caller, policy=policy)
    assert [one["id"] for one in data["segments"]["nodes"]] == expected
    items = await world(ITEMS, caller=caller, policy=policy)
    assert sorted({one["segment"]["id"] for one in items["itemAssignments"]["nodes"]}) == expected


@pytest.mark.parametrize(("enforced", "expected"), [(False, ["expired", "future"]), (True, [])])
async def test_is_active_follows_the_policy(world: Graph, *, enforced: bool, expected: list[str]) -> None:
    query = '{ segments(where: {id: {in: ["expired", "future", "sleeping"]}}) { nodes { id isActive } } }'
    data = await world(query, policy=Policy(enforce_validity=enforced))
    assert [one["id"] for one in data["segments"]["nodes"] if one["isActive"]] == expected


async def test_validity_includes_its_start_and_excludes_its_end(shop: Shop) -> None:
    """Both ends at one instant: a segment that is never valid; open ends: always."""
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    enforced = Policy(enforce_validity=True)
    row = {"status": "ACTIVE", "valid_from": noon, "valid_to": None}
    assert is_active_row(row, enforced, noon)
    assert not is_active_row({**row, "valid_to": noon}, enforced, noon)
    assert is_active_row({**row, "valid_to": noon}, shop.policy, noon)


async def test_legal_entities_are_counted_from_assignments_only_where_none_are_known(graph: Graph) -> None:
    await graph.shop.segments(*map(segment, "abc"))
    await graph.shop.customers(("a", "zoe", "le1"), ("b", "zoe", "le2"), ("c", "zoe", "le3"))
    caller = graph.shop.caller("O", "zoe")

    async def seen() -> list[str]:
        data = await graph(SEGMENTS, {"legalEntityId": "le1"}, caller=caller)
        return [one["id"] for one in data["segments"]["nodes"]]

    assert await seen() == ["a"]
    await graph.shop.known_customers({"id": "zoe", "legalEntityIds": []})
    assert await seen() == ["a"]
    await graph.shop.known_customers({"id": "zoe", "legalEntityIds": ["le2"]})
    assert await seen() == ["a", "b", "c"]
    await graph.shop.known_customers({"id": "zoe", "legalEntityIds": ["le2", "le3"]})
    assert await seen() == ["a"]
