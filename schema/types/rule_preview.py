"""What setting a rule would change, as GraphQL shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Any, Final, TypeAlias

import strawberry
from strawberry.dataloader import DataLoader

from models.filter.moment import Moment
from resolvers.background import in_background
from resolvers.caller import Scope
from resolvers.errors import InvalidArgument, InvalidInput
from resolvers.reading.page import Page, Window, keyset
from resolvers.rules.definition.document import rule_content
from resolvers.rules.preview.forecast import MOST_DAYS, ForecastDay
from resolvers.rules.preview.preview import Counts, Move, MovePage, Preview, preview
from resolvers.values.text import require_short
from schema.types.customer import Customer
from schema.types.rule import SegmentRuleInput
from schema.vocabulary.connection import Connection
from schema.vocabulary.context import Info
from schema.vocabulary.list_arguments import PAGE, After

Days = Annotated[
    int, strawberry.argument(description=f"How many days, from that of `at` on; at most {MOST_DAYS}.")
]
FirstMoves = Annotated[
    int | None, strawberry.argument(description=f"How many rows: 20 where it is left out, at most {PAGE}.")
]
COUNTS: Final = "counts"
Day: TypeAlias = date
Part: TypeAlias = MovePage | str


@strawberry.type(
    description="A day, in the time zone of the rule, and what time alone will change by its end: compared "
    "with the end of the day before, on the first day with `at`."
)
class RuleForecast:
    date: Day = strawberry.field(description="The day.")
    joins: int = strawberry.field(description="How many will join.")
    leaves: int = strawberry.field(description="How many will leave.")


@dataclass(frozen=True)
class Parts:
    """The parts of a preview that an operation selects: those selected together are found together."""

    preview: Preview

    async def counts(self) -> Counts:
        counts: Counts = await self._loader.load(COUNTS)
        return counts

    async def page(self, move: Move, window: Window) -> Page:
        page: Page = await self._loader.load(MovePage(move, window))
        return page

    @cached_property
    def _loader(self) -> DataLoader[Part, Any]:
        return DataLoader(load_fn=self._load)

    async def _load(self, parts: Sequence[Part]) -> list[Any]:
        pages = [part for part in parts if isinstance(part, MovePage)]
        moves = await self.preview.moves(pages, count=COUNTS in parts)
        return [moves.pages[part] if isinstance(part, MovePage) else moves.counts for part in parts]


@strawberry.type(
    description="What setting a rule would change in its segment, and what time will change after that. "
    "Counts are of customers; of a rule over CUSTOMER_OF_LEGAL_ENTITY, of customers with a legal entity."
)
class RulePreview:
    parts: strawberry.Private[Parts]

    @strawberry.field(description="How many satisfy the condition.")
    async def matches(self) -> int:
        return (await self.parts.counts()).matches

    @strawberry.field(description="How many would join the segment.")
    async def joins(self) -> int:
        return (await self.parts.counts()).joins

    @strawberry.field(description="How many that a rule has brought in would leave it.")
    async def leaves(self) -> int:
        return (await self.parts.counts()).leaves

    @strawberry.field(
        description="How many do not satisfy the condition and stay, because a client has assigned them."
    )
    async def kept_by_hand(self) -> int:
        return (await self.parts.counts()).kept_by_hand

    @strawberry.field(
        description="How many satisfy the condition and stay out, because a client has taken them out."
    )
    async def excluded(self) -> int:
        return (await self.parts.counts()).excluded

    @strawberry.field(
        description="The customers who would join, by id; each comes once for each legal entity that they "
        "would join on behalf of. Without `at`, all pages are as of the instant of the first."
    )
    async def joining(self, first: FirstMoves = None, after: After = None) -> Connection[Customer]:
        return await self._moving(Move.JOINING, first, after)

    @strawberry.field(
        description="The customers who would leave, by id, in the same way. Of customers whom the "
        "gateway does not know, only the id is there."
    )
    async def leaving(self, first: FirstMoves = None, after: After = None) -> Connection[Customer]:
        return await self._moving(Move.LEAVING, first, after)

    @strawberry.field(
        description="What time alone will change, day by day, once the rule is set and all else stays as it "
        "is, members of other segments as well. A customer who joins and leaves on one day is in "
        "neither count."
    )
    async def forecast(self, days: Days = 30) -> list[RuleForecast]:
        days_found: list[ForecastDay] = await self.parts.preview.forecast(days)
        return [RuleForecast(date=day.date, joins=day.joins, leaves=day.leaves) for day in days_found]

    async def _moving(self, move: Move, first: int | None, after: str | None) -> Connection[Any]:
        window = keyset(first=first, after=after, maximum=PAGE)
        return Connection(
            page=await self.parts.page(move, window),
            to_node=lambda row: Customer(row=row),
            count=lambda: self._count(move),
        )

    async def _count(self, move: Move) -> int:
        counts = await self.parts.counts()
        return counts.joins if move is Move.JOINING else counts.leaves


async def rule_preview(
    info: Info, segment_id: str, rule: SegmentRuleInput, at: datetime | Moment | None
) -> RulePreview:
    """The preview of a rule. Raises Forbidden, NotFound, InvalidArgument and InvalidInput."""
    reader = await info.context.reading(Scope.READ)
    require_short([segment_id], ("segmentId",))
    instant = at.at(info.context.now) if isinstance(at, Moment) else at
    try:
        if rule.q is not None:
            info.context.count_filter(rule.q)
        content = await in_background(lambda: rule_content(rule.document()))
        result = await preview(reader, segment_id, content, instant)
    except (InvalidInput, InvalidArgument) as error:
        raise (error if error.path == ("at",) else error.under("rule")) from None
    return RulePreview(parts=Parts(result))
