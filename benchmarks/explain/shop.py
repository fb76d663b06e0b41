"""A random shop as Python knows it, and an oracle that says what each customer sees in it.

The oracle knows sets alone: no SQL, and nothing of the resolvers.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any, Final, TypeAlias

from sqlalchemy import Table

from models.connection.database import Database
from models.tables.customer_assignment import NO_LEGAL_ENTITY, customer_assignment
from models.tables.item_assignment import item_assignment
from models.tables.reference import category, customer, legal_entity, product, product_category
from models.tables.segment import segment

Item: TypeAlias = tuple[str, str]
"""A type and an id."""

NOW: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
A_DAY: Final = timedelta(days=1)
ENDS: Final = (None, NOW - A_DAY, NOW, NOW + A_DAY)
"""Where a validity begins or ends: at open ends, before now, at it, and after it."""
SITES: Final = ("main", "outlet", "de", "fr")
CUSTOMERS, LEGAL_ENTITIES, SEGMENTS, CATEGORIES, PRODUCTS = 200, 12, 80, 150, 500
UNKNOWN: Final = 5
"""Of each kind so many more ids are used that nothing is known of."""


@dataclass(frozen=True, slots=True)
class Segment:
    """What decides about one segment."""

    id: str
    is_active: bool
    valid_from: datetime | None
    valid_to: datetime | None
    site_code: str

    def counts(self, *, enforce_validity: bool) -> bool:
        """Whether it takes effect now."""
        begun = self.valid_from is None or self.valid_from <= NOW
        ended = self.valid_to is not None and self.valid_to <= NOW
        return self.is_active and (not enforce_validity or (begun and not ended))


@dataclass(frozen=True)
class RandomShop:
    """The rows of one tenant that decide who sees what."""

    segments: tuple[Segment, ...]
    members: frozenset[tuple[str, str, str]]
    """Segment, customer and legal entity, which is empty for none."""
    items: frozenset[tuple[str, str, str]]
    """Segment, type and id."""
    parents: Mapping[str, str | None]
    """Of the known categories."""
    categories_of: Mapping[str, frozenset[str]]
    """Of the known products."""
    customers: tuple[str, ...]
    legal_entities: tuple[str, ...]

    @cached_property
    def leads_to(self) -> Mapping[str, frozenset[Item]]:
        """What each segment leads to: its items, products in its categories, and what is above these."""
        held: dict[str, set[Item]] = defaultdict(set)
        for segment_id, item_type, item_id in self.items:
            held[segment_id].add((item_type, item_id))
        return {one: frozenset(items | self._reached(items)) for one, items in held.items()}

    def _reached(self, items: set[Item]) -> set[Item]:
        categories = {item_id for item_type, item_id in items if item_type == "CATEGORY"}
        products = {one for one, its in self.categories_of.items() if its & categories}
        above = {ancestor for one in categories for ancestor in self._above(one)}
        return {("PRODUCT", one) for one in products} | {("CATEGORY", one) for one in above}

    def _above(self, category_id: str) -> set[str]:
        """The known categories above one; parents may go round in a circle."""
        above: set[str] = set()
        parent = self.parents.get(category_id)
        while parent is not None and parent in self.parents and parent not in above:
            above.add(parent)
            parent = self.parents[parent]
        return above

    def seen(
        self, customer_id: str, legal_entity_id: str | None, site_code: str | None, *, enforce_validity: bool
    ) -> frozenset[Item]:
        """All that the customer sees, on one site or on all."""
        acting = None if legal_entity_id is None else {NO_LEGAL_ENTITY, legal_entity_id}
        theirs = {
            segment_id
            for segment_id, member, legal_entity in self.members
            if member == customer_id and (acting is None or legal_entity in acting)
        }
        return frozenset().union(
            *(
                self.leads_to.get(one.id, frozenset())
                for one in self.segments
                if one.id in theirs
                and one.counts(enforce_validity=enforce_validity)
                and site_code in {None, one.site_code}
            )
        )

    @cached_property
    def every_item(self) -> tuple[Item, ...]:
        """What can be asked about: products and categories, known or not."""
        products = [("PRODUCT", one) for one in _ids("p", PRODUCTS + UNKNOWN)]
        return (*products, *(("CATEGORY", one) for one in _ids("k", CATEGORIES + UNKNOWN)))


def random_shop(random: Random) -> RandomShop:
    """A shop in which most questions have several segments to look at."""
    segments = tuple(
        Segment(
            one,
            random.random() < 0.8,  # noqa: PLR2004
            random.choice(ENDS),
            random.choice(ENDS),
            random.choice(SITES),
        )
        for one in _ids("s", SEGMENTS)
    )
    customers, companies = _ids("c", CUSTOMERS + UNKNOWN), _ids("le", LEGAL_ENTITIES)
    categories, products = _ids("k", CATEGORIES + UNKNOWN), _ids("p", PRODUCTS + UNKNOWN)
    known_categories = categories[:CATEGORIES]
    return RandomShop(
        segments,
        frozenset(
            (random.choice(segments).id, one, random.choice(("", *companies)))
            for one in customers
            for _ in range(random.randint(0, 12))
        ),
        frozenset(
            (one.id, item_type, random.choice(ids))
            for one in segments
            for item_type, ids, most in (("PRODUCT", products, 12), ("CATEGORY", categories, 5))
            for _ in range(random.randint(0, most))
        ),
        {one: random.choice((None, *categories)) for one in known_categories},
        {one: frozenset(random.sample(categories, random.randint(0, 3))) for one in products[:PRODUCTS]},
        customers,
        companies,
    )


async def store(shop: RandomShop, database: Database, tenant: str) -> None:
    """Put the shop into an empty tenant."""
    async with database.engine.begin() as connection:
        for table, rows in _rows(shop):
            own = [{"tenant": tenant, **row} for row in rows]
            await connection.execute(table.insert(), own)


def _rows(shop: RandomShop) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    empty: dict[str, Any] = {"mixins": {}}
    versioned = {**empty, "mixin_schemas": {}, "version": 1, "created_at": NOW, "modified_at": NOW}
    texts = {"name": {"en": "Name"}, "description": {}}
    yield legal_entity, [{"id": one, "name": one, **empty} for one in shop.legal_entities]
    yield customer, [{"id": one, **empty} for one in shop.customers[:CUSTOMERS]]
    yield (
        category,
        [
            {"id": one, "parent_id": parent, **texts, "slug": {}, "ecn": []}
            for one, parent in shop.parents.items()
        ],
    )
    yield product, [{"id": one, "name": {"en": one}} for one in shop.categories_of]
    links = [(one, held) for one, categories in shop.categories_of.items() for held in sorted(categories)]
    yield product_category, [{"product_id": one, "category_id": held} for one, held in links]
    yield (
        segment,
        [
            {
                "id": one.id,
                "status": "ACTIVE" if one.is_active else "INACTIVE",
                "valid_from": one.valid_from,
                "valid_to": one.valid_to,
                "site_code": one.site_code,
                **texts,
                **versioned,
            }
            for one in shop.segments
        ],
    )
    names = ("segment_id", "customer_id", "legal_entity_id")
    kind = {"assignment_type": "MANUAL"}
    yield (
        customer_assignment,
        [{**dict(zip(names, key, strict=True)), **kind, **versioned} for key in sorted(shop.members)],
    )
    names = ("segment_id", "type", "item_id")
    yield (
        item_assignment,
        [{**dict(zip(names, key, strict=True)), **versioned} for key in sorted(shop.items)],
    )


def _ids(prefix: str, count: int) -> tuple[str, ...]:
    return tuple(f"{prefix}{number}" for number in range(count))
