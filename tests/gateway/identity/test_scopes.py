import pytest

from gateway.identity.scopes import parse_scopes
from resolvers.caller import Scope


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        ("segment_read", (Scope.READ,)),
        ("customersegment.segment_read segment_manage", (Scope.READ, Scope.MANAGE)),
        ("segment_read_own,segment_read", (Scope.READ_OWN, Scope.READ)),
        (" segment_manage , ", (Scope.MANAGE,)),
    ],
)
def test_scopes_with_and_without_their_service(text: str, scopes: tuple[Scope, ...]) -> None:
    assert parse_scopes(text) == scopes


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no scope given"),
        (" ,", "no scope given"),
        ("read segment_read write", "unknown scope read, write"),
        ("customersegment.read", "unknown scope customersegment.read"),
    ],
)
def test_the_error_names_the_scopes_that_exist(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match="; there are ") as error:
        parse_scopes(text)
    assert str(error.value).startswith(f"{problem}; there are segment_")
    assert str(error.value).count("segment_") >= len(Scope)
