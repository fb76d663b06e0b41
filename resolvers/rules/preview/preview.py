"""What a rule would change, before it is set: counts, and the customers who join and leave, in pages.

Nothing is written. The answers are what setting the rule would do at the same instant. The members of
other segments are those of now.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

from sqlalchemy import CTE, ColumnElement, Select, Subquery, func, literal, select, union_all

from models.connection.kept_statement import KeptStatement
from models.sql.cursor import CLOCK_YEARS
from models.sql.keys import KEYS, is_one_of
from models.sql.keyset import seek
from models.sql.ordering import Ordering, Term, TermKind
from models.sql.prepared import Query, Row
from models.tables.columns import instant_text, to_milliseconds
from models.tables.customer_assignment import customer_assignment
from models.tables.reference import customer
from models.tables.segment import segment
from resolvers.access import TENANT, Reader
from resolvers.background import in_background
from resolvers.caller import Scope
from resolvers.errors import InvalidArgument, NotFound
from resolvers.reading.page import Page, Window
from resolvers.reading.window import clock_of_window, framed
from resolvers.reference.read import references_by_id
from resolvers.rules.changing.levels import check_levels, check_segments, unstored_rule
from resolvers.rules.definition.content import RuleContent
from resolvers.rules.definition.rule import Rule
from resolvers.rules.head import HEAD, TenantRules, rules_of_head
from resolvers.rules.preview.difference import Difference
from resolvers.rules.preview.forecast import MOST_DAYS, ForecastDay, forecast
from resolvers.rules.vocabulary import AUTOMATIC, EXCLUDED, MANUAL
from resolvers.values.identity import ListIdentity


class Move(StrEnum):
    """The two lists of a preview."""

    JOINING = "joining"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many customers, or pairs of a customer and a legal entity."""

    matches: int
    """Those who satisfy the condition."""
    joins: int
    """Those of them who would be assigned."""
    leaves: int
    """Those whom a rule has assigned and who would be taken out."""
    kept_by_hand: int
    """Those who do not satisfy the condition and stay, because a client has assigned them."""
    excluded: int
    """Those who satisfy it and stay out, because a client has taken them out."""


@dataclass(frozen=True, slots=True)
class MovePage:
    """A page of customers who join or leave."""

    move: Move
    window: Window


@dataclass(frozen=True, slots=True)
class Moves:
    """What was asked for of a preview."""

    counts: Counts | None
    pages: Mapping[MovePage, Page]


@dataclass(frozen=True, slots=True)
class Preview:
    """A rule that is not set, and the instant as of which it is looked at."""

    reader: Reader
    rule: Rule
    at: datetime
    is_chosen: bool
    """Whether the client has chosen the instant. Else each list is as of the instant of its first page."""

    async def moves(self, pages: Collection[MovePage] = (), *, count: bool = True) -> Moves:
        """Pages, and with `count` all counts: these take one pass over the customers, with the pages.

        Pages are in the order of customer and legal entity. Their rows have the columns of the customer,
        `customer_id` and `legal_entity_id`; of an unknown customer only `id` and these. Raises
        InvalidArgument for a cursor of another list.
        """
        cuts = {page: self._cut(page) for page in pages}
        together = {page: cut for page, cut in cuts.items() if count and cut.at == self.at}
        counts, keys = await self._counted([*together.values()]) if count else (None, [])
        keys_by_page = dict(zip(together, keys, strict=True))
        for page, cut in cuts.items():
            if page not in keys_by_page:
                keys_by_page[page] = await self._keys(cut)
        return Moves(counts, {page: await self._page(cuts[page], keys_by_page[page]) for page in cuts})

    async def forecast(self, days: int) -> list[ForecastDay]:
        """See `resolvers.rules.preview.forecast`. Raises InvalidArgument for too many days."""
        if not 0 <= days <= MOST_DAYS:
            raise InvalidArgument(f"days is a number from 0 to {MOST_DAYS}.", path=("days",))
        return await forecast(self.reader.snapshot, self.reader.tenant, self.rule, self.at, days)

    async def _counted(self, cuts: "Sequence[_Cut]") -> "tuple[Counts, list[list[_Key]]]":
        """The counts, and the keys of pages, for which the matching customers are found once."""
        difference = self._difference(self.at)
        statement = await in_background(lambda: self.reader.snapshot.prepare(_one_pass(difference, cuts)))
        rows = await self.reader.snapshot.rows(statement, difference.values)
        keys: list[list[_Key]] = [[] for _ in cuts]
        for row in rows:
            if row["part"] >= 0:
                keys[row["part"]].append((row["customer_id"], row["legal_entity_id"]))
        return _counts(row for row in rows if row["part"] < 0), [sorted(page) for page in keys]

    async def _keys(self, cut: "_Cut") -> "list[_Key]":
        difference = self._difference(cut.at)
        keys = difference.joins if cut.move is Move.JOINING else difference.leaves
        statement = await in_background(lambda: self.reader.snapshot.prepare(cut.of(keys())))
        rows = await self.reader.snapshot.rows(statement, difference.values)
        return [(row["customer_id"], row["legal_entity_id"]) for row in rows]

    def _difference(self, at: datetime) -> Difference:
        return Difference(self.reader.snapshot, self.reader.tenant, self.rule, at)

    def _cut(self, page: MovePage) -> "_Cut":
        content = self.rule.content
        instant = instant_text(self.at) if self.is_chosen else ""
        noun = f"rule {page.move} {self.rule.segment_id} {content.identity.hex()} {instant}"
        identity = ListIdentity(noun, self.reader.tenant, None, (), None)
        frame, values = framed(page.window, identity, _KEY_ORDER, cursors=True)
        after = None if frame.after is None else (values["after_0"], values["after_1"])
        at = self.at if self.is_chosen else clock_of_window(page.window) or self.at
        return _Cut(page.move, page.window, identity, after, at)

    async def _page(self, cut: "_Cut", keys: "Sequence[_Key]") -> Page:
        on_page = keys[: cut.window.limit]
        references = await references_by_id(self.reader, customer, {key[0] for key in on_page})
        rows = [_shown(key, references.get(key[0])) for key in on_page]
        page = Page(cut.window, cut.identity, _KEY_ORDER, cut.at)
        return replace(page, rows=rows, has_more=len(keys) > len(on_page))


_Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Cut:
    """A page with what its cursor says."""

    move: Move
    window: Window
    identity: ListIdentity
    after: _Key | None
    at: datetime

    def of(self, keys: Select[Any]) -> Select[Any]:
        """The page of the keys, and one more."""
        ordering = _key_order(list(keys.selected_columns))
        if self.after is not None:
            keys = keys.where(seek(ordering, self.after))
        return keys.order_by(*ordering.order_by()).limit(self.window.limit + 1)


async def preview(
    reader: Reader, segment_id: str, content: RuleContent, at: datetime | None = None
) -> Preview:
    """The preview of a rule for a segment, as of now or as of an instant that the client has chosen.

    Raises Forbidden, NotFound, InvalidArgument for an instant that is none, and InvalidInput for a rule
    that could not be set.
    """
    reader.caller.require(Scope.READ)
    if at is not None and at.year not in CLOCK_YEARS:
        raise InvalidArgument(f"A year from {CLOCK_YEARS[0]} to {CLOCK_YEARS[-1]}.", path=("at",))
    rule = unstored_rule(segment_id, content)
    asked_segments = rule.segments
    rows = await reader.rows(_SEGMENTS.on(reader.snapshot), **{KEYS: sorted({segment_id, *asked_segments})})
    ids = {row["id"] for row in rows}
    if segment_id not in ids:
        raise NotFound(segment_id, path=("segmentId",))
    check_segments(content, asked_segments - ids)
    head = await reader.snapshot.row(_HEAD.on(reader.snapshot), {"tenant": reader.tenant})
    rules = TenantRules() if head is None else await rules_of_head(reader.snapshot, reader.tenant, head)
    check_levels(rules.rule_set.with_rule(rule), rule)
    moment = rules.moment_of(reader.now) if at is None else to_milliseconds(at)
    return Preview(reader, rule, moment, at is not None)


MATCHING: Final = -1
ASSIGNED: Final = -2
"""In place of the number of a page: counts of the keys that satisfy the condition, or that are assigned."""


def _one_pass(difference: Difference, pages: Sequence[_Cut]) -> Any:
    """Rows with the counts by kind, and the rows of the pages, each with the number of its page as `part`."""
    matching = difference.matching()
    parts = [_count(matching, MATCHING), _count(difference.assigned(), ASSIGNED)]
    for number, cut in enumerate(pages):
        keys = difference.joining(matching) if cut.move is Move.JOINING else difference.leaving(matching)
        page = cut.of(keys).subquery(f"page_{number}")
        parts.append(
            select(literal(number), page.c.customer_id, page.c.legal_entity_id, literal(0)).select_from(page)
        )
    return union_all(*parts)


def _count(keys: CTE | Subquery, part: int) -> Select[Any]:
    """How many keys there are of each kind, which stands in the column of customers."""
    kind = keys.c.kind
    return (
        select(
            literal(part).label("part"),
            kind.label("customer_id"),
            literal("").label("legal_entity_id"),
            func.count().label("keys"),
        )
        .select_from(keys)
        .group_by(kind)
    )


def _counts(rows: Iterable[Row]) -> Counts:
    matching, assigned = Counter[str | None](), Counter[str | None]()
    for row in rows:
        numbers = matching if row["part"] == MATCHING else assigned
        numbers[row["customer_id"]] = row["keys"]
    return Counts(
        matches=matching.total(),
        joins=matching[None],
        leaves=assigned[AUTOMATIC] - matching[AUTOMATIC],
        kept_by_hand=assigned[MANUAL] - matching[MANUAL],
        excluded=matching[EXCLUDED],
    )


def _shown(key: _Key, reference: Row | None) -> dict[str, Any]:
    customer_id, legal_entity_id = key
    names = {} if reference is None else dict(zip(reference.keys(), reference.values(), strict=True))
    ids = {"id": customer_id, "customer_id": customer_id, "legal_entity_id": legal_entity_id}
    return {**names, **ids, **dict(zip(_KEY_ORDER.key_names, key, strict=True))}


def _key_order(columns: Sequence[ColumnElement[Any]]) -> Ordering:
    terms = (Term(column, descending=False, kind=TermKind.TEXT, is_key=True) for column in columns)
    return Ordering(tuple(terms), frozenset())


_KEY_ORDER: Final = _key_order([customer_assignment.c.customer_id, customer_assignment.c.legal_entity_id])


def _select_segments(dialect: str) -> Query:
    return select(segment.c.id).where(segment.c.tenant == TENANT, is_one_of(segment.c.id, dialect))


def _select_head(_dialect: str) -> Query:
    return HEAD


_SEGMENTS: Final = KeptStatement(_select_segments)
_HEAD: Final = KeptStatement(_select_head)
