"""What an operation has sent and received is freed when its result is, without the garbage collector."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from schema.engine.coerced import CoercedVariables
from tests.schema.client import Graph

QUERY = "query ($q: String) { s: segments(q: $q, first: 1) { nodes { id } totalCount } }"


@pytest.fixture
def executors(monkeypatch: pytest.MonkeyPatch) -> Iterator[list["weakref.ref[CoercedVariables]"]]:
    """The executors of the standard execution."""
    made: list[weakref.ref[CoercedVariables]] = []
    build = CoercedVariables.build

    def recorded(*arguments: object, **named: object) -> object:
        built = build(*arguments, **named)
        if isinstance(built, CoercedVariables):
            made.append(weakref.ref(built))
        return built

    monkeypatch.setattr(CoercedVariables, "build", recorded)
    gc.disable()
    yield made
    gc.enable()


async def test_an_executor_is_freed(graph: Graph, executors: list["weakref.ref[CoercedVariables]"]) -> None:
    answer = await graph.ask(QUERY, {"q": "id:gold"})
    assert answer.data == {"s": {"nodes": [], "totalCount": 0}}
    assert [executor() for executor in executors] == [None]
