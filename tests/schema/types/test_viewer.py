from typing import Any

import pytest

from resolvers.caller import Caller, Scope
from schema.types.viewer import ReadAccess, Viewer
from tests.factories.documents import customer
from tests.schema.client import Graph


def viewer(*scopes: Scope, customer_id: str | None = None) -> Any:
    return Viewer(caller=Caller("shop", frozenset(scopes), "service", customer_id))


@pytest.mark.parametrize(
    ("scopes", "customer_id", "access", "can_manage"),
    [
        ([Scope.READ], None, ReadAccess.ALL, False),
        ([Scope.READ_OWN], "anna", ReadAccess.OWN, False),
        ([Scope.READ_OWN], None, ReadAccess.NONE, False),
        ([Scope.MANAGE], "anna", ReadAccess.NONE, True),
    ],
)
def test_what_the_caller_may(
    scopes: list[Scope], customer_id: str | None, access: ReadAccess, *, can_manage: bool
) -> None:
    shown = viewer(*scopes, customer_id=customer_id)
    assert shown.read_access() is access
    assert shown.can_manage() is can_manage
    assert shown.scopes() == sorted(scopes)
    assert (shown.tenant(), shown.subject()) == ("shop", "service")


async def test_the_customer_of_the_token(graph: Graph) -> None:
    await graph.shop.known_customers(customer("anna"))
    query = "{ viewer { customer { firstName } legalEntity { id name } } }"
    known = await graph(query, caller=graph.shop.caller("O", "anna", "acme"))
    assert known["viewer"] == {"customer": {"firstName": "Anna"}, "legalEntity": {"id": "acme", "name": None}}
    service = await graph(query, caller=graph.shop.caller("R"))
    assert service["viewer"] == {"customer": None, "legalEntity": None}
