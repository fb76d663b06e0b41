"""What is planned, and what is not."""

import orjson
import pytest

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
async def test_queries_that_matter_cost_as_many_statements_as_the_standard_execution(
    world: Graph, plans: PlansByText, query: str
) -> None:
    visitor = Visitor(world.shop, world.shop.caller("O", "carla"))
    planned = await ask_plan(plans, visitor, query, MATTERING[query])
    assert planned == await ask_standard(visitor, query, MATTERING[query])


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
