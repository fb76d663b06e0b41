from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse

from schema.engine.limits.cost import HIGHEST, compile_cost
from schema.root import schema

CORE = schema._schema  # noqa: SLF001  (graphql-core's schema has the types)


def cost(text: str, **variables: Any) -> int:
    document = parse(text)
    [operation] = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    return compile_cost(CORE, document, operation)(variables)


@pytest.mark.parametrize(
    ("query", "objects"),
    [
        ("{ __typename }", 0),
        ('{ segment(id: "a") { id } }', 1),
        ("{ segments { nodes { id } } }", 20),
        ("{ segments(first: 5) { nodes { id } } }", 5),
        ("{ segments(last: 5) { edges { node { id } } } }", 5),
        ("{ segments(first: 5) { totalCount } }", 200),
        ("{ segments(first: 5) { nodes { itemAssignments(first: 10) { nodes { item { id } } } } } }", 105),
        ("{ categoryTrees { id } }", 5_000),
        ('{ nodes(nodeIds: ["a", "b"]) { nodeId } }', 2),
        ("{ ...F } fragment F on Query { segments(first: 3) { nodes { id } } }", 3),
    ],
)
def test_objects_of_an_operation(query: str, objects: int) -> None:
    assert cost(query) == objects


def test_variables_and_their_defaults_count() -> None:
    query = "query ($first: Int = 7) { segments(first: $first) { nodes { id } } }"
    assert cost(query) == 7
    assert cost(query, first=30) == 30
    assert cost(query, first="many") == 20


def test_a_huge_number_is_bounded() -> None:
    assert cost("query ($n: Int) { segments(first: $n) { nodes { id } } }", n=10**30) == HIGHEST
