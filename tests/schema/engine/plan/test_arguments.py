from typing import Any

import pytest
from graphql import FieldNode, GraphQLObjectType, OperationDefinitionNode, parse
from graphql.execution.values import VariableValues

from schema.engine.document import Documents
from schema.engine.plan.arguments import MISSING, ReadArguments, argument_reader, variables_in
from schema.root import schema

DOCUMENTS = Documents(schema)


def reader(query: str) -> tuple[ReadArguments, Any]:
    """The reader of the first field's arguments, and the function that coerces variables."""
    document = parse(query)
    [operation] = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    node = operation.selection_set.selections[0]
    assert isinstance(node, FieldNode)
    parent = DOCUMENTS.core.query_type
    assert isinstance(parent, GraphQLObjectType)
    definition = parent.fields[node.name.value]
    field = definition.extensions["strawberry-definition"]
    [known] = DOCUMENTS.read(query).operations.values()
    return argument_reader(schema, definition, field, node), known.variables


def values(query: str, **sent: Any) -> dict[str, Any]:
    read, coerce = reader(query)
    variables = coerce(sent)
    assert isinstance(variables, VariableValues)
    return dict(read(variables))


def test_constants_are_read_once_with_defaults() -> None:
    read, coerce = reader('{ itemAssignments(siteCode: "main", first: 5) { nodes { type } } }')
    assert read.varying is None
    assert read.values_used(coerce({})) == ()
    arguments = read(coerce({}))
    assert (arguments["site_code"], arguments["first"], arguments["only_active"]) == ("main", 5, False)


def test_variables_are_read_for_each_request() -> None:
    query = "query ($id: ID!) { segment(id: $id) { id } }"
    assert values(query, id="gold") == {"id": "gold"}
    assert values(query, id="silver") == {"id": "silver"}


def test_a_variable_without_a_value_leaves_the_default() -> None:
    query = "query ($active: Boolean) { itemAssignments(onlyActive: $active) { nodes { type } } }"
    assert values(query, active=True)["only_active"] is True
    read, coerce = reader(query.replace("$active: Boolean", "$active: Boolean!"))
    assert read(coerce({"active": False}))["only_active"] is False


def test_the_values_of_used_variables() -> None:
    read, coerce = reader("query ($id: ID!) { segment(id: $id) { id } }")
    assert read.values_used(coerce({"id": "gold"})) == ((str, "gold"),)
    listed, coerce = reader("query ($where: SegmentWhere) { segments(where: $where) { nodes { id } } }")
    assert listed.values_used(coerce({"where": {}})) is None
    assert listed.values_used(coerce({})) == ((type(MISSING), MISSING),)


@pytest.mark.parametrize(
    ("argument", "names"),
    [('"a"', set()), ("$a", {"a"}), ("{x: [$a, {y: $b}]}", {"a", "b"})],
)
def test_variables_in_an_argument(argument: str, names: set[str]) -> None:
    [operation] = parse(f"{{ field(of: {argument}) }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    node = operation.selection_set.selections[0]
    assert isinstance(node, FieldNode)
    assert node.arguments is not None
    assert variables_in(node.arguments[0]) == names
