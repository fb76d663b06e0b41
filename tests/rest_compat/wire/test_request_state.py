from typing import Any

import pytest

from resolvers.caller import ANONYMOUS
from rest_compat.wire.request_state import RequestState, request_state


@pytest.mark.parametrize("scope", [{}, {"state": {}}, {"state": {"database": None}}])
def test_a_request_has_one_state_from_the_first_layer_that_asks(scope: dict[str, Any]) -> None:
    state = request_state(scope)
    assert (state, state.caller) == (RequestState(), ANONYMOUS)
    state.operation = "find"
    assert request_state({**scope}) is state


def test_two_requests_share_nothing() -> None:
    lifespan: dict[str, Any] = {"database": None}
    first, second = ({"state": dict(lifespan)} for _ in range(2))
    request_state(first).statements = 3
    assert request_state(second).statements is None
