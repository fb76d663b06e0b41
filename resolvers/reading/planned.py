"""The cached SQL of a list for one query, and the values of its parameters."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from models.filter.catalogue import Catalogue
from models.sql.ordering import Languages
from resolvers.access import Reader
from resolvers.reading.list_sql import Listing
from resolvers.reading.meaning import Meaning, meaning_of
from resolvers.reading.page import ListQuery, Page
from resolvers.reading.window import Frame, clock_of_window, framed
from resolvers.values.identity import ListIdentity

FEW: Final = 2
"""Conditions and orders of a list built on the event loop: each takes up to a millisecond."""
UNSORTED: Final = Languages()


class PlannedPage(NamedTuple):
    """A page before it is read.

    Its statement is cached for the listing and the frame; `page` has no rows yet.
    """

    listing: Listing
    frame: Frame
    values: Mapping[str, Any]
    page: Page


class PlannedCount(NamedTuple):
    """The number of a list's rows before they are counted."""

    listing: Listing
    values: Mapping[str, Any]


async def planned_page(reader: Reader, catalogue: Catalogue, query: ListQuery) -> PlannedPage:
    """The page of a query. Raises InvalidArgument."""
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
        query.window,
        identity,
        listing.ordering,
        query.columns,
        cursors=query.cursors,
        text=query.text,
    )
    clock = _clock(reader, query) if meaning.filter.is_relative else None
    filter_values = meaning.filter.values if clock is None else meaning.filter.values_at(clock)
    values = {**filter_values, **languages.values, **window_values}
    return PlannedPage(listing, frame, values, Page(query.window, identity, listing.ordering, clock))


async def planned_count(reader: Reader, catalogue: Catalogue, query: ListQuery) -> PlannedCount:
    """The count of a query, without its window. Raises InvalidArgument."""
    meaning = meaning_of(query, catalogue)
    listing = await _listing(reader, catalogue, meaning)
    filter_ = meaning.filter
    values = filter_.values_at(_clock(reader, meaning.query)) if filter_.is_relative else filter_.values
    return PlannedCount(listing, values)


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


def _clock(reader: Reader, query: ListQuery) -> datetime:
    """The current time for the filter.

    All pages of a list use the time of its first page. Raises InvalidArgument for a cursor of another list.
    """
    return clock_of_window(query.window) or reader.now


def _languages(reader: Reader, query: ListQuery) -> Languages:
    """The languages of the sorted texts.

    They are UNSORTED if the query has no orders.
    """
    return query.language.looked_up(reader.policy.default_language) if query.orders else UNSORTED
