"""Queries through a router: entities of both subgraphs, errors, and the client's token."""

from typing import Any

import pytest

from tests.gateway.federation.conftest import Federation

pytestmark = pytest.mark.slow


def nodes_of(answer: Any) -> list[Any]:
    return [edge["node"] for edge in answer["data"]["orders"]["edges"]]


async def test_the_gateways_objects_have_fields_of_the_other_subgraph(federation: Federation) -> None:
    query = """{ segments(first: 2, where: {siteCode: {eq: "main"}}) {
        pageInfo { hasNextPage } nodes { id name discount customerAssignments(first: 1) {
            nodes { customer { id email orders { id segment { siteCode } } } }
        } }
    } }"""
    answer = await federation.ask(query)
    assert answer == {
        "data": {
            "segments": {
                "pageInfo": {"hasNextPage": True},
                "nodes": [
                    {
                        "id": "expired",
                        "name": "Expired",
                        "discount": 7,
                        "customerAssignments": {
                            "nodes": [
                                {
                                    "customer": {
                                        "id": "anna",
                                        "email": "anna@orders.example",
                                        "orders": [{"id": "2", "segment": {"siteCode": "main"}}],
                                    }
                                }
                            ]
                        },
                    },
                    {
                        "id": "future",
                        "name": "Future",
                        "discount": 6,
                        "customerAssignments": {
                            "nodes": [
                                {"customer": {"id": "carla", "email": "carla@orders.example", "orders": []}}
                            ]
                        },
                    },
                ],
            }
        }
    }
    assert federation.ways == ["planned", "planned"]


async def test_objects_of_the_other_subgraph_lead_to_the_gateways(federation: Federation) -> None:
    """In the order of the other subgraph, however often one is referred to, by one compiled plan."""
    query = """{ orders { edges { node {
        id customer { lastName } segment { name(language: "de") description }
    } } } }"""
    answer = await federation.ask(query)
    gold = {"name": "Gold auf Deutsch", "description": "The best"}
    assert nodes_of(answer) == [
        {"id": "1", "customer": {"lastName": None}, "segment": gold},
        {"id": "2", "customer": {"lastName": "Archer"}, "segment": {"name": "Silver", "description": None}},
        {"id": "3", "customer": {"lastName": None}, "segment": gold},
        {"id": "4", "customer": {"lastName": None}, "segment": {"name": None, "description": None}},
    ]
    assert "errors" not in answer
    assert federation.ways == ["planned"]


async def test_an_unknown_object_has_no_required_field(federation: Federation) -> None:
    """Of a type with a field that is never null, the object is null instead: the other subgraph lets it."""
    answer = await federation.ask("{ orders { edges { node { segment { id siteCode } } } } }")
    gold, silver = ({"id": one, "siteCode": "main"} for one in ("gold", "silver"))
    assert [node["segment"] for node in nodes_of(answer)] == [gold, silver, gold, None]


async def test_the_gateways_lists_lead_on_to_the_other_subgraph(federation: Federation) -> None:
    query = """{ orders { edges { node {
        customer { firstName segments(first: 2) { nodes { id discount } pageInfo { endCursor } } }
    } } } }"""
    answer = await federation.ask(query)
    [bob, anna, again, dora] = [node["customer"] for node in nodes_of(answer)]
    assert [one["discount"] for one in bob["segments"]["nodes"]] == [None, len("gold")]
    assert [one["id"] for one in anna["segments"]["nodes"]] == ["expired", "gold"]
    assert (again, dora) == (bob, None)
    assert federation.ways == ["planned"]
    services = {error.get("extensions", {}).get("serviceName") for error in answer["errors"]}
    assert services == {None, "orders"}, "the router's own, and the one of the discount"


async def test_an_order_is_found_by_the_other_subgraphs_node(federation: Federation) -> None:
    """The gateway's own `node` is not part of the supergraph: the ids of the two differ."""
    query = '{ node(id: "2") { id ... on Order { segment { name } } } }'
    assert await federation.ask(query) == {"data": {"node": {"id": "2", "segment": {"name": "Silver"}}}}


async def test_the_clients_token_decides_what_is_seen(federation: Federation) -> None:
    query = "{ orders { edges { node { customer { lastName } segment { name } } } } }"
    anna = await federation.ask(query, "O", "anna")
    names = {"Gold", None}
    assert {node["segment"]["name"] for node in nodes_of(anna)} == names
    assert [node["customer"]["lastName"] for node in nodes_of(anna)] == [None, "Archer", None, None]
    assert "errors" not in anna


@pytest.mark.parametrize(("scopes", "code"), [(None, "UNAUTHENTICATED"), ("M", "FORBIDDEN")])
async def test_a_refusal_of_the_gateway_leaves_the_rest(
    federation: Federation, scopes: str | None, code: str
) -> None:
    answer = await federation.ask("{ orders { edges { node { id segment { name discount } } } } }", scopes)
    assert [node["id"] for node in nodes_of(answer)] == ["1", "2", "3", "4"]
    assert [node["segment"]["name"] for node in nodes_of(answer)] == [None] * 4
    assert [node["segment"]["discount"] for node in nodes_of(answer)] == [4, 6, 4, 7]
    assert {error["extensions"]["code"] for error in answer["errors"]} == {code}
    assert {error["extensions"]["serviceName"] for error in answer["errors"]} == {"segments"}


async def test_a_mutation_goes_to_the_gateway(federation: Federation) -> None:
    mutation = 'mutation { segmentDelete(id: "gold") { userErrors { code } } }'
    answer = await federation.ask(mutation, "RM")
    assert answer == {"data": {"segmentDelete": {"userErrors": [{"code": "SEGMENT_IN_USE"}]}}}
