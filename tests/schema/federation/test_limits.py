"""What representations cost, and how many the variables of a request may have."""

from typing import Any

import pytest
from strawberry.types.execution import PreExecutionError

from schema.engine.document import Documents
from schema.engine.execution import Execution
from schema.engine.limits.limits import Limits
from schema.federation.root import federated_schema
from schema.vocabulary.context import Context
from schema.vocabulary.errors import public_error
from tests.schema.client import Graph

PAGE = "customerAssignments(first: 9) { nodes { nodeId } }"
ENTITIES = f"""query ($representations: [_Any!]!) {{
    _entities(representations: $representations) {{ ... on Segment {{ id {PAGE} }} ... on Item {{ code }} }}
}}"""
GOLD = {"__typename": "Segment", "id": "gold"}


def cost(query: str, variables: dict[str, Any]) -> int:
    [operation] = Documents(federated_schema).read(query).operations.values()
    return operation.cost(variables)


@pytest.mark.parametrize("count", [0, 1, 50])
def test_each_representation_costs_an_object_and_what_is_below_it(count: int) -> None:
    """Itself and nine rows."""
    assert cost(ENTITIES, {"representations": [GOLD] * count}) == count * 10


def test_literals_cost_as_much() -> None:
    query = '{ _entities(representations: [{__typename: "Segment"}, {id: "b"}]) { __typename } }'
    assert cost(query, {}) == 2


async def errors(world: Graph, limits: Limits, representations: list[Any]) -> list[Any]:
    """The errors of an operation within limits."""
    documents = Documents(federated_schema, limits)
    [operation] = documents.read(ENTITIES).operations.values()
    shop = world.shop
    async with Context(database=shop.database, policy=shop.policy, caller=shop.caller("R")) as context:
        execution = Execution(federated_schema, documents)
        result = await execution.run(operation, {"representations": representations}, context)
    assert isinstance(result, PreExecutionError) is bool(result.errors)
    return [public_error(error, None)["extensions"] for error in result.errors or []]


async def test_representations_count_as_input_objects(world: Graph) -> None:
    limits = Limits(inputs=3)
    assert await errors(world, limits, [GOLD] * 3) == []
    [error] = await errors(world, limits, [GOLD, {**GOLD, "nested": {"deep": [{}]}}])
    assert error == {"code": "LIMIT_EXCEEDED", "limit": "inputs", "maximum": 3, "found": 4}


async def test_their_cost_is_limited(world: Graph) -> None:
    limits = Limits(nodes=20)
    assert await errors(world, limits, [GOLD] * 2) == []
    [error] = await errors(world, limits, [GOLD] * 3)
    assert error == {"code": "LIMIT_EXCEEDED", "limit": "nodes", "maximum": 20, "found": 30}
