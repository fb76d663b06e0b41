"""The table of REST operations and their GraphQL counterparts is complete and true."""

from pathlib import Path
from typing import Any

import pytest
from graphql import NonNullTypeNode, OperationDefinitionNode, build_schema, parse, validate

from docs.generate.rest_and_graphql.counterpart import Counterpart
from docs.generate.rest_and_graphql.counterparts import FILE, counterparts
from docs.generate.rest_and_graphql.page import page
from docs.generate.rest_and_graphql.table import COUNTERPARTS, EXTENSIONS
from resolvers.caller import Scope
from rest_compat import operations
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
    "GET-customer-segment-retrieve-groups",
    "POST-customer-segment-search-groups",
    "GET-customer-segment-retrieve-group",
}
"""Where GraphQL shows the own view that the contract has no room for."""
OPEN_EXTENSIONS = {"GET-customer-segment-changes", "GET-customer-segment-retrieve-rule"}
"""Those that answer callers of the own view: with their own changes, and without a rule."""
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
    "groupId": "club",
    "group": {"groupId": "club"},
}


def test_every_operation_has_a_twin_in_the_contracts_order() -> None:
    assert list(COUNTERPARTS) == [operation.operation_id for operation in OPERATIONS]
    assert len(COUNTERPARTS) == 36
    assert list(EXTENSIONS) == [operation.operation_id for operation in operations.EXTENSIONS]


@pytest.mark.parametrize(
    "counterpart",
    [*COUNTERPARTS.values(), *EXTENSIONS.values()],
    ids=lambda counterpart: counterpart.operation_id,
)
def test_a_twin_is_valid_on_the_schema(counterpart: Counterpart) -> None:
    assert validate(SCHEMA, parse(counterpart.document)) == []


@pytest.mark.parametrize(
    "operation", [*OPERATIONS, *operations.EXTENSIONS], ids=lambda operation: operation.operation_id
)
def test_a_twin_needs_the_scopes_of_its_operation(operation: Operation) -> None:
    more = (Scope.READ_OWN,) if operation.operation_id in ALSO_OWN else ()
    counterparts = {**COUNTERPARTS, **EXTENSIONS}
    assert counterparts[operation.operation_id].scopes == (*operation.scopes, *more)


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("operation_id", COUNTERPARTS)
async def test_a_twin_opens_to_its_scopes_alone(shop: Shop, operation_id: str, scope: Scope) -> None:
    counterpart = COUNTERPARTS[operation_id]
    operation = parse(counterpart.document).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    wanted = {
        one.variable.name.value
        for one in operation.variable_definitions or ()
        if isinstance(one.type, NonNullTypeNode)
    }
    letter = {Scope.READ: "R", Scope.READ_OWN: "O", Scope.MANAGE: "M"}[scope]
    answer = await Graph(shop).ask(
        counterpart.document,
        {name: value for name, value in VARIABLES.items() if name in wanted},
        caller=shop.caller(letter, "anna"),
    )
    assert answer.codes == ([] if scope in counterpart.scopes else ["FORBIDDEN"])


@pytest.mark.parametrize("counterpart", EXTENSIONS.values(), ids=lambda counterpart: counterpart.operation_id)
async def test_a_twin_of_an_extension_runs(shop: Shop, counterpart: Counterpart) -> None:
    await shop.segments({"id": "new", "name": {"en": "New"}, "siteCode": "main"})
    wanted = {"segmentId": "new", "rule": {"q": "id:anna"}, "customers": []}
    values = {name: value for name, value in wanted.items() if f"${name}:" in counterpart.graphql}
    answer = await Graph(shop).ask(counterpart.document, values, caller=shop.caller("RM"))
    assert answer.codes == []
    answer = await Graph(shop).ask(counterpart.document, values, caller=shop.caller("O", "anna"))
    assert answer.codes == ([] if counterpart.operation_id in OPEN_EXTENSIONS else ["FORBIDDEN"])


def test_the_committed_page_is_the_table() -> None:
    """`python -m docs.generate.rest_and_graphql > docs/rest-and-graphql.md` renews it."""
    assert PAGE.read_text() == page()


def test_the_rest_explorer_has_the_table() -> None:
    """The command above renews its file as well."""
    assert (PAGE.parents[1] / FILE).read_bytes() == counterparts()
