"""Lists of rows: filtered, sorted, paged and counted.

A list belongs to one parent or to many.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam

from models.filter.catalogue import Catalogue
from models.filter.errors import FilterError
from models.filter.parse import parse_q
from models.filter.tree import Condition
from models.sql.ordering import Languages, Order, parse_sort
from models.sql.prepared import Row
from models.tables.columns import PlainText
from resolvers.access import Reader
from resolvers.errors import InvalidArgument
from resolvers.reading.list_sql import Correlate, Listing, row_key
from resolvers.reading.meaning import Meaning, meaning_of
from resolvers.reading.page import ListQuery, Page
from resolvers.reading.window import Frame, clock_of_window, framed
from resolvers.values.identity import ListIdentity

FEW: Final = 2
"""Conditions and orders of a list built on the event loop: each takes up to a millisecond."""
UNSORTED: Final = Languages()
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
        listing, frame, values, page = await _planned(self.reader, self.catalogue, query)
        statement = await listing.prepared(
            self.reader,
            (self.name, "page", frame),
            lambda: self._page_statement(listing, frame),
        )
        return page.with_rows(await self.reader.rows(statement, **self.values, **values))

    def _page_statement(self, listing: Listing, frame: Frame) -> Select[Any]:
        if self.owners is not None and listing.dialect == "postgresql" and listing.is_by_owner():
            return listing.page_by_owner(self.owners(), frame)
        return listing.page_statement(self.belongs(), frame)

    async def total(self, query: ListQuery) -> int:
        """Count the rows that pass the filter, without the window."""
        meaning = meaning_of(query, self.catalogue)
        listing = await _listing(self.reader, self.catalogue, meaning)
        statement = await listing.prepared(
            self.reader,
            (self.name, "total"),
            lambda: listing.count_statement(self.belongs()),
        )
        values = _values(self.reader, meaning)
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
        listing, frame, values, page = await _planned(self.reader, self.catalogue, query)
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

    async def totals(self, parents: Sequence[str], query: ListQuery) -> dict[str, int]:
        """Return a total per parent."""
        meaning = meaning_of(query, self.catalogue)
        listing = await _listing(self.reader, self.catalogue, meaning)
        statement = await listing.prepared(
            self.reader,
            (self.name, "totals"),
            lambda: listing.child_counts_statement(self.belongs),
        )
        rows = await self.reader.rows(statement, keys=parents, **_values(self.reader, meaning))
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


async def _listing(reader: Reader, catalogue: Catalogue, meaning: Meaning) -> Listing:
    """The cached listing of the query's shape."""
    lookup = _languages(reader, meaning.query).shape
    key = ("listing", catalogue.name, meaning.filter.condition, meaning.orders, lookup)
    is_large = meaning.conditions > FEW

    def build() -> Listing:
        shaped = replace(meaning.query, orders=meaning.orders)
        return Listing.of(reader, catalogue, shaped, meaning.filter.condition, lookup, is_large=is_large)

    if is_large:
        listing = await reader.built_in_background(key, build, at_second_request=meaning.has_mixins)
    else:
        listing = reader.built(key, build, at_second_request=meaning.has_mixins)
    if listing.is_kept is None:
        listing.is_kept = reader.is_kept(key)
    return listing


def _values(reader: Reader, meaning: Meaning) -> Mapping[str, Any]:
    """The filter's values in this request.

    Raises InvalidArgument for a cursor of another list.
    """
    filter_ = meaning.filter
    return filter_.values_at(_clock(reader, meaning.query)) if filter_.is_relative else filter_.values


def _clock(reader: Reader, query: ListQuery) -> datetime:
    """The current time for the filter.

    All pages of a list use the time of its first page. Raises InvalidArgument for a cursor of another list.
    """
    return clock_of_window(query.window) or reader.now


def _languages(reader: Reader, query: ListQuery) -> Languages:
    """The languages of the sorted texts.

    They are UNSORTED if the query has no orders.
    """
    return query.language.sorted_by(reader.policy.default_language) if query.orders else UNSORTED


async def _planned(
    reader: Reader, catalogue: Catalogue, query: ListQuery
) -> tuple[Listing, Frame, Mapping[str, Any], Page]:
    """The listing, frame, values and empty page of a query.

    The page has no rows yet. Statements are cached for the listing and the frame. Raises InvalidArgument.
    """
    meaning = meaning_of(query, catalogue)
    query = meaning.query
    listing = await _listing(reader, catalogue, meaning)
    languages = _languages(reader, query)
    identity = ListIdentity(
        catalogue.name,
        reader.tenant,
        query.condition,
        query.orders,
        languages if query.orders else None,
    )
    frame, window_values = framed(
        query.window, identity, listing.ordering, query.columns, cursors=query.cursors
    )
    clock = _clock(reader, query) if meaning.filter.is_relative else None
    filter_values = meaning.filter.values if clock is None else meaning.filter.values_at(clock)
    values = {**filter_values, **languages.values, **window_values}
    return listing, frame, values, Page(query.window, identity, listing.ordering, clock)
