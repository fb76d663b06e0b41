"""Rules through GraphQL: what is shown, what is refused, and for whom."""

from dataclasses import replace
from typing import Any

from tests.factories.documents import segment
from tests.schema.client import USER_ERRORS, Graph

RULE = "q where subject timeZone state progress dependsOn version"
SET = (
    "$rule: SegmentRuleInput!, $joins: Int => "
    'segmentRuleSet(segmentId: "s1", rule: $rule, mostJoins: $joins) '
    f"{{ rule {{ {RULE} }} {USER_ERRORS} }}"
)
PAUSE = f"$id: ID! => segmentRulePause(segmentId: $id) {{ rule {{ state }} {USER_ERRORS} }}"
REMOVE = (
    "$id: ID!, $keep: Boolean! => segmentRuleRemove(segmentId: $id, keepMembers: $keep) "
    f"{{ removedFromSegmentId {USER_ERRORS} }}"
)
RELEASE = (
    "$customers: [CustomerKeyInput!]! => "
    'segmentCustomersRelease(segmentId: "s1", customers: $customers) '
    "{ results { index effect customerAssignment { customer { id } assignmentType } userErrors { code } } "
    f"{USER_ERRORS} }}"
)
MEMBERS = '{ segment(id: "s1") { customerAssignments { nodes { customer { id } assignmentType } } } }'
GERMAN = {
    "where": {
        "mixin": {"path": "shop.turnover", "gte": 100},
        "not": {"legalEntity": {"id": {"in": ["l1"]}}},
    },
    "timeZone": "Europe/Berlin",
}


async def fill(graph: Graph) -> None:
    await graph.shop.segments(segment("s1"))
    await graph.shop.known_customers(
        *({"id": one, "mixins": {"shop": {"turnover": turnover}}} for one, turnover in (("a", 100), ("b", 5)))
    )


async def members(graph: Graph) -> dict[str, str]:
    nodes = (await graph(MEMBERS))["segment"]["customerAssignments"]["nodes"]
    return {node["customer"]["id"]: node["assignmentType"] for node in nodes}


async def test_a_rule_is_shown_as_it_was_written(graph: Graph) -> None:
    await fill(graph)
    payload = await graph.mutate(SET, {"rule": GERMAN})
    assert payload == {
        "rule": {
            "q": None,
            "where": GERMAN["where"],
            "subject": "CUSTOMER",
            "timeZone": "Europe/Berlin",
            "state": "ACTIVE",
            "progress": 1.0,
            "dependsOn": ["legalEntity", "mixins.shop"],
            "version": 1,
        },
        "userErrors": [],
    }
    assert (await graph(f'{{ segment(id: "s1") {{ rule {{ {RULE} }} }} }}'))["segment"] == {
        "rule": payload["rule"]
    }
    assert await members(graph) == {"a": "AUTOMATIC"}
    assert (await graph.mutate(SET, {"rule": {"q": "mixins.shop.turnover:<10"}}))["rule"]["version"] == 2
    assert await members(graph) == {"b": "AUTOMATIC"}


async def test_a_rule_is_shown_in_both_forms(graph: Graph) -> None:
    await fill(graph)
    written = await graph.mutate(SET, {"rule": {"q": "mixins.shop.turnover:>=100 firstName:exists"}})
    assert written["rule"]["q"] == "mixins.shop.turnover:>=100 firstName:exists"
    assert written["rule"]["where"] == {
        "and": [
            {"mixin": {"path": "shop.turnover", "gte": 100}},
            {"firstName": {"isNull": False}},
        ]
    }
    written = await graph.mutate(SET, {"rule": {"where": {"email": {"eq": "ann@example.com"}}}})
    assert written["rule"]["q"] == 'email:"ann@example.com"'


async def test_a_customer_who_moves_more_than_was_meant_moves_nobody(graph: Graph) -> None:
    await fill(graph)
    payload = await graph.mutate(SET, {"rule": {"q": "id:exists"}, "joins": 1})
    assert payload == {
        "rule": None,
        "userErrors": [
            {
                "code": "INVALID_INPUT",
                "path": ["mostJoins"],
                "message": "2 customers would join, more than 1.",
            }
        ],
    }
    assert await members(graph) == {}
    assert (await graph('{ segment(id: "s1") { rule { q } } }'))["segment"] == {"rule": None}


async def test_faults_name_the_argument(graph: Graph) -> None:
    await fill(graph)
    unknown = await graph.mutate(SET, {"rule": {"q": "phone:1"}})
    assert unknown["userErrors"][0]["path"] == ["rule", "q"]
    assert "Fields: id, firstName" in unknown["userErrors"][0]["message"]
    zone = await graph.mutate(SET, {"rule": {"q": "id:a", "timeZone": "Mars"}})
    assert zone["userErrors"][0]["path"] == ["rule", "timeZone"]
    nothing = await graph.mutate(PAUSE, {"id": "s1"})
    assert nothing["userErrors"][0] == {
        "code": "NOT_FOUND",
        "path": ["segmentId"],
        "message": "The resource with id s1 has not been found.",
    }


async def test_pausing_releasing_and_removing(graph: Graph) -> None:
    await fill(graph)
    await graph.shop.customers(("s1", "b"))
    await graph.mutate(SET, {"rule": {"q": "id:a"}})
    assert await members(graph) == {"a": "AUTOMATIC", "b": "MANUAL"}
    released: Any = await graph.mutate(
        RELEASE, {"customers": [{"customerId": "a"}, {"customerId": "b"}, {"customerId": "/"}]}
    )
    assert released["results"] == [
        {
            "index": 0,
            "effect": "UNCHANGED",
            "customerAssignment": {"customer": {"id": "a"}, "assignmentType": "AUTOMATIC"},
            "userErrors": [],
        },
        {"index": 1, "effect": "DELETED", "customerAssignment": None, "userErrors": []},
        {
            "index": 2,
            "effect": None,
            "customerAssignment": None,
            "userErrors": [{"code": "INVALID_INPUT"}],
        },
    ]
    assert (await graph.mutate(PAUSE, {"id": "s1"}))["rule"] == {"state": "PAUSED"}
    removed = await graph.mutate(REMOVE, {"id": "s1", "keep": True})
    assert removed == {"removedFromSegmentId": "s1", "userErrors": []}
    assert await members(graph) == {"a": "MANUAL"}
    assert (await graph.mutate(REMOVE, {"id": "s1", "keep": True}))["removedFromSegmentId"] is None


async def test_rules_are_for_those_who_read_or_manage_all(graph: Graph) -> None:
    await fill(graph)
    await graph.mutate(SET, {"rule": {"q": "id:a"}})
    own = graph.shop.caller("O", "a")
    assert await graph('{ segment(id: "s1") { rule { q } } }', caller=own) == {"segment": {"rule": None}}
    query = f'mutation {{ segmentRuleSet(segmentId: "s1", rule: {{q: "x"}}) {{ {USER_ERRORS} }} }}'
    for caller in (own, graph.shop.caller("R"), graph.shop.caller("MO", "a")):
        assert (await graph.ask(query, caller=caller)).codes == ["FORBIDDEN"]
    listed = await graph.ask('{ customers(where: {inSegment: "s1"}) { nodes { id } } }', caller=own)
    assert listed.codes == ["INVALID_ARGUMENT"]
    assert (await graph('{ customers(where: {inSegment: "s1"}) { nodes { id } } }'))["customers"] == {
        "nodes": [{"id": "a"}]
    }


async def test_a_gateway_without_rules_says_so(graph: Graph) -> None:
    await fill(graph)
    await graph.mutate(SET, {"rule": {"q": "id:exists"}})
    off = replace(graph.shop.policy, rules=False)
    query = '{ segment(id: "s1") { rule { state } } }'
    assert await graph(query, policy=off) == {"segment": {"rule": {"state": "OFF"}}}
