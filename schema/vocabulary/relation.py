"""Links between types, each declared once with its batch function.

Both ways of executing a query read the declaration: DataLoaders collect the rows of one level
(`schema.vocabulary.loaders`), and a compiled plan passes the rows it has. Lists take the arguments of
their GraphQL field by its Python names; `request` separates the query from the arguments that
select which rows are in the list.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from models.sql.prepared import Row
from models.sql.selection import Join, Wanted
from resolvers.access import Reader
from resolvers.caller import Caller
from resolvers.reading.listing import ChildList, RowList
from resolvers.reading.page import ListQuery, Page
from schema.vocabulary.list_arguments import PAGE, ListContext, list_query

LIST_ARGUMENTS: Final = ("q", "where", "order_by", "first", "after", "last", "before")


class BatchOfLists(Protocol):
    """A batch function for short lists.

    It reads all columns, unless `columns` names some.
    """

    def __call__(
        self, reader: Reader, keys: Collection[str], /, *, columns: Collection[Wanted] = ()
    ) -> Awaitable[Mapping[str, Sequence[Row]]]: ...


class BatchOfRows(Protocol):
    """A batch function for rows.

    It reads all columns, unless `columns` names some.
    """

    def __call__(
        self, reader: Reader, keys: Collection[Any], /, *, columns: Collection[Wanted] = ()
    ) -> Awaitable[Mapping[Any, Row]]: ...


@dataclass(frozen=True, slots=True, eq=False)
class ToOne:
    """A link to at most one row.

    `key` is None if a row has no such link; `node` is the name of the linked type, and `unknown` makes a
    substitute for a linked row that is not known.
    """

    node: Callable[[Row], str]
    key: Callable[[Row], Any]
    batch: BatchOfRows
    unknown: Callable[[Row], Row] | None = None
    columns: tuple[str, ...] = ()
    """The columns that `key` reads, except those of the row's own key."""
    withheld: Callable[[Row], Row] | None = None
    """The substitute for a linked row, if the caller has written the row and may not see the linked row."""
    joins: Mapping[str, Join] | None = None
    """The join of each type of linked rows, by its name. They are for a row that was read: whoever sees it
    sees its linked row."""


@dataclass(frozen=True, slots=True, eq=False)
class ToFew:
    """A link to all rows of a short, bounded list."""

    node: str
    key: Callable[[Row], str]
    batch: BatchOfLists

    async def rows(
        self, reader: Reader, keys: Sequence[str], columns: Collection[Wanted]
    ) -> list[Sequence[Row]]:
        """The rows of each key."""
        rows = await self.batch(reader, list(dict.fromkeys(keys)), columns=columns)
        return [rows.get(key, ()) for key in keys]


@dataclass(frozen=True, slots=True, eq=False)
class InRow:
    """A link to rows inside a column of the row.

    Their type has the name `node`.
    """

    node: str
    column: str


@dataclass(frozen=True, slots=True)
class ListRequest:
    """The request of a list's arguments.

    It is hashable: siblings with equal requests share one read.
    """

    query: ListQuery
    selection: tuple[tuple[str, Any], ...]
    """Arguments that decide which rows are in the list, by name."""


@dataclass(frozen=True, slots=True, eq=False)
class ToMany:
    """A link to a list of rows.

    `node` is the name of their type. `children` takes the selecting arguments by name. The rows belong to the
    id of their parent's row.
    """

    node: str
    children: Callable[..., ChildList]
    maximum: int = PAGE

    def request(self, context: ListContext, reader: Reader, arguments: Mapping[str, Any]) -> ListRequest:
        """The request of a field's arguments.

        The permission is checked first. Raises Forbidden, InvalidArgument.
        """
        selection = _selection(arguments)
        self.children(reader, **selection)
        return _request(context, selection, arguments, self.maximum)

    async def pages(self, reader: Reader, keys: Sequence[str], request: ListRequest) -> Mapping[str, Page]:
        """The page of each key."""
        return await self.children(reader, **dict(request.selection)).pages(keys, request.query)

    async def texts(self, reader: Reader, keys: Sequence[str], request: ListRequest) -> Mapping[str, str]:
        """The page of each key as JSON."""
        return await self.children(reader, **dict(request.selection)).texts(keys, request.query)

    async def totals(self, reader: Reader, keys: Sequence[str], request: ListRequest) -> Mapping[str, int]:
        """The number of rows of each key."""
        return await self.children(reader, **dict(request.selection)).totals(keys, request.query)


@dataclass(frozen=True, slots=True)
class Origin:
    """The list that an object comes from: of which parent's key, and by which selecting arguments."""

    parent: str | None
    selection: Mapping[str, Any]


NO_LIST: Final = Origin(None, {})


@dataclass(frozen=True, slots=True, eq=False)
class OfOrigin:
    """A value of a row that depends on the list it comes from.

    `key` is None if there is no value, and so is the value of a key that `batch` does not find.
    """

    key: Callable[[Caller, Row, Origin], Any]
    batch: Callable[[Reader, Collection[Any]], Awaitable[Mapping[Any, Any]]]


@dataclass(frozen=True, slots=True, eq=False)
class TopOne:
    """A row by the argument `id`.

    `node` is the name of its type.
    """

    node: str
    batch: BatchOfRows


@dataclass(frozen=True, slots=True, eq=False)
class TopNode:
    """A row of any type, by the argument `node_id`."""

    by_type: Mapping[str, BatchOfRows]
    """The batch functions by type name."""


@dataclass(frozen=True, slots=True, eq=False)
class TopEntities:
    """Rows of several types, by the argument `representations`."""

    by_type: Mapping[str, BatchOfRows]
    """The batch functions by type name. Their keys are ids."""


@dataclass(frozen=True, slots=True, eq=False)
class TopRows:
    """All rows of a type for the field's arguments."""

    node: str
    rows: Callable[..., Awaitable[Sequence[Row]]]


@dataclass(frozen=True, slots=True, eq=False)
class TopList:
    """A list of rows without a parent row.

    `node` is the name of their type.
    """

    node: str
    rows: Callable[..., RowList]
    maximum: int = PAGE

    def request(self, context: ListContext, reader: Reader, arguments: Mapping[str, Any]) -> ListRequest:
        """The request of a field's arguments.

        The permission is checked first. Raises Forbidden, InvalidArgument.
        """
        selection = _selection(arguments)
        self.rows(reader, **selection)
        return _request(context, selection, arguments, self.maximum)


def linked_row(relation: ToOne, row: Row, target: Row | None) -> Row | None:
    """The row to show for a link from `row`.

    It is the target, else a substitute, else None.
    """
    if target is not None:
        return target
    substitute = relation.unknown or relation.withheld
    return None if substitute is None else substitute(row)


def _selection(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name not in LIST_ARGUMENTS}


def _request(
    context: ListContext, selection: Mapping[str, Any], arguments: Mapping[str, Any], maximum: int
) -> ListRequest:
    list_arguments = {name: arguments[name] for name in LIST_ARGUMENTS}
    return ListRequest(
        list_query(context, **list_arguments, maximum=maximum), tuple(sorted(selection.items()))
    )
