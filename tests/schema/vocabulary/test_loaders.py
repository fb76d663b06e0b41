import asyncio
from collections.abc import Collection, Mapping
from typing import Any, cast

from resolvers.access import Reader
from schema.vocabulary.loaders import Loaders
from schema.vocabulary.relation import ToFew, ToOne


class Batches:
    """A batch function that keeps its keys."""

    def __init__(self) -> None:
        self.calls: list[tuple[list[Any], Collection[Any]]] = []

    async def rows(
        self, _reader: Reader, keys: Collection[Any], /, *, columns: Collection[Any] = ()
    ) -> Mapping[Any, Any]:
        self.calls.append((list(keys), columns))
        return {key: {"id": key, "name": key.upper()} for key in keys if key != "none"}

    async def lists(
        self, _reader: Reader, keys: Collection[str], /, *, columns: Collection[Any] = ()
    ) -> Mapping[str, Any]:
        self.calls.append((list(keys), columns))
        return {key: [{"id": key}] for key in keys if key != "none"}

    async def values(self, _reader: Reader, keys: list[Any]) -> Mapping[Any, str]:
        self.calls.append((keys, ()))
        return {key: key.upper() for key in keys if key != "none"}


async def open_reader() -> Reader:
    return cast("Reader", None)


def loaders() -> Loaders:
    return Loaders(open_reader, lambda _type: {"name"})


def to_one(batches: Batches, **members: Any) -> ToOne:
    return ToOne(node=lambda _: "Segment", key=lambda row: row["of"], batch=batches.rows, **members)


async def test_linked_rows_are_read_together() -> None:
    batches, loading = Batches(), loaders()
    relation = to_one(batches, unknown=lambda row: {"id": row["of"]})
    keys = ["a", "b", "a", "none", None]
    nodes = await asyncio.gather(*(loading.node(relation, {"of": key}) for key in keys))
    assert [None if node is None else node.row for node in nodes] == [
        {"id": "a", "name": "A"},
        {"id": "b", "name": "B"},
        {"id": "a", "name": "A"},
        {"id": "none"},
        None,
    ]
    assert batches.calls == [(["a", "b", "none"], {"name"})]


async def test_a_link_without_a_substitute_leads_nowhere() -> None:
    assert await loaders().node(to_one(Batches()), {"of": "none"}) is None


async def test_few_rows_and_values_are_read_together() -> None:
    batches, loading = Batches(), loaders()
    relation = ToFew("LegalEntity", key=lambda row: row["of"], batch=batches.lists)
    rows = await asyncio.gather(*(loading.rows(relation, {"of": key}) for key in ("a", "none")))
    values = await asyncio.gather(*(loading.value(batches.values, key) for key in ("a", "none")))
    assert [list(linked) for linked in rows] == [[{"id": "a"}], []]
    assert values == ["A", None]
    assert [keys for keys, _ in batches.calls] == [["a", "none"], ["a", "none"]]


async def test_rows_are_kept_until_they_are_forgotten() -> None:
    batches, loading = Batches(), loaders()
    relation = to_one(batches)
    for _ in range(2):
        await loading.node(relation, {"of": "a"})
    assert len(batches.calls) == 1
    loading.forget()
    await loading.node(relation, {"of": "a"})
    assert len(batches.calls) == 2
