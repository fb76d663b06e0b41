"""Nothing of another customer or another tenant shows, by whatever way it is asked for."""

from typing import Any

import pytest

from resolvers.caller import Caller
from schema.vocabulary.node import encode_node_id
from tests.factories.shop import SCOPES, Shop
from tests.factories.world import build_world
from tests.schema.client import Graph

EVERYTHING = """
    fragment OfSegment on Segment {
        id
        customerAssignments { totalCount nodes {
            customer { id email segments { totalCount nodes { id } } }
            legalEntity { id }
        } }
        itemAssignments { totalCount nodes { item { id } segment { id } } }
    }
"""
SEGMENT = "query ($id: ID!) { segment(id: $id) { ...OfSegment } }" + EVERYTHING
NODES = "query ($ids: [ID!]!) { nodes(nodeIds: $ids) { __typename nodeId } }"

HIDDEN_NODES = [
    ("Segment", ["silver"]),
    ("Segment", ["sleeping"]),
    ("CustomerAssignment", ["gold", "bob", ""]),
    ("CustomerAssignment", ["silver", "carla", "acme"]),
    ("CustomerAssignment", ["sleeping", "anna", ""]),
    ("ItemAssignment", ["silver", "CATEGORY", "hats"]),
    ("ItemAssignment", ["sleeping", "PRODUCT", "hat"]),
    ("Customer", ["bob"]),
    ("LegalEntity", ["acme"]),
    ("Category", ["hammers"]),
    ("Product", ["ghost"]),
]
SEEN_NODES = [
    ("Segment", ["gold"]),
    ("CustomerAssignment", ["gold", "anna", ""]),
    ("ItemAssignment", ["gold", "CATEGORY", "saws"]),
    ("Customer", ["anna"]),
    ("Category", ["saws"]),
    ("Category", ["tools"]),
    ("Product", ["drill"]),
    ("Product", ["chainsaw"]),
]


@pytest.fixture
def anna(world: Graph) -> Caller:
    """Knows gold and expired."""
    return world.shop.caller("O", "anna")


async def test_a_segment_shows_only_what_is_the_callers_own(world: Graph, anna: Caller) -> None:
    data = await world(SEGMENT, {"id": "gold"}, caller=anna)
    segments = {"totalCount": 2, "nodes": [{"id": "expired"}, {"id": "gold"}]}
    customer = {"id": "anna", "email": "anna@example.com", "segments": segments}
    assert data["segment"] == {
        "id": "gold",
        "customerAssignments": {"totalCount": 1, "nodes": [{"customer": customer, "legalEntity": None}]},
        "itemAssignments": {
            "totalCount": 2,
            "nodes": [
                {"item": {"id": "saws"}, "segment": {"id": "gold"}},
                {"item": {"id": "drill"}, "segment": {"id": "gold"}},
            ],
        },
    }


@pytest.mark.parametrize("segment_id", ["silver", "sleeping", "empty", "unknown"])
async def test_a_hidden_segment_looks_like_an_unknown_one(
    world: Graph, anna: Caller, segment_id: str
) -> None:
    assert await world(SEGMENT, {"id": segment_id}, caller=anna) == {"segment": None}


async def test_the_token_of_a_legal_entity_hides_the_rows_of_the_others(world: Graph) -> None:
    query = "{ segments { nodes { id customerAssignments { totalCount nodes { legalEntity { id } } } } } }"
    data = await world(query, caller=world.shop.caller("O", "carla", "acme"))
    assert data["segments"]["nodes"] == [
        {"id": "gold", "customerAssignments": {"totalCount": 1, "nodes": [{"legalEntity": None}]}},
        {
            "id": "silver",
            "customerAssignments": {"totalCount": 1, "nodes": [{"legalEntity": {"id": "acme"}}]},
        },
    ]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ('customer(id: "anna") { id }', {"id": "anna"}),
        ('customer(id: "bob") { id }', None),
        ('customer(id: "carla") { id }', None),
        ('product(id: "drill") { id }', {"id": "drill"}),
        ('product(id: "chainsaw") { id }', {"id": "chainsaw"}),
        ('product(id: "hat") { id }', {"id": "hat"}),
        ('product(id: "ghost") { id }', None),
        ('category(id: "saws") { id }', {"id": "saws"}),
        ('category(id: "store") { id }', {"id": "store"}),
        ('category(id: "hammers") { id }', None),
        ('category(id: "hats") { id }', None),
    ],
)
async def test_reference_data_shows_as_far_as_the_own_segments_lead(
    world: Graph, anna: Caller, field: str, expected: Any
) -> None:
    data = await world(f"{{ found: {field} }}", caller=anna)
    assert data == {"found": expected}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ('q: "name.en:~Si"', 0),
        ('q: "id:(gold,silver,sleeping)"', 1),
        ('where: {or: [{id: {eq: "silver"}}, {not: {id: {eq: "silver"}}}]}', 2),
        ("where: {status: {eq: INACTIVE}}", 0),
        ("orderBy: [{field: STATUS, direction: DESC}]", 2),
        ('legalEntityId: "acme"', 2),
    ],
)
async def test_no_filter_or_order_reaches_beyond_the_own_segments(
    world: Graph, anna: Caller, where: str, expected: int
) -> None:
    data = await world(f"{{ segments({where}) {{ totalCount nodes {{ id }} }} }}", caller=anna)
    assert data["segments"]["totalCount"] == len(data["segments"]["nodes"]) == expected


@pytest.mark.parametrize(
    "where",
    [
        'q: "customer.email:~bob"',
        'where: {customerId: {eq: "bob"}}',
        'where: {not: {customerId: {eq: "anna"}}}',
        'q: "legalEntity.name:exists"',
    ],
)
async def test_no_filter_shows_the_other_customers_of_a_segment(
    world: Graph, anna: Caller, where: str
) -> None:
    query = (
        f'{{ segment(id: "gold") {{ customerAssignments({where}) {{ totalCount nodes {{ nodeId }} }} }} }}'
    )
    data = await world(query, caller=anna)
    assert data["segment"]["customerAssignments"] == {"totalCount": 0, "nodes": []}


async def test_a_cursor_of_somebody_else_leads_to_nothing_new(world: Graph, anna: Caller) -> None:
    query = (
        "query ($after: String) { segments(first: 1, after: $after) { nodes { id } pageInfo { endCursor } } }"
    )
    of_all = await world(query)
    assert of_all["segments"]["nodes"] == [{"id": "bronze"}]
    variables = {"after": of_all["segments"]["pageInfo"]["endCursor"]}
    data = await world(query, variables, caller=anna)
    assert data["segments"]["nodes"] == [{"id": "expired"}]


async def test_node_ids_lead_only_to_what_may_be_seen(world: Graph, anna: Caller) -> None:
    hidden = [encode_node_id(name, key) for name, key in HIDDEN_NODES]
    seen = [encode_node_id(name, key) for name, key in SEEN_NODES]
    data = await world(NODES, {"ids": [*hidden, *seen]}, caller=anna)
    assert data["nodes"] == [
        *(None for _ in hidden),
        *({"__typename": name, "nodeId": id_} for (name, _), id_ in zip(SEEN_NODES, seen, strict=True)),
    ]


async def test_the_own_legal_entities_are_those_one_may_act_for_or_has_acted_for(world: Graph) -> None:
    ids = [encode_node_id("LegalEntity", [one]) for one in ("acme", "globex", "initech")]
    data = await world(NODES, {"ids": ids}, caller=world.shop.caller("O", "bob"))
    assert [node and node["nodeId"] for node in data["nodes"]] == [*ids[:2], None]


@pytest.mark.parametrize("scopes", ["RM", "OM"])
async def test_another_tenant_shows_nothing(world: Graph, scopes: str) -> None:
    neighbour = Caller(f"{world.shop.tenant}z", frozenset(SCOPES[one] for one in scopes), None, "anna")
    nodes = [encode_node_id(name, key) for name, key in [*HIDDEN_NODES, *SEEN_NODES]]
    query = """query ($ids: [ID!]!) {
        segments { totalCount nodes { id } }
        itemAssignments { totalCount nodes { nodeId } }
        segment(id: "gold") { id }
        customer(id: "anna") { id }
        product(id: "drill") { id }
        category(id: "saws") { id }
        nodes(nodeIds: $ids) { nodeId }
        matchItems(siteCode: "main", itemIds: ["drill"], segmentIds: ["gold"])
        viewer { customer { id email legalEntities { id } segments { totalCount } } }
    }"""
    assert await world(query, {"ids": nodes}, caller=neighbour) == {
        "segments": {"totalCount": 0, "nodes": []},
        "itemAssignments": {"totalCount": 0, "nodes": []},
        "segment": None,
        "customer": None,
        "product": None,
        "category": None,
        "nodes": [None for _ in nodes],
        "matchItems": [],
        "viewer": {
            "customer": {"id": "anna", "email": None, "legalEntities": [], "segments": {"totalCount": 0}}
        },
    }


async def test_two_tenants_with_the_same_ids_each_see_their_own(shop: Shop) -> None:
    other = Shop(shop.database, f"{shop.tenant}z")
    await build_world(shop)
    await other.segments({"id": "gold", "name": {"en": "Theirs"}, "siteCode": "main", "status": "ACTIVE"})
    await other.customers(("gold", "anna"), ("gold", "zoe"))
    query = """{ segment(id: "gold") {
        name
        customerAssignments { nodes { customer { id firstName segments { nodes { name } } } } }
        itemAssignments { totalCount }
    } }"""
    data = await Graph(other)(query)
    theirs = {"nodes": [{"name": "Theirs"}]}
    assert data["segment"] == {
        "name": "Theirs",
        "customerAssignments": {
            "nodes": [
                {"customer": {"id": "anna", "firstName": None, "segments": theirs}},
                {"customer": {"id": "zoe", "firstName": None, "segments": theirs}},
            ]
        },
        "itemAssignments": {"totalCount": 0},
    }
