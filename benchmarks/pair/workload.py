"""Requests of one kind."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.workload.call import Call


@dataclass(frozen=True, slots=True)
class Workload:
    """Requests that `threads` send in turn on `connections`. Each thread sends every `threads`th of them.

    `most` is how much longer a request of the second gateway may take, as a share; None is no bound.
    """

    name: str
    calls: Sequence[Call]
    connections: int = 1
    threads: int = 1
    most: float | None = None
