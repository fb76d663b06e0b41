from resolvers.rules.upkeep.chunks import chunks
from resolvers.rules.vocabulary import CHUNK


def test_elements_in_parts() -> None:
    assert list(chunks([])) == []
    elements = list(range(CHUNK + 1))
    assert list(chunks(elements)) == [elements[:CHUNK], [CHUNK]]
    assert list(chunks(elements[:CHUNK])) == [elements[:CHUNK]]
