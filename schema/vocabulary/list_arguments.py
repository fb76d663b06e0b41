"""The arguments of lists, and their query."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, Protocol

import strawberry

from models.filter.parse import LONGEST_QUERY
from models.filter.tree import And, Condition
from models.sql.ordering import Order
from resolvers.reading.listing import parse_filter
from resolvers.reading.page import ArgumentNames, ListQuery, keyset
from resolvers.values.language import LanguagePreference

PAGE: Final = 100
ASSIGNMENT_PAGE: Final = 1_000


def _argument(description: str) -> Any:
    return strawberry.argument(description=description)


Q = Annotated[
    str | None,
    _argument(
        "A filter in the query language of the REST contract: `siteCode:main name.en:~Gold`. "
        "It and `where` must both hold."
    ),
]
First = Annotated[
    int | None,
    _argument(
        "How many rows from the front: 20 where neither `first` nor `last` is given, at most 100, "
        "of assignments 1,000."
    ),
]
Last = Annotated[int | None, _argument("How many rows from the back, in list order; instead of `first`.")]
After = Annotated[str | None, _argument("Only rows after this cursor.")]
Before = Annotated[str | None, _argument("Only rows before this cursor.")]
LegalEntityId = Annotated[
    strawberry.ID | None,
    _argument(
        "The legal entity on whose behalf the customer acts: its rows and those without one. "
        "Counts only for a customer with several; a legal entity in the caller's own token wins."
    ),
]
SiteCode = Annotated[str | None, _argument("Only what comes from the segments of this site.")]


class ListContext(Protocol):
    """The part of a request's context for lists."""

    language: LanguagePreference

    def count_filter(self, q: str) -> None:
        """Count a filter of the request.

        Raises InvalidArgument if all filters of the request are too long together.
        """
        ...


class Where(Protocol):
    """A typed filter."""

    def condition(self) -> Condition: ...


class OrderBy(Protocol):
    """One field to sort by."""

    def order(self) -> Order: ...


def list_query(
    context: ListContext,
    *,
    q: str | None,
    where: Where | None,
    order_by: Sequence[OrderBy] | None,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
    maximum: int = PAGE,
) -> ListQuery:
    """The query of a list's arguments.

    Raises InvalidArgument.
    """
    if q is not None and len(q) <= LONGEST_QUERY:  # a longer one is refused for itself
        context.count_filter(q)
    parts = {"q": parse_filter(q), "where": where.condition() if where else None}
    conditions = {name: part for name, part in parts.items() if part is not None}
    return ListQuery(
        window=keyset(first=first, after=after, last=last, before=before, maximum=maximum),
        condition=And(tuple(conditions.values())) if conditions else None,
        orders=tuple(order.order() for order in order_by or ()),
        language=context.language,
        names=ArgumentNames(condition=tuple(conditions) or ("where",), orders="orderBy"),
    )
