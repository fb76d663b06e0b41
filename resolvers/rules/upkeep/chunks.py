"""Work on many customers, some at a time."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from resolvers.rules.vocabulary import CHUNK

Element = TypeVar("Element")


def chunks(elements: Sequence[Element]) -> Iterator[Sequence[Element]]:
    """The elements in their order, as many at a time as one statement takes."""
    for start in range(0, len(elements), CHUNK):
        yield elements[start : start + CHUNK]
