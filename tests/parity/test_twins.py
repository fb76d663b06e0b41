"""The table of REST operations and their GraphQL twins is complete and true."""

from pathlib import Path
from typing import Any

import pytest
from graphql import NonNullTypeNode, OperationDefinitionNode, build_schema, parse, validate

from gateway.parity.page import page
from gateway.parity.table import TWINS
from resolvers.caller import Scope
from rest_compat.operations import OPERATIONS
from rest_compat.routing import Operation
from schema.root import schema
from tests.factories.shop import Shop
from tests.schema.client import Graph

PAGE = Path(__file__).parents[2] / "docs" / "rest-and-graphql.md"
SCHEMA = build_schema(schema.as_str())
ALSO_OWN = {
    "POST-customer-segment-search-customers",
    "GET-customer-segment-retrieve-customer-by-customerId",
    "GET-customer-segment-retrieve-customer",
}
"""Where GraphQL shows the own view that the contract has no room for."""
VARIABLES: dict[str, Any] = {
    "segmentId": "new",
    "customerId": "anna",
    "legalEntityId": "acme",
    "type": "PRODUCT",
    "itemId": "drill",
    "siteCode": "main",
    "input": {"name": [{"language": "en", "text": "New"}], "siteCode": "main"},
    "inputs": [],
    "operations": [],
    "ids": [],
    "itemIds": [],
    "segmentIds": [],
    "customer": {"customerId": "anna"},
    "customers": [],
    "item": {"itemId": "drill"},
    "items": [],
}


def test_every_operation_has_a_twin_in_the_contracts_order() -> None:
    assert list(TWINS) == [operation.operation_id for operation in OPERATIONS]
    assert len(TWINS) == 30


@pytest.mark.parametrize("operation_id", TWINS)
def test_a_twin_is_valid_on_the_schema(operation_id: str) -> None:
    assert validate(SCHEMA, parse(TWINS[operation_id].document)) == []


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.operation_id)
def test_a_twin_needs_the_scopes_of_its_operation(operation: Operation) -> None:
    more = (Scope.READ_OWN,) if operation.operation_id in ALSO_OWN else ()
    assert TWINS[operation.operation_id].scopes == (*operation.scopes, *more)


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("operation_id", TWINS)
async def test_a_twin_opens_to_its_scopes_alone(shop: Shop, operation_id: str, scope: Scope) -> None:
    twin = TWINS[operation_id]
    operation = parse(twin.document).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    wanted = {
        one.variable.name.value
        for one in operation.variable_definitions or ()
        if isinstance(one.type, NonNullTypeNode)
    }
    letter = {Scope.READ: "R", Scope.READ_OWN: "O", Scope.MANAGE: "M"}[scope]
    answer = await Graph(shop).ask(
        twin.document,
        {name: value for name, value in VARIABLES.items() if name in wanted},
        caller=shop.caller(letter, "anna"),
    )
    assert answer.codes == ([] if scope in twin.scopes else ["FORBIDDEN"])


def test_the_committed_page_is_the_table() -> None:
    """`python -m gateway.parity > docs/rest-and-graphql.md` renews it."""
    assert PAGE.read_text() == page()
