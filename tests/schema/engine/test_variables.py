from typing import Any

from graphql import GraphQLError
from graphql.execution.values import VariableValues

from schema.engine.document import Documents
from schema.root import schema

DOCUMENTS = Documents(schema)


def read(query: str, **values: Any) -> VariableValues | list[GraphQLError]:
    [operation] = DOCUMENTS.read(query).operations.values()
    return operation.variables(values)


def test_plain_values_are_taken_as_they_are() -> None:
    values = read("query ($id: ID!) { segment(id: $id) { id } }", id="gold")
    assert isinstance(values, VariableValues)
    assert values.coerced == {"id": "gold"}


def test_a_value_of_another_type_is_an_error() -> None:
    errors = read("query ($first: Int) { segments(first: $first) { totalCount } }", first="many")
    assert isinstance(errors, list)
    assert errors[0].message.startswith("Variable '$first' has invalid value")


def test_a_default_stands_for_a_missing_value() -> None:
    values = read("query ($first: Int = 3) { segments(first: $first) { totalCount } }")
    assert isinstance(values, VariableValues)
    assert values.coerced == {"first": 3}


def test_a_decimal_is_no_id() -> None:
    errors = read("query ($id: ID!) { segment(id: $id) { id } }", id=1e21)
    assert isinstance(errors, list)
    assert len(errors) == 1


def test_a_list_of_ids() -> None:
    query = "query ($ids: [ID!]!) { nodes(nodeIds: $ids) { nodeId } }"
    values = read(query, ids=["a", "b"])
    assert isinstance(values, VariableValues)
    assert values.coerced == {"ids": ["a", "b"]}
    single = read(query, ids=7)
    assert isinstance(single, VariableValues)
    assert single.coerced == {"ids": ["7"]}
