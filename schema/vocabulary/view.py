"""Views: parts of a response for another caller or moment."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Final, TypeVar

import strawberry

from models.filter.moment import Moment
from models.sql.cursor import CLOCK_YEARS
from resolvers.access import Reader, Writer
from resolvers.caller import Caller, Scope
from resolvers.errors import InvalidArgument
from resolvers.visibility import in_own_view
from schema.vocabulary.context import Context, Info

Result = TypeVar("Result")

At = Annotated[
    datetime | None,
    strawberry.argument(
        description="What now is for validity, and for what is relative to now: an instant of the years "
        f"{CLOCK_YEARS.start} to {CLOCK_YEARS.stop - 1}, or one such as `now+P1D`. Whoever is assigned today "
        "is assigned then. Needs segment_read."
    ),
]
YEARS: Final = f"`at` must be in the years {CLOCK_YEARS.start} to {CLOCK_YEARS.stop - 1}."


class View(Context):
    """A context for another caller or another moment.

    It reads the request's snapshot. It has DataLoaders of its own, because their values depend on both. It
    only reads.
    """

    def __init__(self, request: Context, caller: Caller, now: datetime) -> None:
        super().__init__(database=request.database, policy=request.policy, caller=caller)
        self.request_id = request.request_id
        self.language = request.language
        self.now = now
        self.columns = request.columns
        self._request = request

    @property
    def actor(self) -> Caller:
        return self._request.actor

    async def reader(self) -> Reader:
        """The reader of the view, on the request's snapshot."""
        return replace(await self._request.reader(), caller=self.caller, now=self.now)

    def count_filter(self, q: str) -> None:
        """Count a filter in the whole request.

        Raises InvalidArgument.
        """
        self._request.count_filter(q)

    async def write(self, work: Callable[[Writer], Awaitable[Result]]) -> Result:  # noqa: ARG002
        raise TypeError("a view only reads")


def enter_view(info: Info, caller: Caller, at: datetime | Moment | None) -> View:
    """Set a view for a field and its selection.

    They are as the caller sees them, at the moment. Raises InvalidArgument.
    """
    context = info.context
    view = View(context, caller, _moment(context.now, at))
    info.enter(view)
    return view


def enter_own_view(info: Info, at: datetime | Moment | None) -> None:
    """Set the caller's own view for a field.

    It applies to the field's selection as well. Another moment needs segment_read. Raises Forbidden or
    InvalidArgument.
    """
    context = info.context
    caller = in_own_view(context.caller)
    if at is not None:
        context.actor.require(Scope.READ)
    if at is not None or caller != context.caller:
        enter_view(info, caller, at)


def _moment(now: datetime, at: datetime | Moment | None) -> datetime:
    if at is None:
        return now
    instant = at.at(now) if isinstance(at, Moment) else at
    if instant.year not in CLOCK_YEARS:
        raise InvalidArgument(YEARS, path=("at",))
    return instant
