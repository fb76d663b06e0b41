"""Before anybody is timed: every server gives the same rows for the same question."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

import httpx

from benchmarks.runners.runner import Runner
from benchmarks.runners.running import Server
from benchmarks.workload.essence import Essence, WrongAnswer, essence
from benchmarks.workload.request import calls

SAMPLE: Final = 12
"""Values of each query that are compared."""

Essences = Mapping[str, Sequence[Essence]]


async def check(servers: Sequence[Server]) -> Mapping[str, str]:
    """Compare every server with the first that answers a query; what it compared, by query.

    Raises WrongAnswer where two differ.
    """
    reference: dict[str, tuple[Runner, Sequence[Essence]]] = {}
    agreed: dict[str, list[str]] = {}
    async with httpx.AsyncClient(timeout=60) as client:
        for server in servers:
            for query in server.runner.queries:
                given = await _essences(client, server, query)
                first, expected = reference.setdefault(query, (server.runner, given))
                _compare(query, first, expected, server.runner, given)
                agreed.setdefault(query, []).append(server.runner.name)
    return {query: ", ".join(names) for query, names in agreed.items()}


async def _essences(client: httpx.AsyncClient, server: Server, query: str) -> Sequence[Essence]:
    runner = server.runner
    sample = list(islice(calls(query, runner.dialect, runner.identity), SAMPLE))
    try:
        return [essence(query, runner.dialect, await server.answer(client, call)) for call in sample]
    except (httpx.HTTPError, WrongAnswer) as error:
        raise WrongAnswer(f"{runner.name}: {error}") from error


def _compare(
    query: str, first: Runner, expected: Sequence[Essence], second: Runner, given: Sequence[Essence]
) -> None:
    if not any(expected):
        raise WrongAnswer(f"{query}: {first.name} found no row at all")
    for one, other in zip(expected, given, strict=True):
        if one != other:
            raise WrongAnswer(
                f"{query}: {first.name} and {second.name} differ:\n{str(one)[:600]}\n{str(other)[:600]}"
            )
