"""What is planned, and what is not."""

from dataclasses import replace

import orjson
import pytest

from tests.factories.documents import customer, group
from tests.factories.documents import segment as document
from tests.factories.shop import Shop
from tests.schema.client import Graph
from tests.schema.engine.plan.both_ways import PlansByText, Visitor, ask_plan, ask_standard
from tests.schema.engine.plan.queries import CORNERS, MATTERING, UNPLANNED


@pytest.mark.parametrize("query", [*MATTERING, *CORNERS])
async def test_it_is_planned_and_answered_as_the_standard_execution_does(
    world: Graph, plans: PlansByText, query: str
) -> None:
    variables = MATTERING.get(query)
    visitor = Visitor(world.shop, world.shop.caller("R"), "de, fr;q=0.5")
    planned = await ask_plan(plans, visitor, query, variables)
    standard = await ask_standard(visitor, query, variables)
    assert planned is not None
    assert planned.json == standard.json
    assert planned.statements <= standard.statements


@pytest.mark.parametrize("query", MATTERING)
async def test_the_own_view_is_answered_as_the_standard_execution_does(
    world: Graph, plans: PlansByText, query: str
) -> None:
    visitor = Visitor(world.shop, world.shop.caller("O", "carla"))
    planned = await ask_plan(plans, visitor, query, MATTERING[query])
    standard = await ask_standard(visitor, query, MATTERING[query])
    assert planned is not None
    assert planned.json == standard.json
    assert planned.statements <= standard.statements


ITEMS = "itemAssignments(first: 9) { nodes { type item { id code name ... on Category { published } } } }"
CUSTOMERS = "nodes { customer { id firstName mixins } legalEntity { id name } }"


@pytest.mark.parametrize(
    ("query", "planned", "standard"),
    [
        (f"{{ {ITEMS} }}", 1, 3),
        (f"{{ segments {{ nodes {{ mixins {ITEMS} }} }} }}", 2, 4),
        (f"{{ segments {{ nodes {{ customerAssignments {{ {CUSTOMERS} }} }} }} }}", 2, 4),
        (f'{{ segment(id: "gold") {{ customerAssignments(first: 1) {{ {CUSTOMERS} }} }} }}', 2, 3),
    ],
)
async def test_lists_bring_along_what_their_rows_link_to(
    world: Graph, plans: PlansByText, query: str, planned: int, standard: int
) -> None:
    visitor = Visitor(world.shop, world.shop.caller("R"))
    answers = await ask_plan(plans, visitor, query), await ask_standard(visitor, query)
    assert answers[0] is not None
    assert answers[0].json == answers[1].json
    assert [answer and answer.statements for answer in answers] == [planned, standard]


@pytest.mark.parametrize("scopes", ["RM", "OM"])
async def test_whoever_writes_beyond_their_own_view_sees_of_links_what_they_may(
    world: Graph, plans: PlansByText, scopes: str
) -> None:
    visitor = Visitor(world.shop, world.shop.caller(scopes, "carla"))
    query = f"{{ {ITEMS} segments {{ nodes {{ customerAssignments {{ {CUSTOMERS} }} }} }} }}"
    planned, standard = await ask_plan(plans, visitor, query), await ask_standard(visitor, query)
    assert planned is not None
    assert planned == (standard if scopes == "OM" else replace(standard, statements=planned.statements))
    assert planned.statements == (3 if scopes == "RM" else standard.statements)


BY_GROUP = """query ($customer: ID!, $entity: ID) {
    customer(id: $customer) { segments(legalEntityId: $entity) { nodes { id membership } } }
    segments(customerId: $customer, legalEntityId: $entity) { edges { node { id membership } } }
    segment(id: "direct") { membership }
    own: segments { nodes { membership } }
}"""


@pytest.mark.parametrize(
    ("scopes", "entity", "firms"),
    [("R", None, "DIRECT"), ("R", "globex", "GROUP"), ("O", None, "DIRECT"), ("O", "globex", "GROUP")],
)
async def test_how_a_customer_is_in_a_segment_depends_on_the_list(
    shop: Shop, plans: PlansByText, scopes: str, entity: str | None, firms: str
) -> None:
    """One statement reads it for all rows of a level, as the standard execution's."""
    await shop.segments(*map(document, ("both", "direct", "firms", "group")))
    await shop.known_customers(customer("ann", legalEntityIds=["acme", "globex"]))
    await shop.known_groups(group("club", "ann"), group("firm", "ann", legalEntityId="globex"))
    await shop.customers(("both", "ann"), ("direct", "ann"), ("firms", "ann", "acme"))
    await shop.groups(("both", "club"), ("group", "club"), ("firms", "firm"))
    query = BY_GROUP
    if scopes == "O":  # whom only lists without a customer are for
        query = query.replace("segments(customerId: $customer, ", "segments(")
    visitor = Visitor(shop, shop.caller(scopes, "ann" if scopes == "O" else "ben"))
    variables = {"customer": "ann", "entity": entity}
    planned = await ask_plan(plans, visitor, query, variables)
    standard = await ask_standard(visitor, query, variables)
    assert planned is not None
    assert planned == standard
    shown = [edge["node"] for edge in orjson.loads(planned.json)["segments"]["edges"]]
    assert {node["id"]: node["membership"] for node in shown} == {
        "both": "DIRECT", "direct": "DIRECT", "firms": firms, "group": "GROUP"
    }  # fmt: skip


@pytest.mark.parametrize("query", UNPLANNED)
async def test_some_queries_are_left_to_the_standard_execution(
    world: Graph, plans: PlansByText, query: str
) -> None:
    visitor = Visitor(world.shop, world.shop.caller("ROM", "bob"))
    assert await ask_plan(plans, visitor, query) is None
    assert (await ask_standard(visitor, query)).json


async def test_a_mutation_is_never_planned(world: Graph, plans: PlansByText) -> None:
    visitor = Visitor(world.shop, world.shop.caller("RM"))
    assert (
        await ask_plan(plans, visitor, 'mutation { segmentDelete(id: "gold") { userErrors { code } } }')
        is None
    )
    assert await world('{ segment(id: "gold") { id } }') == {"segment": {"id": "gold"}}


async def test_a_plan_that_is_known_answers_each_reader_in_their_own_language(
    shop: Shop, plans: PlansByText
) -> None:
    """Texts, the order that they make, and the cursors that belong to it."""
    await shop.segments(
        document("a", name={"en": "Apple", "de": "Zebra"}), document("b", name={"en": "Pear", "de": "Birne"})
    )
    query = "{ segments(orderBy: [{field: NAME}]) { edges { cursor node { id name } } } }"
    orders = []
    for language in ("de", "en", "de"):
        visitor = Visitor(shop, shop.caller("R"), language)
        planned = await ask_plan(plans, visitor, query)
        assert planned == await ask_standard(visitor, query)
        orders.append([edge["node"] for edge in orjson.loads(planned.json)["segments"]["edges"]])
    german = [{"id": "b", "name": "Birne"}, {"id": "a", "name": "Zebra"}]
    assert orders == [german, [{"id": "a", "name": "Apple"}, {"id": "b", "name": "Pear"}], german]
