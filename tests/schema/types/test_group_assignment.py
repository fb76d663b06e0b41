"""Groups of customers: their assignments, and what customers see by them (behaviour D72, D73)."""

from typing import Any

import pytest

from tests.factories.documents import customer, group, segment
from tests.schema.client import USER_ERRORS, Graph

ASSIGN = f"""$segment: ID!, $groups: [GroupAssignmentInput!]! => segmentGroupsAssign(
    segmentId: $segment, groups: $groups
) {{ results {{
    index effect groupAssignment {{ group {{ id }} mixins metadata {{ version }} }} {USER_ERRORS}
}} {USER_ERRORS} }}"""
REMOVE = f"""$segment: ID!, $ids: [ID!]! => segmentGroupsRemove(segmentId: $segment, groupIds: $ids) {{
    results {{ effect groupAssignment {{ nodeId }} {USER_ERRORS} }} {USER_ERRORS} }}"""
MEMBERSHIP = """query ($segment: ID!, $customer: ID!, $legalEntity: ID) {
    explainMembership(segmentId: $segment, customerId: $customer, legalEntityId: $legalEntity) {
        holds because { holds code text seen since }
    }
}"""
WITH_MEMBERSHIP = "nodes { id membership }"


def shown(nodes: Any) -> list[tuple[str, str | None]]:
    return [(node["id"], node["membership"]) for node in nodes]


async def test_groups_are_assigned_replaced_and_removed(world_to_change: Graph) -> None:
    groups = [{"groupId": "club", "mixins": {"a": {"n": 1}}, "expectedVersion": 1}, {"groupId": "new"}]
    groups += [{"groupId": "club", "expectedVersion": 1}, {"groupId": "staff"}, {"groupId": "bulk"}]
    payload = await world_to_change.mutate(ASSIGN, {"segment": "gold", "groups": groups})
    assert payload["userErrors"] == []
    assert [result["effect"] for result in payload["results"]] == ["UPDATED", "CREATED", None, None, None]
    assert payload["results"][0]["groupAssignment"] == {
        "group": {"id": "club"},
        "mixins": {"a": {"n": 1}},
        "metadata": {"version": 2},
    }
    errors = [(error["code"], error["path"]) for one in payload["results"] for error in one["userErrors"]]
    assert errors == [
        ("VERSION_CONFLICT", ["expectedVersion"]),
        ("INVALID_INPUT", ["groupId"]),
        ("INVALID_INPUT", ["groupId"]),
    ]
    payload = await world_to_change.mutate(REMOVE, {"segment": "gold", "ids": ["club", "club", "never"]})
    assert [result["effect"] for result in payload["results"]] == ["DELETED", "UNCHANGED", "UNCHANGED"]
    payload = await world_to_change.mutate(ASSIGN, {"segment": "none", "groups": [{"groupId": "club"}]})
    assert [(error["code"], error["path"]) for error in payload["userErrors"]] == [
        ("UNKNOWN_SEGMENT", ["segmentId"])
    ]


async def test_a_group_that_is_in_a_segment_stays_one_of_customers(world_to_change: Graph) -> None:
    field = f"""$groups: [GroupInput!]! => groupsUpsert(groups: $groups) {{
        results {{ effect {USER_ERRORS} }} {USER_ERRORS} }}"""
    employees = [{"id": name, "userType": "EMPLOYEE"} for name in ("club", "nobodys", "free")]
    payload = await world_to_change.mutate(field, {"groups": employees})
    assert [result["effect"] for result in payload["results"]] == [None, None, "CREATED"]
    [error] = payload["results"][1]["userErrors"]
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["userType"])
    await world_to_change.mutate(REMOVE, {"segment": "silver", "ids": ["nobodys"]})
    payload = await world_to_change.mutate(field, {"groups": employees[1:2]})
    assert payload["results"] == [{"effect": "CREATED", "userErrors": []}]


@pytest.mark.parametrize(
    ("customer_id", "groups"), [("fred", ["club"]), ("anna", []), (None, ["club"])], ids=str
)
async def test_the_own_view_has_the_callers_own_groups(
    world: Graph, customer_id: str | None, groups: list[str]
) -> None:
    caller = world.shop.caller("R") if customer_id is None else world.shop.caller("O", customer_id, "globex")
    query = """{ segment(id: "gold") {
            groupAssignments { totalCount nodes { nodeId group { id name(language: "de") userType } } }
        }
        club: group(id: "club") { id legalEntity { id } } firm: group(id: "firm") { id legalEntity { id } }
    }"""
    data = await world(query, caller=caller)
    found = data["segment"]["groupAssignments"]
    club = {"id": "club", "name": "Verein", "userType": "CUSTOMER"}
    assert [node["group"] for node in found["nodes"]] == [club] * len(groups)
    assert found["totalCount"] == len(groups)
    assert data["club"] == ({"id": "club", "legalEntity": None} if groups else None)
    assert data["firm"] == ({"id": "firm", "legalEntity": {"id": "acme"}} if customer_id is None else None)
    everything = await world(query)
    node_ids = [node["nodeId"] for node in everything["segment"]["groupAssignments"]["nodes"]]
    nodes = "query ($ids: [ID!]!) { nodes(nodeIds: $ids) { ... on GroupAssignment { group { id } } } }"
    seen = await world(nodes, {"ids": node_ids}, caller=caller)
    assert seen["nodes"] == ([{"group": {"id": "club"}}] if groups else [None])


async def test_groups_are_filtered_and_sorted(world: Graph) -> None:
    query = """query ($q: String, $where: GroupAssignmentWhere, $orderBy: [GroupAssignmentOrder!]) {
        segment(id: "silver") { groupAssignments(q: $q, where: $where, orderBy: $orderBy) {
            nodes { group { id } }
        } }
    }"""

    async def found(**variables: Any) -> list[str]:
        data = await world(query, variables)
        return [node["group"]["id"] for node in data["segment"]["groupAssignments"]["nodes"]]

    assert await found() == ["firm", "nobodys"]
    assert await found(orderBy=[{"field": "GROUP_NAME", "direction": "DESC"}]) == ["firm", "nobodys"]
    assert await found(orderBy=[{"field": "GROUP_NAME"}]) == ["nobodys", "firm"]
    assert await found(where={"not": {"groupId": {"eq": "firm"}}}) == ["nobodys"]
    assert await found(q="group.name:Firm") == ["firm"]


async def test_membership_says_whether_a_customer_is_in_a_segment_by_a_group_alone(graph: Graph) -> None:
    """In a customer's list, and in the own view; with a legal entity as the list is with it."""
    shop = graph.shop
    await shop.segments(*map(segment, ("both", "direct", "firms", "group")))
    await shop.known_customers(customer("ann", legalEntityIds=["acme", "globex"]), customer("ben"))
    await shop.known_groups(group("club", "ann"), group("firm", "ann", legalEntityId="globex"))
    await shop.customers(("both", "ann"), ("direct", "ann"), ("firms", "ann", "acme"), ("group", "ben"))
    await shop.groups(("both", "club"), ("group", "club"), ("firms", "firm"))
    expected = [("both", "DIRECT"), ("direct", "DIRECT"), ("firms", "DIRECT"), ("group", "GROUP")]
    by_globex = [*expected[:2], ("firms", "GROUP"), expected[3]]

    query = f"""query ($customer: ID!, $entity: ID) {{
        customer(id: $customer) {{ segments(legalEntityId: $entity) {{ {WITH_MEMBERSHIP} }} }}
        segments(customerId: $customer, legalEntityId: $entity) {{ edges {{ node {{ id membership }} }} }}
        all: segments {{ {WITH_MEMBERSHIP} }}
        viewAs(customerId: $customer, legalEntityId: $entity) {{ segments {{ {WITH_MEMBERSHIP} }} }}
    }}"""
    for entity, rows in ((None, expected), ("globex", by_globex)):
        data = await graph(query, {"customer": "ann", "entity": entity}, caller=shop.caller("R", "ben"))
        assert shown(data["customer"]["segments"]["nodes"]) == rows
        assert shown(edge["node"] for edge in data["segments"]["edges"]) == rows
        assert shown(data["viewAs"]["segments"]["nodes"]) == rows
        assert shown(data["all"]["nodes"]) == [(name, None) for name, _ in expected]

        own = f"""query ($entity: ID) {{
            viewer {{ segments(legalEntityId: $entity) {{ {WITH_MEMBERSHIP} }} }}
            segments(legalEntityId: $entity) {{ {WITH_MEMBERSHIP} }}
            segment(id: "group") {{ id membership }}
        }}"""
        data = await graph(own, {"entity": entity}, caller=shop.caller("O", "ann"))
        assert shown(data["viewer"]["segments"]["nodes"]) == shown(data["segments"]["nodes"]) == rows
        assert data["segment"] == {"id": "group", "membership": "GROUP"}
    everybody = await graph(f"{{ customers {{ nodes {{ id segments {{ {WITH_MEMBERSHIP} }} }} }} }}")
    assert {node["id"]: shown(node["segments"]["nodes"]) for node in everybody["customers"]["nodes"]} == {
        "ann": expected,
        "ben": [("group", "DIRECT")],
    }


async def test_an_explanation_names_the_group(world: Graph) -> None:
    query = """{ explainVisibility(customerId: "fred", type: PRODUCT, itemId: "drill") {
        holds because { holds text reasons { code holds text seen } }
    } }"""
    explanation = (await world(query))["explainVisibility"]
    assert explanation["holds"] is True
    [because] = explanation["because"]
    assert because["text"] == "The segment gold shows it to the customer."
    reason = because["reasons"][1]
    assert reason.pop("text").startswith(
        "The customer fred is in the group club, which is assigned to it since 20"
    )
    assert reason == {"code": "GROUP_ASSIGNED", "holds": True, "seen": {"groupId": "club"}}


@pytest.mark.parametrize(
    ("segment_id", "legal_entity", "codes"),
    [
        ("gold", None, [("GROUP_ASSIGNED", True), ("NOT_ASSIGNED", False)]),
        ("gold", "acme", [("NOT_ASSIGNED", False)]),
        ("silver", "acme", [("GROUP_ASSIGNED", True), ("NOT_ASSIGNED", False)]),
        ("silver", None, [("NOT_ASSIGNED", False)]),
        ("bronze", None, [("NOT_ASSIGNED", False)]),
    ],
)
async def test_membership_is_explained_by_groups(
    world: Graph, segment_id: str, legal_entity: str | None, codes: list[tuple[str, bool]]
) -> None:
    variables = {"segment": segment_id, "customer": "fred", "legalEntity": legal_entity}
    explanation = (await world(MEMBERSHIP, variables))["explainMembership"]
    assert [(one["code"], one["holds"]) for one in explanation["because"]] == codes
    assert explanation["holds"] is (len(codes) > 1)
