"""What a request costs: a constant number of SQL statements, whatever the number of rows."""

from typing import Any

import pytest

from resolvers.rules.head import lock_rules
from schema.vocabulary.node import encode_node_id
from tests.factories.documents import category, customer, group, legal_entity, product, segment
from tests.factories.shop import Shop
from tests.schema.client import Graph

FEW, MANY = 2, 100

READS = {
    '{ segment(id: "s0") { id } }': 1,
    "{ segments(first: 100) { nodes { id name } } }": 1,
    "{ segments(first: 100) { totalCount nodes { id } } }": 2,
    "{ segments(first: 100) { totalCount } }": 2,
    """{ segments(first: 100) { nodes {
        customerAssignments { totalCount nodes { customer {
            firstName segments { totalCount nodes { id name } }
        } } }
    } } }""": 6,
    """{ segments(first: 100) { nodes {
        customerAssignments { nodes {
            segment { id } legalEntity { name } customer { legalEntities { name } }
        } }
    } } }""": 6,
    """{ segments(first: 100) { totalCount nodes {
        itemAssignments { totalCount nodes { segment { id } item { id code name } } }
    } } }""": 7,
    """{ segments(first: 100) { nodes {
        products: itemAssignments(type: PRODUCT, first: 1) { nodes { item { name } } }
        categories: itemAssignments(type: CATEGORY, first: 1) { nodes { item { name } } }
    } } }""": 5,
    "{ itemAssignments(first: 1000) { totalCount nodes { segment { id } item { name } } } }": 5,
    """{ segments(first: 100) { nodes { customerAssignments(first: 1) { nodes { customer {
        segments(first: 3) { nodes { customerAssignments(first: 2) { nodes { customer { email } } } } }
    } } } } } }""": 5,
    '{ categoryTrees(customerId: "c0") { id subcategories { id subcategories { id } } } }': 1,
    '{ customer(id: "c0") { legalEntities { id } segments(first: 100) { totalCount nodes { id } } } }': 4,
    "{ customers(first: 100) { nodes { id mixins } } }": 1,
    """{ customers(first: 100, q: "legalEntity.name:exists", orderBy: [{field: LAST_NAME}]) {
        totalCount nodes { email legalEntities { id name mixins } segments { totalCount nodes { name } } }
    } }""": 5,
    """{ segments(first: 100) { totalCount nodes {
        groupAssignments { totalCount nodes { segment { id } group { id name legalEntity { name } } } }
    } } }""": 7,
    """{ customers(first: 100) { nodes { segments(first: 100) { nodes { id membership } } } } }""": 3,
    "{ viewer { tenant scopes customer { id } } }": 0,
    """{ viewAs(customerId: "c1") { customer { firstName } categoryTrees { id }
        itemAssignments { totalCount }
        segments(first: 100) { nodes { itemAssignments { nodes { item { name } } } } }
    } }""": 8,
}


async def fill(shop: Shop, count: int) -> None:
    """`count` of everything: each segment has each customer and two items."""
    numbers = range(count)
    await shop.known_legal_entities(*(legal_entity(f"le{one}") for one in numbers))
    await shop.known_customers(*(customer(f"c{one}", legalEntityIds=[f"le{one}"]) for one in numbers))
    await shop.known_categories(
        category("root"), category("middle", "root"), *(category(f"i{one}", "middle") for one in numbers)
    )
    await shop.known_products(*(product(f"i{one}", categoryIds=[f"i{one}"]) for one in numbers))
    await shop.segments(*(segment(f"s{one}") for one in numbers))
    keys = [(f"s{one}", f"c{other}") for one in numbers for other in (0, one)]
    await shop.customers(*keys, *((*key, f"le{one}") for one, key in enumerate(keys[::2])))
    await shop.known_groups(*(group(f"g{one}", "c0", f"c{one}", legalEntityId=f"le{one}") for one in numbers))
    await shop.groups(*((f"s{one}", f"g{one}") for one in numbers))
    await shop.items(*((f"s{one}", kind, f"i{one}") for one in numbers for kind in ("PRODUCT", "CATEGORY")))


@pytest.mark.slow
@pytest.mark.parametrize("count", [FEW, MANY])
async def test_reads_cost_the_same_for_few_rows_and_for_many(graph: Graph, count: int) -> None:
    await fill(graph.shop, count)
    caller = graph.shop.caller("ROM", None)
    costs = {query: (await graph.ask(query, caller=caller)).statements for query in READS}
    assert costs == READS


@pytest.mark.slow
@pytest.mark.parametrize("count", [FEW, MANY])
async def test_the_own_view_costs_the_same(graph: Graph, count: int) -> None:
    await fill(graph.shop, count)
    caller = graph.shop.caller("O", "c0")
    costs = {
        query: (await graph.ask(query.replace('(customerId: "c0")', ""), caller=caller)).statements
        for query in READS
        if "view" not in query
    }
    assert costs == {query: cost for query, cost in READS.items() if "view" not in query}


@pytest.mark.parametrize("each", [1, 11])
async def test_nodes_cost_one_statement_a_type(graph: Graph, each: int) -> None:
    await fill(graph.shop, each)
    ids = [
        encode_node_id(name, [part.format(number) for part in key])
        for number in range(each)
        for name, key in {
            "Segment": ["s{}"],
            "CustomerAssignment": ["s{}", "c{}", ""],
            "ItemAssignment": ["s{}", "PRODUCT", "i{}"],
            "GroupAssignment": ["s{}", "g{}"],
            "Customer": ["c{}"],
            "LegalEntity": ["le{}"],
            "Group": ["g{}"],
            "Product": ["i{}"],
            "Category": ["i{}"],
        }.items()
    ]
    answer = await graph.ask("query ($ids: [ID!]!) { nodes(nodeIds: $ids) { nodeId } }", {"ids": ids})
    assert [node["nodeId"] for node in answer.data["nodes"]] == ids
    assert answer.statements == 9


def elements(count: int) -> dict[str, list[dict[str, Any]]]:
    name = [{"language": "en", "text": "x"}]
    return {
        "segments": [{"id": f"n{number}", "name": name, "siteCode": "main"} for number in range(count)],
        "customers": [{"customerId": f"c{number}"} for number in range(count)],
        "groups": [{"groupId": f"g{number}"} for number in range(count)],
        "items": [{"itemId": f"i{number}"} for number in range(count)],
        "records": [{"id": f"r{number}", "legalEntityIds": ["a", f"b{number}"]} for number in range(count)],
    }


WRITES = [
    ("$segments: [SegmentCreateInput!]!", "segmentsCreate(inputs: $segments) { results { effect } }", 3),
    ("$segments: [SegmentsUpsertInput!]!", "segmentsUpsert(inputs: $segments) { results { effect } }", 3),
    (
        "$customers: [CustomerAssignmentInput!]!",
        'segmentCustomersAssign(segmentId: "n0", customers: $customers) { results { effect } }',
        5,
    ),
    (
        "$items: [ItemAssignmentInput!]!",
        'segmentItemsAssign(segmentId: "n0", type: PRODUCT, items: $items) { results { effect } }',
        4,
    ),
    (
        "$items: [ItemAssignmentInput!]!",
        """segmentItemsAssign(segmentId: "n0", type: PRODUCT, items: $items) {
            results { itemAssignment { segment { id } item { name } } }
        }""",
        6,
    ),
    (
        "$groups: [GroupAssignmentInput!]!",
        'segmentGroupsAssign(segmentId: "n0", groups: $groups) { results { effect } }',
        5,
    ),
    (
        "$customers: [CustomerKeyInput!]!",
        'segmentCustomersRemove(segmentId: "n0", customers: $customers) { results { effect } }',
        4,
    ),
    # The assignments are locked in key order before they go: first the customers', of which none are left.
    ("$ids: [ID!]!", "segmentsDelete(ids: $ids, forceDelete: true) { results { effect } }", 10),
    # A write of no records is counted, and one that changes nothing reads the head of the log.
    ("$records: [CustomerInput!]!", "customersUpsert(customers: $records) { results { effect } }", 5),
    ("$records: [CustomerInput!]!", "customersUpsert(customers: $records) { results { effect } }", 3),
]


@pytest.mark.parametrize("count", [1, 200])
async def test_bulk_writes_cost_the_same_for_one_element_and_for_200(graph: Graph, count: int) -> None:
    await graph.shop.write(lock_rules)  # the tenant has been written to before
    sent = elements(count)
    variables = {**sent, "ids": [one["id"] for one in sent["segments"]]}
    for declared, field, cost in WRITES:
        wanted = {name: value for name, value in variables.items() if f"${name}:" in declared}
        answer = await graph.ask(f"mutation ({declared}) {{ {field} }}", wanted)
        assert answer.errors == []
        locks_groups = "segmentGroupsAssign" in field and not graph.shop.database.is_sqlite
        assert (field, answer.statements) == (field, cost + locks_groups)
