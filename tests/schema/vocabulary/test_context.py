"""A field that fails leaves its siblings' statements, and the connection they share, in peace."""

import asyncio

import pytest

from schema.vocabulary.context import Context
from tests.schema.client import Graph

BEYOND = '{ customer(id: "anna") { %s } }'
LISTED = (
    "segments { nodes { customerAssignments(first: 1001) { totalCount } itemAssignments { totalCount } } }"
)


@pytest.mark.parametrize(
    "query",
    [
        BEYOND % "segments(first: 1000) { totalCount } legalEntities { name }",
        BEYOND % "legalEntities { name } segments(first: 1000) { totalCount }",
        BEYOND % f"legalEntities {{ name }} {LISTED}",
        "{ segments(first: 1000) { totalCount } itemAssignments { totalCount nodes { item { id } } } }",
        '{ itemAssignments { totalCount nodes { item { id } } } segments(after: "x") { totalCount } }',
    ],
)
async def test_only_the_failing_field_is_to_blame(world: Graph, query: str) -> None:
    for _ in range(20):
        answer = await world.ask(query)
        assert set(answer.codes) == {"INVALID_ARGUMENT"}


async def test_a_field_that_is_given_up_does_not_end_the_wait_of_others(world: Graph) -> None:
    """Two customers' fields wait for the same rows; one customer fails meanwhile, by a bad cursor."""
    failing = 'legalEntities { name } segments(after: "W10") { nodes { id } } again: legalEntities { name }'
    query = f'{{ failing: customer(id: "bob") {{ {failing} }} other: customer(id: "bob") {{ {{}} }} }}'
    for _ in range(20):
        answer = await world.ask(query.replace("{}", "legalEntities { name }"))
        assert answer.data == {"failing": None, "other": {"legalEntities": [{"name": "Acme Ltd"}]}}
        assert answer.codes == ["INVALID_ARGUMENT"]


async def test_a_field_that_is_left_behind_opens_no_connection(world: Graph) -> None:
    async with Context(
        database=world.shop.database, policy=world.shop.policy, caller=world.shop.caller("R")
    ) as context:
        await context.reader()
    with pytest.raises(asyncio.CancelledError):
        await context.reader()
