"""Circles of imports."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from benchmarks.style.sources import Source

Graph = Mapping[str, AbstractSet[str]]


def imports(sources: Sequence[Source]) -> Graph:
    """The modules that each module imports, inside functions and for types as well."""
    names = {source.name for source in sources}
    return {
        source.name: {name for name in _imported(source.tree) if name in names} - {source.name}
        for source in sources
    }


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def largest_circle(graph: Graph) -> AbstractSet[str]:
    """The most modules that all reach each other; one module alone where there is no circle."""
    reached = {name: _reachable(graph, name) for name in graph}
    circles = ({other for other in reached[name] if name in reached[other]} for name in graph)
    return max(circles, key=len, default=set())


def _reachable(graph: Graph, start: str) -> set[str]:
    reached = {start}
    waiting = [start]
    while waiting:
        new = graph[waiting.pop()] - reached
        reached |= new
        waiting.extend(new)
    return reached
