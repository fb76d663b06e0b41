"""Links between types, each declared once with the function that follows it for many rows.

Both ways of executing a query read the declaration: DataLoaders collect the rows of one level
(`schema.vocabulary.loaders`), and a compiled plan passes the rows it has. Lists take the arguments of
their GraphQL field by its Python names; `asked` parts them into what the list is asked for and
what decides which rows are in it.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from models.sql.prepared import Row
from models.sql.selection import Join, Wanted
from resolvers.access import Reader
from resolvers.reading.listing import ChildList, RowList
from resolvers.reading.page import ListQuery
from schema.vocabulary.list_arguments import PAGE, ListContext, list_query

LIST_ARGUMENTS: Final = ("q", "where", "order_by", "first", "after", "last", "before")


class BatchOfLists(Protocol):
    """A batch function of short lists that reads all columns, unless some are named."""

    def __call__(
        self, reader: Reader, keys: Collection[str], /, *, columns: Collection[Wanted] = ()
    ) -> Awaitable[Mapping[str, Sequence[Row]]]: ...


class BatchOfRows(Protocol):
    """A batch function that reads all columns, unless some are named."""

    def __call__(
        self, reader: Reader, keys: Collection[Any], /, *, columns: Collection[Wanted] = ()
    ) -> Awaitable[Mapping[Any, Row]]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Joins:
    """How a list reads, in its own statement, the rows that its rows link to."""

    by_node: Mapping[str, Join]
    """For each type that a row may link to."""
    unless: Callable[[Reader], bool]
    """Whether a caller may see a row and not what it links to, so that `batch` has to look."""


@dataclass(frozen=True, slots=True, eq=False)
class ToOne:
    """A link to at most one row.

    `key` is None where a row has no such link; `node` names the type that a row links to, and
    `unknown` makes up what to show of a link that leads to nothing we know.
    """

    node: Callable[[Row], str]
    key: Callable[[Row], Any]
    batch: BatchOfRows
    unknown: Callable[[Row], Row] | None = None
    withheld: Callable[[Row], Row] | None = None
    """What to show of a link from a row that the caller has written to one that they may not see."""
    joins: Joins | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ToFew:
    """A link to all rows of a short, bounded list."""

    node: str
    key: Callable[[Row], str]
    batch: BatchOfLists


@dataclass(frozen=True, slots=True)
class Asked:
    """What the arguments of a list ask for. Hashable: the same question is asked once for all siblings."""

    query: ListQuery
    chosen: tuple[tuple[str, Any], ...]
    """Arguments that decide which rows are in the list, by name."""


@dataclass(frozen=True, slots=True, eq=False)
class ToMany:
    """A link to a list of rows of the type named `node`; `children` takes the chosen arguments by name."""

    node: str
    key: Callable[[Row], str]
    children: Callable[..., ChildList]
    maximum: int = PAGE

    def asked(self, context: ListContext, reader: Reader, arguments: Mapping[str, Any]) -> Asked:
        """What the field's arguments ask for. Permission comes first. Raises Forbidden, InvalidArgument."""
        chosen = _chosen(arguments)
        self.children(reader, **chosen)
        return _asked(context, chosen, arguments, self.maximum)


@dataclass(frozen=True, slots=True, eq=False)
class TopOne:
    """A row of the type named `node`, asked for by its id."""

    node: str
    batch: BatchOfRows


@dataclass(frozen=True, slots=True, eq=False)
class TopList:
    """A list of rows of the type named `node` that belongs to no other row."""

    node: str
    rows: Callable[..., RowList]
    maximum: int = PAGE

    def asked(self, context: ListContext, reader: Reader, arguments: Mapping[str, Any]) -> Asked:
        """What the field's arguments ask for. Permission comes first. Raises Forbidden, InvalidArgument."""
        chosen = _chosen(arguments)
        self.rows(reader, **chosen)
        return _asked(context, chosen, arguments, self.maximum)


def _chosen(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name not in LIST_ARGUMENTS}


def _asked(
    context: ListContext, chosen: Mapping[str, Any], arguments: Mapping[str, Any], maximum: int
) -> Asked:
    listed = {name: arguments[name] for name in LIST_ARGUMENTS}
    return Asked(list_query(context, **listed, maximum=maximum), tuple(sorted(chosen.items())))
