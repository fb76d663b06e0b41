"""Following links from all rows of a level at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Any

from models.sql.prepared import Row
from models.sql.selection import Joined, Wanted, key_of
from schema.engine.plan.question import Question
from schema.engine.plan.request import PlanRequest
from schema.engine.plan.text_connection import TextConnection
from schema.engine.plan.unplanned import Unplanned
from schema.engine.plan.value import Complete
from schema.vocabulary.relation import NO_LIST, InRow, OfOrigin, Origin, ToFew, ToMany, ToOne

if TYPE_CHECKING:
    from schema.engine.plan.connection import ConnectionShape
    from schema.engine.plan.shape import RowShape


@dataclass(frozen=True, slots=True)
class OneLink:
    """The object of a ToOne for each row, or None."""

    relation: ToOne
    shapes: Mapping[str, "RowShape"]
    columns: Collection[Wanted]
    is_required: bool

    async def values(self, rows: Sequence[Row], request: PlanRequest) -> list[Any]:
        keys = [self.relation.key(row) for row in rows]
        sources = dict(zip(keys, rows, strict=True))
        sources.pop(None, None)
        linked_rows = await self._found(sources, request)
        targets: dict[str, dict[Any, Row]] = {}
        for key, row in sources.items():
            target = linked_rows.get(key) or self._unknown(row)
            if target is not None:
                targets.setdefault(self.relation.node(row), {})[key] = target
        objects: dict[Any, Any] = {}
        for node, linked in targets.items():
            made = await self.shapes[node].objects(list(linked.values()), request)
            objects.update(zip(linked, made, strict=True))
        values = [objects.get(key) for key in keys]
        if self.is_required and None in values:
            raise Unplanned("a link leads nowhere")
        return values

    async def _found(self, keys: Iterable[Any], request: PlanRequest) -> Mapping[Any, Row]:
        remembered = request.linked_rows.setdefault(self.relation, {})
        missing = [key for key in keys if key not in remembered]
        if missing:
            columns = frozenset(self.columns)
            remembered.update(await self.relation.batch(request.reader, missing, columns=columns))
        return remembered

    def _unknown(self, row: Row) -> Row | None:
        if self.relation.unknown is None:
            return None
        shape = self.shapes[self.relation.node(row)]
        return {**dict.fromkeys(map(key_of, shape.columns)), **self.relation.unknown(row)}


@dataclass(frozen=True, slots=True)
class JoinedLink:
    """The object of a ToOne from joined columns.

    The list's rows have the columns, and `shapes` read them.
    """

    relation: ToOne
    shapes: Mapping[str, "RowShape"]
    ids: Mapping[str, Joined]
    """The column of each type that is null if there is no row."""
    is_required: bool

    async def values(self, rows: Sequence[Row], request: PlanRequest) -> list[Any]:
        nodes = [self.relation.node(row) for row in rows]
        values: list[Any] = [None] * len(rows)
        for node, shape in self.shapes.items():
            id_key = self.ids[node].key
            linked = [
                (place, row if row[id_key] is not None else self._unknown(shape, row))
                for place, row in enumerate(rows)
                if nodes[place] == node
            ]
            present = [(place, row) for place, row in linked if row is not None]
            made = shape.joined([row for _, row in present], request)
            for (place, _), value in zip(present, made, strict=True):
                values[place] = value
        if self.is_required and None in values:
            raise Unplanned("a link leads nowhere")
        return values

    def columns(self) -> Iterable[Wanted]:
        """The columns that the list joins."""
        return frozenset(self.ids.values()).union(*(shape.columns for shape in self.shapes.values()))

    def _unknown(self, shape: "RowShape", row: Row) -> Row | None:
        if self.relation.unknown is None or self.relation.key(row) is None:
            return None
        substitute = self.relation.unknown(row)
        columns = [column for column in shape.columns if isinstance(column, Joined)]
        return {column.key: substitute.get(key_of(column.own_column)) for column in columns}


@dataclass(frozen=True, slots=True)
class FewLink:
    """The objects of a ToFew for each row."""

    relation: ToFew
    shape: "RowShape"

    async def values(self, rows: Sequence[Row], request: PlanRequest) -> list[Any]:
        keys = [self.relation.key(row) for row in rows]
        linked = await self.relation.rows(request.reader, keys, self.shape.columns | {"id"})
        return await _lists(linked, self.shape, request)


@dataclass(frozen=True, slots=True)
class InRowLink:
    """The objects of rows inside each row."""

    relation: InRow
    shape: "RowShape"

    async def values(self, rows: Sequence[Row], request: PlanRequest) -> list[Any]:
        return await _lists([row[self.relation.column] for row in rows], self.shape, request)

    def columns(self) -> Iterable[Wanted]:
        """The columns of the inner rows.

        One statement reads them with the outer rows.
        """
        return self.shape.columns


@dataclass(frozen=True, slots=True)
class ManyLink:
    """The connection of a ToMany for each row."""

    relation: ToMany
    question: Question
    shape: "ConnectionShape"

    async def values(self, rows: Sequence[Row], request: PlanRequest) -> list[Any]:
        if not rows:
            return []
        list_request = self.question.of(request)
        keys = [row["id"] for row in rows]
        parents = list(dict.fromkeys(keys))
        pages = await self.relation.pages(request.reader, parents, list_request)
        totals = (
            await self.relation.totals(request.reader, parents, list_request) if self.shape.counts else {}
        )
        origins = [Origin(key, dict(list_request.selection)) for key in parents]
        objects = await self.shape.objects([pages[key] for key in parents], origins, request)
        made = {
            key: self.shape.connection(pages[key], nodes, totals.get(key))
            for key, nodes in zip(parents, objects, strict=True)
        }
        return [made[key] for key in keys]


@dataclass(frozen=True, slots=True)
class TextLink:
    """The connection of a ToMany for each row, whose rows the database writes as text."""

    relation: ToMany
    question: Question
    connection: TextConnection

    async def values(self, rows: Sequence[Row], request: PlanRequest) -> list[Any]:
        if not rows:
            return []
        list_request = self.question.of(request)
        keys = [row["id"] for row in rows]
        parents = list(dict.fromkeys(keys))
        texts = await self.relation.texts(request.reader, parents, list_request)
        totals = (
            await self.relation.totals(request.reader, parents, list_request)
            if self.connection.counts
            else {}
        )
        made = {key: self.connection.object(texts[key], totals.get(key)) for key in parents}
        return [made[key] for key in keys]


@dataclass(frozen=True, slots=True)
class OriginLink:
    """The value of an OfOrigin for each row."""

    declaration: OfOrigin
    complete: Complete

    async def values(
        self, rows: Sequence[Row], request: PlanRequest, origins: Sequence[Origin] = ()
    ) -> list[Any]:
        """`origins` are those of the rows; none where the rows are from no list."""
        caller, key_of_row = request.context.caller, self.declaration.key
        keys = [
            key_of_row(caller, row, origin)
            for row, origin in zip(rows, origins or repeat(NO_LIST), strict=False)
        ]
        values = await self._found(keys, request)
        return [self.complete(values.get(key)) for key in keys]

    async def _found(self, keys: Iterable[Any], request: PlanRequest) -> Mapping[Any, Any]:
        remembered = request.linked_rows.setdefault(self.declaration, {})
        missing = [key for key in dict.fromkeys(keys) if key is not None and key not in remembered]
        if missing:
            remembered.update(dict.fromkeys(missing))
            remembered.update(await self.declaration.batch(request.reader, missing))
        return remembered


async def _lists(lists: Sequence[Sequence[Row]], shape: "RowShape", request: PlanRequest) -> list[Any]:
    """A list of objects for each list of rows."""
    objects = await shape.objects([row for rows in lists for row in rows], request)
    return _parted(objects, [len(rows) for rows in lists])


def _parted(items: Sequence[Any], sizes: Sequence[int]) -> list[list[Any]]:
    parts, start = [], 0
    for size in sizes:
        parts.append(list(items[start : start + size]))
        start += size
    return parts
