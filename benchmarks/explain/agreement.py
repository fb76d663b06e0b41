"""Random questions: the explanation, the answer of the own view, and the oracle have to agree."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final

from benchmarks.explain.shop import NOW, SITES, Item, RandomShop
from models.connection.database import Database
from models.tables.customer_assignment import NO_LEGAL_ENTITY
from models.tables.reference import category, product
from resolvers.access import Reader
from resolvers.caller import Caller, Scope
from resolvers.category_tree import CategoryNode, category_trees
from resolvers.customer_assignment import customer_assignments_by_key
from resolvers.explain.membership import explain_membership
from resolvers.explain.visibility import explain_visibility
from resolvers.item_assignment import all_item_assignments
from resolvers.match import match_items
from resolvers.policy import Policy
from resolvers.reading.page import ListQuery, Window
from resolvers.reference.read import visible_references_by_id
from resolvers.segment.read import segments

OF_A_VIEW: Final = 100
"""Questions about one view; what the view shows is asked once for them."""
MEMBERSHIPS: Final = 10
"""Those of them that are about membership."""
ALL: Final = ListQuery(Window(100_000))


@dataclass(frozen=True, slots=True)
class View:
    """A customer, whom they act for, and a site."""

    customer_id: str
    legal_entity_id: str | None
    site_code: str | None


@dataclass(slots=True)
class Agreement:
    """How many questions were asked, how many answers were yes, and where the three differ."""

    asked: int = 0
    yes: int = 0
    differences: list[str] = field(default_factory=list)

    def add(self, question: object, *, explained: bool, answered: bool, expected: bool) -> None:
        """Count one question."""
        self.asked += 1
        self.yes += expected
        if not explained == answered == expected:
            self.differences.append(
                f"{question}: explained {explained}, answered {answered}, expected {expected}"
            )


async def agreement(
    shop: RandomShop, database: Database, tenant: str, triples: int, random: Random
) -> Agreement:
    """Ask so many random questions, about a view in each snapshot."""
    found = Agreement()
    while found.asked < triples:
        policy = Policy(enforce_validity=random.random() < 0.5)  # noqa: PLR2004
        caller = Caller(tenant, frozenset({Scope.READ, Scope.MANAGE}))
        async with database.read(caller.client) as snapshot:
            reader = Reader(caller, policy, snapshot, NOW)
            await _ask_about(_random_view(shop, random), shop, reader, random, found)
    return found


def _random_view(shop: RandomShop, random: Random) -> View:
    legal_entity = random.choice((None, None, "nobody", *shop.legal_entities))
    return View(random.choice((*shop.customers, "nobody")), legal_entity, random.choice((None, *SITES)))


async def _ask_about(view: View, shop: RandomShop, reader: Reader, random: Random, found: Agreement) -> None:
    enforced = reader.policy.enforce_validity
    expected = shop.seen(view.customer_id, view.legal_entity_id, view.site_code, enforce_validity=enforced)
    answered = await shown(reader, view, shop)
    for item in random_items(shop, expected, random):
        explanation = await explain_visibility(
            reader,
            view.customer_id,
            *item,
            legal_entity_id=view.legal_entity_id,
            site_code=view.site_code,
        )
        found.add(
            (view, item, enforced),
            explained=explanation.holds,
            answered=item in answered,
            expected=item in expected,
        )
    for _ in range(MEMBERSHIPS):
        await _ask_membership(view, shop, reader, random, found)


def random_items(shop: RandomShop, seen: frozenset[Item], random: Random) -> Iterator[Item]:
    """Every third is one that the customer sees, where there is any."""
    sorted_items = sorted(seen)
    for number in range(OF_A_VIEW - MEMBERSHIPS):
        yield random.choice(sorted_items if sorted_items and number % 3 == 0 else shop.every_item)


async def _ask_membership(
    view: View, shop: RandomShop, reader: Reader, random: Random, found: Agreement
) -> None:
    theirs = sorted(key for key in shop.members if key[1] == view.customer_id)
    random_key = (
        random.choice((*(one.id for one in shop.segments), "nowhere")),
        view.customer_id,
        view.legal_entity_id or NO_LEGAL_ENTITY,
    )
    key = random.choice((random_key, *theirs))
    explanation = await explain_membership(reader, key[0], key[1], key[2])
    rows = await customer_assignments_by_key(reader, [key])
    found.add(key, explained=explanation.holds, answered=key in rows, expected=key in shop.members)


async def shown(reader: Reader, view: View, shop: RandomShop) -> frozenset[Item]:
    """All that the customer's own view shows: lists, trees, matching and lookups."""
    own = replace(reader, caller=reader.caller.as_customer(view.customer_id, view.legal_entity_id))
    listed = await all_item_assignments(own, site_code=view.site_code).page(ALL)
    items: set[Item] = {(row["type"], row["item_id"]) for row in listed.rows}
    forest = await category_trees(own, site_code=view.site_code)
    items |= {("CATEGORY", one) for root in forest for one in _ids_below(root)}
    products = [item_id for item_type, item_id in shop.every_item if item_type == "PRODUCT"]
    if view.site_code is None:
        matching = list(await visible_references_by_id(own, product, products))
        categories = [item_id for item_type, item_id in shop.every_item if item_type == "CATEGORY"]
        items |= {("CATEGORY", one) for one in await visible_references_by_id(own, category, categories)}
    else:
        theirs = await segments(own).page(ALL)
        matching = await match_items(
            reader,
            site_code=view.site_code,
            item_ids=products,
            segment_ids=[row["id"] for row in theirs.rows],
        )
    return frozenset(items | {("PRODUCT", one) for one in matching})


def _ids_below(node: CategoryNode) -> Iterator[str]:
    yield node.id
    for child in node.subcategories:
        yield from _ids_below(child)
