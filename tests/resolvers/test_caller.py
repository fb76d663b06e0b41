from math import inf

import pytest

from models.connection.client import Client
from resolvers.caller import ANONYMOUS, TENANT, Caller, Scope
from resolvers.errors import Forbidden, Unauthenticated


@pytest.mark.parametrize(
    ("tenant", "is_valid"),
    [("shop", True), ("s12", True), ("s1", False), ("1shop", False), ("Shop", False), ("a" * 17, False)],
)
def test_names_of_tenants(tenant: str, *, is_valid: bool) -> None:
    assert (TENANT.fullmatch(tenant) is not None) is is_valid


def test_one_of_the_scopes_is_enough() -> None:
    caller = Caller("shop", frozenset({Scope.MANAGE}))
    caller.require(Scope.READ, Scope.MANAGE)
    with pytest.raises(Forbidden) as refusal:
        caller.require(Scope.READ, Scope.READ_OWN)
    assert refusal.value.required_scopes == (
        "customersegment.segment_read",
        "customersegment.segment_read_own",
    )


def test_the_own_view_needs_a_customer() -> None:
    without = Caller("shop", frozenset({Scope.READ_OWN}))
    assert not without.has_own_view
    with pytest.raises(Forbidden):
        without.require(Scope.READ_OWN)
    anna = without.as_customer("anna", "")
    anna.require(Scope.READ_OWN)
    assert (anna.customer_id, anna.legal_entity_id, set(anna.scopes)) == ("anna", None, {Scope.READ_OWN})


def test_an_anonymous_caller_is_asked_for_a_token() -> None:
    assert ANONYMOUS.is_anonymous
    with pytest.raises(Unauthenticated):
        ANONYMOUS.require(Scope.READ)


def test_load_is_counted_for_the_customer_or_the_subject() -> None:
    assert Caller("shop", subject="service", customer_id="anna").client == Client("shop", "anna")
    assert Caller("shop", subject="service").client == Client("shop", "service")
    assert Caller("shop").client == Client("shop", "")


def test_the_end_of_a_token_makes_no_other_caller() -> None:
    assert Caller("shop", expires_at=1) == Caller("shop", expires_at=inf)
