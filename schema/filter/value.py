"""Filters on one value.

Members that are left out or null match everything; all others must hold.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from typing import Final, Generic, TypeVar

import strawberry

from models.filter.compile import MOST_VALUES, TOO_MANY_VALUES
from models.filter.errors import shortened
from models.filter.moment import Moment, moment
from models.filter.parse import LONGEST_QUERY
from models.filter.tree import Absent, AnyOf, Compare, Condition, Literal, Operator, Path, Present, Within
from models.tables.columns import instant_text
from resolvers.errors import InvalidArgument
from resolvers.values.text import require_short
from schema.vocabulary.input.conversion import converted_at_once

NOW: Final = "now"
WITHIN_LAST: Final = (
    "Is an instant of the last `P30D`, or of another ISO 8601 duration: after its beginning, up to now."
)
WITHIN_NEXT: Final = "Is an instant of the next `P30D`: after now, up to its end."
Word = TypeVar("Word", bound=Enum)


@converted_at_once
@strawberry.input(description="A filter on an id.")
class IDFilter:
    eq: strawberry.ID | None = strawberry.field(default=None, description="Is exactly this.")
    in_: list[strawberry.ID] | None = strawberry.field(
        default=None, name="in", description="Is one of these; an empty list matches nothing."
    )
    is_null: bool | None = strawberry.field(default=None, description="true: has none; false: has one.")

    def conditions(self, path: Path) -> Iterable[Condition]:
        yield from _equality(path, self.eq, self.in_)
        yield from _nullness(path, is_null=self.is_null)


@converted_at_once
@strawberry.input(description="A filter on a text; case matters.")
class StringFilter:
    eq: str | None = strawberry.field(default=None, description="Is exactly this.")
    in_: list[str] | None = strawberry.field(
        default=None, name="in", description="Is one of these; an empty list matches nothing."
    )
    is_null: bool | None = strawberry.field(default=None, description="true: has none; false: has one.")

    def conditions(self, path: Path) -> Iterable[Condition]:
        yield from _equality(path, self.eq, self.in_)
        yield from _nullness(path, is_null=self.is_null)


@converted_at_once
@strawberry.input(name="Filter", description="A filter on one of a closed set of words.")
class EnumFilter(Generic[Word]):
    eq: Word | None = strawberry.field(default=None, description="Is exactly this.")
    in_: list[Word] | None = strawberry.field(
        default=None, name="in", description="Is one of these; an empty list matches nothing."
    )

    def conditions(self, path: Path) -> Iterable[Condition]:
        among = None if self.in_ is None else [value.value for value in self.in_]
        return _equality(path, None if self.eq is None else self.eq.value, among)


@converted_at_once
@strawberry.input(description="A filter on an instant.")
class DateTimeFilter:
    eq: datetime | None = strawberry.field(default=None, description="Is this very instant.")
    lt: datetime | None = strawberry.field(default=None, description="Is before.")
    lte: datetime | None = strawberry.field(default=None, description="Is before, or is it.")
    gt: datetime | None = strawberry.field(default=None, description="Is after.")
    gte: datetime | None = strawberry.field(default=None, description="Is after, or is it.")
    within_last: str | None = strawberry.field(default=None, description=WITHIN_LAST)
    within_next: str | None = strawberry.field(default=None, description=WITHIN_NEXT)
    is_null: bool | None = strawberry.field(default=None, description="true: has none; false: has one.")

    def conditions(self, path: Path) -> Iterable[Condition]:
        compared = {
            Operator.EQUAL: self.eq,
            Operator.LESS: self.lt,
            Operator.AT_MOST: self.lte,
            Operator.GREATER: self.gt,
            Operator.AT_LEAST: self.gte,
        }
        for operator, value in compared.items():
            if value is not None:
                yield Compare(path, operator, Literal(_instant_text(value)))
        yield from within(path, self.within_last, self.within_next)
        yield from _nullness(path, is_null=self.is_null)


def within(path: Path, last: str | None, next_: str | None) -> Iterable[Condition]:
    """The conditions on an instant close to now.

    It is at most `last` ago, or at most `next_` ahead. The windows before and after now do not overlap, and
    neither has its early end. Raises InvalidArgument.
    """
    if last is not None:
        yield Within(path, _away("now-", last), Literal(NOW))
    if next_ is not None:
        yield Within(path, Literal(NOW), _away("now+", next_))


def _away(now: str, duration: str) -> Literal:
    if moment(now + duration) is None:
        raise InvalidArgument(
            f"{shortened(duration)!r} is not a duration. Write one of ISO 8601 of at most 1,000 years: "
            "P30D, P1Y6M, PT12H.",
            path=("where",),
        )
    return Literal(now + duration)


def _instant_text(value: datetime | Moment) -> str:
    return value.text if isinstance(value, Moment) else instant_text(value)


def _equality(path: Path, eq: str | None, in_: Sequence[str] | None) -> Iterable[Condition]:
    if in_ is not None and len(in_) > MOST_VALUES:  # before anything is made of each
        raise InvalidArgument(TOO_MANY_VALUES, path=("where",))
    require_short([*([] if eq is None else [eq]), *(in_ or ())], ("where",), length=LONGEST_QUERY)
    if eq is not None:
        yield Compare(path, Operator.EQUAL, Literal(eq))
    if in_ is not None:
        yield AnyOf(path, tuple(Literal(text) for text in in_))


def _nullness(path: Path, *, is_null: bool | None) -> Iterable[Condition]:
    if is_null is not None:
        yield Absent(path) if is_null else Present(path)
