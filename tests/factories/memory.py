"""How much memory a piece of work takes."""

import gc
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class Allocation:
    """`size` is in bytes, known when the block has ended."""

    size: int = 0


@contextmanager
def allocation() -> Iterator[Allocation]:
    """Measure what a block allocates and still holds at its end, garbage left out.

    What is older than the block is frozen: the collections inside look at the block's own objects alone.
    """
    gc.collect(1)
    gc.freeze()
    measured = Allocation()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        yield measured
        gc.collect()
        measured.size = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
