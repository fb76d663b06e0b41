"""A plan that fails leaves the answer to the standard execution, and nothing behind."""

from sqlite3 import Error as SqliteError

import pytest
from asyncpg import PostgresError
from sqlalchemy import column, select, table

from schema.federation.root import federated_schema as schema
from schema.vocabulary.errors import public_error
from tests.schema.client import Graph
from tests.schema.engine.plan.both_ways import Answer, PlansByText, Visitor, ask_plan
from tests.schema.engine.plan.queries import FAILING


@pytest.mark.parametrize("query", FAILING)
async def test_the_standard_execution_tells_what_is_wrong(
    world: Graph, plans: PlansByText, query: str
) -> None:
    visitor = Visitor(world.shop, world.shop.caller("R"))
    async with visitor.context() as context:
        assert await plans.run(query, None, {}, context) is None
        result = await schema.execute(query, context_value=context)
    expected = await world.ask(query, caller=visitor.caller)
    assert [dict(public_error(error, "request")) for error in result.errors or []] == expected.errors
    assert expected.errors
    assert result.data == expected.data


async def test_a_broken_transaction_does_not_reach_the_standard_execution(
    world: Graph, plans: PlansByText
) -> None:
    query = '{ segment(id: "gold") { id } }'
    visitor = Visitor(world.shop, world.shop.caller("R"))
    async with visitor.context() as context:
        broken = (await context.reader()).snapshot
        with pytest.raises((PostgresError, SqliteError)):
            await broken.rows(select(column("nothing")).select_from(table("nowhere")))
        if broken.dialect == "postgresql":  # it refuses everything until the transaction ends
            assert await plans.run(query, None, None, context) is None
        result = await schema.execute(query, context_value=context)
    assert (result.data, result.errors) == ({"segment": {"id": "gold"}}, None)


async def test_a_failure_does_not_spoil_the_plan(world: Graph, plans: PlansByText) -> None:
    query = "query ($first: Int) { segments(first: $first) { totalCount } }"
    visitor = Visitor(world.shop, world.shop.caller("R"))
    assert await ask_plan(plans, visitor, query, {"first": 101}) is None
    assert await ask_plan(plans, visitor, query, {"first": 0}) == Answer(b'{"segments":{"totalCount":7}}', 2)
