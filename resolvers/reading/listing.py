"""Lists of rows: filtered, sorted, paged and counted.

A list belongs to one parent or to many.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam

from models.filter.catalogue import Catalogue
from models.filter.errors import FilterError
from models.filter.parse import parse_q
from models.filter.tree import Condition
from models.sql.ordering import Order, parse_sort
from models.sql.prepared import Row
from models.sql.row_text import WriteList
from models.tables.columns import PlainText
from resolvers.access import Reader
from resolvers.errors import InvalidArgument
from resolvers.reading.list_sql import PAGE_TEXT, Correlate, Listing, row_key
from resolvers.reading.list_text import ChildText, ListText, inside, joined_rows, values_of
from resolvers.reading.page import ListQuery, Page
from resolvers.reading.planned import planned_count, planned_page
from resolvers.reading.window import Frame

PARENT: Final = bindparam("parent", type_=PlainText)


def parse_filter(q: str | None) -> Condition | None:
    """Parse a filter `q`; None matches all rows.

    Raises InvalidArgument (behaviour "Filters").
    """
    if q is None:
        return None
    try:
        return parse_q(q)
    except FilterError as error:
        raise InvalidArgument(error.message, path=("q",)) from error


def parse_order(sort: str | None) -> tuple[Order, ...]:
    """Parse the argument `sort`.

    Raises InvalidArgument (behaviour D20).
    """
    if sort is None:
        return ()
    try:
        return parse_sort(sort)
    except FilterError as error:
        raise InvalidArgument(error.message, path=("sort",)) from error


@dataclass(frozen=True, slots=True)
class RowList:
    """A list of the tenant's rows.

    `belongs` is the condition on its rows, and `values` are the parameters of `belongs`. `name` identifies
    the list among all lists. Where few owners lead to many rows, `owners` selects the keys of the owners,
    which are the first column of the rows' keys.
    """

    reader: Reader
    name: Hashable
    catalogue: Catalogue
    belongs: Callable[[], ColumnElement[bool]]
    values: Mapping[str, Any] = field(default_factory=dict)
    owners: Callable[[], Select[Any]] | None = None

    async def page(self, query: ListQuery) -> Page:
        """Return the page of the query's window.

        Raises InvalidArgument.
        """
        listing, frame, values, page = await planned_page(self.reader, self.catalogue, query)
        statement = await listing.prepared(
            self.reader,
            (self.name, "page", frame),
            lambda: self._page_statement(listing, frame),
        )
        return page.with_rows(await self.reader.rows(statement, **self.values, **values))

    async def text(self, query: ListQuery) -> str:
        """Return the page of the query's window as JSON.

        Raises InvalidArgument.
        """
        listing, frame, values, _ = await planned_page(self.reader, self.catalogue, query)
        statement = await listing.prepared(
            self.reader,
            (self.name, "text", frame),
            lambda: self._page_statement(listing, frame),
        )
        rows = await self.reader.rows(statement, **self.values, **values)
        return joined_rows(row[PAGE_TEXT] for row in rows)

    async def as_text(self, query: ListQuery, children: Sequence[ChildText]) -> ListText:
        """The page of the query's window as text, with lists inside its rows.

        Raises InvalidArgument.
        """
        listing, frame, values, _ = await planned_page(self.reader, self.catalogue, query)
        inner = inside(children)
        return ListText(
            (self.name, listing, frame, *(child.key for child in inner)),
            bool(listing.is_kept) and all(child.is_kept for child in inner),
            {**self.values, **values, **values_of(inner)},
            lambda: self._page_statement(listing, frame, [child.build for child in inner]),
        )

    def _page_statement(self, listing: Listing, frame: Frame, lists: Sequence[WriteList] = ()) -> Select[Any]:
        if self.owners is not None and listing.dialect == "postgresql" and listing.is_by_owner():
            return listing.page_by_owner(self.owners(), frame, lists)
        return listing.page_statement(self.belongs(), frame, lists=lists)

    async def total(self, query: ListQuery) -> int:
        """Count the rows that pass the filter, without the window."""
        listing, values = await planned_count(self.reader, self.catalogue, query)
        statement = await listing.prepared(
            self.reader,
            (self.name, "total"),
            lambda: listing.count_statement(self.belongs()),
        )
        total: int = await self.reader.value(statement, **self.values, **values)
        return total


@dataclass(frozen=True, slots=True)
class ChildList:
    """The lists of many parents, read in one statement.

    `belongs` is the condition that joins a row to a parent's key.
    """

    reader: Reader
    name: Hashable
    catalogue: Catalogue
    belongs: Correlate

    async def pages(self, parents: Sequence[str], query: ListQuery) -> dict[str, Page]:
        """Return a page per parent.

        Raises InvalidArgument.
        """
        if len(parents) == 1:
            return {parents[0]: await self.of(parents[0]).page(query)}
        listing, frame, values, page = await planned_page(self.reader, self.catalogue, query)
        statement = await listing.prepared(
            self.reader,
            (self.name, "pages", frame),
            lambda: listing.children_statement(self.belongs, frame),
        )
        children: dict[str, list[Row]] = defaultdict(list)
        first_key = row_key(self.catalogue)[0]
        for row in await self.reader.rows(statement, keys=parents, **values):
            if row[first_key] is not None:
                children[row["parent_key"]].append(row)
        return {parent: page.with_rows(children[parent]) for parent in parents}

    async def texts(self, parents: Sequence[str], query: ListQuery) -> dict[str, str]:
        """Return the page of each parent as JSON.

        Raises InvalidArgument.
        """
        if len(parents) == 1:
            return {parents[0]: await self.of(parents[0]).text(query)}
        listing, frame, values, _ = await planned_page(self.reader, self.catalogue, query)
        statement = await listing.prepared(
            self.reader,
            (self.name, "texts", frame),
            lambda: listing.children_statement(self.belongs, frame),
        )
        texts: dict[str, list[str | None]] = {parent: [] for parent in parents}
        for row in await self.reader.rows(statement, keys=parents, **values):
            texts[row["parent_key"]].append(row[PAGE_TEXT])
        return {parent: joined_rows(rows) for parent, rows in texts.items()}

    async def as_text(self, query: ListQuery, children: Sequence[ChildText]) -> ChildText:
        """The page of a parent as text inside the parent's, with lists inside its rows.

        Raises InvalidArgument.
        """
        listing, frame, values, _ = await planned_page(self.reader, self.catalogue, query)
        inner = inside(children)
        return ChildText(
            (self.name, listing, frame, *(child.key for child in inner)),
            bool(listing.is_kept) and all(child.is_kept for child in inner),
            {**values, **values_of(inner)},
            lambda key, rows: listing.page_statement(
                self.belongs(key), frame, rows, [child.build for child in inner]
            ),
        )

    async def totals(self, parents: Sequence[str], query: ListQuery) -> dict[str, int]:
        """Return a total per parent."""
        listing, values = await planned_count(self.reader, self.catalogue, query)
        statement = await listing.prepared(
            self.reader,
            (self.name, "totals"),
            lambda: listing.child_counts_statement(self.belongs),
        )
        rows = await self.reader.rows(statement, keys=parents, **values)
        return {row["parent_key"]: row["total"] for row in rows}

    def of(self, parent: str) -> RowList:
        """The list of one parent."""
        return RowList(
            self.reader,
            (self.name, "of one"),
            self.catalogue,
            lambda: self.belongs(PARENT),
            {"parent": parent},
        )
