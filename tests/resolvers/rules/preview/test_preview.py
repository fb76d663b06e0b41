"""The preview of a rule against setting it, and against an oracle in Python."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from models.connection.kept_statement import KeptStatement
from models.sql.prepared import Query
from models.tables.columns import this_instant
from models.tables.customer_assignment import customer_assignment
from models.tables.rule import customer_exclusion
from resolvers.access import TENANT, Reader
from resolvers.reading.page import Window
from resolvers.rules.changing.set import set_rule
from resolvers.rules.definition.document import rule_content
from resolvers.rules.preview.forecast import ForecastDay
from resolvers.rules.preview.preview import Counts, Move, MovePage, Moves, Preview, preview
from tests.factories.shop import Shop
from tests.resolvers.rules.oracle import Key, World, ends_of_days, random_rule, random_world
from tests.resolvers.rules.upkeep.test_apply import remove

SPRING = datetime(2026, 3, 20, 13, 30, tzinfo=UTC)
"""Before the clocks of New York and of Berlin change."""


async def fill(shop: Shop, world: World, chance: Random) -> None:
    """A segment `s` with members by hand and by a rule, and exclusions from it."""
    await shop.segments(*({"id": one, "name": {"en": one}, "siteCode": "main"} for one in ("s", "vip")))
    await shop.known_legal_entities(*world.legal_entities)
    await shop.known_customers(*world.customers)
    ids = [one["id"] for one in world.customers]
    world.vip = set(chance.sample(ids, 8))
    await shop.customers(*(("vip", one) for one in world.vip))
    await set_(shop, random_rule(chance))
    keys: list[Any] = [("s", one) for one in chance.sample(ids, 4)]
    keys += [("s", chance.choice(ids), f"l{number}") for number in range(4)]
    await shop.customers(*keys, ("s", "stranger"))
    for key in chance.sample(keys, 2):
        await remove(shop, *key)
    for key in await members(shop):
        if chance.random() < 0.2:
            await remove(shop, "s", *filter(None, key))


async def set_(shop: Shop, rule: dict[str, Any]) -> None:
    await shop.write(lambda writer: set_rule(writer, "s", rule_content(rule)))


async def members(shop: Shop) -> dict[Key, str]:
    """The members of the segment with the type of their assignments."""
    rows = (await shop.rows())[customer_assignment.name]
    return {
        (row["customer_id"], row["legal_entity_id"]): row["assignment_type"]
        for row in rows
        if row["segment_id"] == "s"
    }


async def all_pages(shown: Preview, move: Move, size: int) -> list[Key]:
    keys: list[Key] = []
    after = None
    while True:
        asked = MovePage(move, Window(size, after))
        page = (await shown.moves([asked], count=False)).pages[asked]
        keys += [(row["customer_id"], row["legal_entity_id"]) for row in page.rows]
        if not page.has_more:
            return keys
        after = page.cursor(page.rows[-1])


@dataclass(frozen=True)
class Seen:
    """A preview, in every way to ask for it."""

    at: datetime
    together: Moves
    alone: Moves
    lists: dict[Move, list[Key]]


async def look(reader: Reader, rule: dict[str, Any]) -> Seen:
    shown = await preview(reader, "s", rule_content(rule))
    lists = {move: await all_pages(shown, move, 2) for move in Move}
    first = [MovePage(move, Window(3)) for move in Move]
    return Seen(shown.at, await shown.moves(first), await shown.moves(), lists)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
async def test_a_preview_is_what_setting_the_rule_does(shop: Shop, seed: int) -> None:
    chance = Random(seed)  # noqa: S311  (the same in each run)
    world = random_world(chance, this_instant())
    await fill(shop, world, chance)
    for _ in range(4):
        rule = random_rule(chance)
        before = await members(shop)
        seen = await shop.read(partial(look, rule=rule))
        await set_(shop, rule)
        after = await members(shop)
        joining, leaving = sorted(after.keys() - before.keys()), sorted(before.keys() - after.keys())
        assert seen.lists == {Move.JOINING: joining, Move.LEAVING: leaving}
        for page, found in seen.together.pages.items():
            keys = [(row["customer_id"], row["legal_entity_id"]) for row in found.rows]
            assert (keys, found.has_more) == (seen.lists[page.move][:3], len(seen.lists[page.move]) > 3)
        matching = world.matching(rule, seen.at)
        by_hand = {key for key, type_ in before.items() if type_ == "MANUAL"}
        assert seen.alone.counts == seen.together.counts
        assert seen.alone.counts == Counts(
            matches=len(matching),
            joins=len(joining),
            leaves=len(leaving),
            kept_by_hand=len(by_hand - matching),
            excluded=len(matching - after.keys()),
        )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
async def test_a_forecast_is_what_the_ends_of_days_say(shop: Shop, seed: int) -> None:
    chance = Random(seed)  # noqa: S311  (the same in each run)
    world = random_world(chance, SPRING)
    await fill(shop, world, chance)
    by_hand = {key for key, type_ in (await members(shop)).items() if type_ == "MANUAL"}
    by_hand |= await exclusions(shop)
    changes = 0
    for _ in range(4):
        rule, at = random_rule(chance), SPRING + timedelta(minutes=chance.randrange(20_000))
        days = await shop.read(partial(forecast, rule=rule, at=at))
        state = world.matching(rule, at) - by_hand
        for day, (date, end) in zip(days, ends_of_days(at, ZoneInfo(rule["timeZone"]), 40), strict=True):
            then = world.matching(rule, end) - by_hand
            assert day == ForecastDay(date, len(then - state), len(state - then)), rule
            changes += len(then ^ state)
            state = then
    assert changes > 0


async def forecast(reader: Reader, rule: dict[str, Any], at: datetime) -> list[ForecastDay]:
    return await (await preview(reader, "s", rule_content(rule), at)).forecast(40)


async def exclusions(shop: Shop) -> set[Key]:
    async with shop.database.read() as snapshot:
        rows = await snapshot.rows(_EXCLUSIONS.on(snapshot), {"tenant": shop.tenant})
    return {(row["customer_id"], row["legal_entity_id"]) for row in rows}


def _select_exclusions(_dialect: str) -> Query:
    return select(customer_exclusion).where(customer_exclusion.c.tenant == TENANT)


_EXCLUSIONS = KeptStatement(_select_exclusions)
