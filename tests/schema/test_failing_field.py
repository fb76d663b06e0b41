"""A field that fails leaves its siblings' statements, and the connection they share, in peace."""

import pytest

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
