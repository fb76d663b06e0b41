"""Rules over the customers of a whole shop: a real one where there is its file, and one of our own."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from models.connection.database import Database
from models.tables.columns import instant_text, this_instant
from resolvers.access import Reader
from resolvers.rules.changing.set import set_rule
from resolvers.rules.definition.document import rule_content
from resolvers.rules.preview.preview import Counts, Move, preview
from resolvers.writing.command import Effect
from tests.factories.documents import segment
from tests.factories.shop import Shop
from tests.resolvers.rules.oracle import Key
from tests.resolvers.rules.preview.test_preview import all_pages
from tests.resolvers.rules.world import World
from tests.resolvers.transfer.data_files import DataFiles, data_file

REAL_DATA = "SEGMENTS_TEST_DATA_FILE"
RULES: dict[str, dict[str, Any]] = {
    "gold": {"where": {"mixin": {"path": "shop.turnover", "gte": 500}}},
    "recent": {
        "where": {"mixin": {"path": "shop.lastOrder", "withinLast": "P90D"}},
        "timeZone": "Europe/Berlin",
    },
    "staff": {
        "where": {"legalEntity": {"mixin": {"path": "address.country", "in": ["DE", "AT"]}}},
        "subject": "CUSTOMER_OF_LEGAL_ENTITY",
    },
    "quiet": {"where": {"not": {"inSegment": "recent"}, "mixin": {"path": "shop.turnover", "exists": True}}},
}

EDITS: dict[str, dict[str, Any]] = {
    "gold": {"q": "mixins.shop.turnover:<500"},
    "staff": {
        "where": {"legalEntity": {"mixin": {"path": "address.country", "in": ["AT", "FR"]}}},
        "subject": "CUSTOMER_OF_LEGAL_ENTITY",
    },
    "quiet": {"where": {"inSegment": "recent", "mixin": {"path": "shop.turnover", "exists": False}}},
}
"""Other rules, which some customers join by and others leave by."""


def own_lines() -> Iterator[dict[str, Any]]:
    for number in range(20):
        yield {"kind": "legalEntity", "id": f"l{number}", "name": f"Company {number}"}
    chance = Random(4)  # noqa: S311
    for number in range(400):
        companies = [f"l{one}" for one in chance.sample(range(22), chance.choice([0, 0, 1, 2]))]
        yield {
            "kind": "customer",
            "id": f"c{number}",
            "email": f"c{number}@x.example",
            "legalEntityIds": companies,
        }


def real_lines() -> Iterator[dict[str, Any]]:
    if not (file := os.environ.get(REAL_DATA)):
        pytest.skip(f"{REAL_DATA} names no data file")
    yield from map(orjson.loads, Path(file).read_bytes().splitlines())


def with_mixins(lines: Iterator[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """The lines of the file, where customers and legal entities have mixins that we have made up."""
    chance = Random(5)  # noqa: S311
    found = []
    for line in lines:
        if line["kind"] == "customer":
            shop: dict[str, Any] = {"turnover": chance.choice([None, 20, 499.99, 500, 3_000])}
            if chance.random() < 0.8:
                shop["lastOrder"] = instant_text(now - timedelta(days=chance.randrange(200), hours=3))
            line["mixins"] = {"shop": shop}
        elif line["kind"] == "legalEntity":
            line["mixins"] = {"address": {"country": chance.choice(["DE", "AT", "FR"])}}
        found.append(line)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("lines", [own_lines, real_lines])
async def test_members_are_those_that_the_oracle_names(database: Database, tenant: str, lines: Any) -> None:
    now = this_instant()
    found = with_mixins(lines(), now)
    files, shop = DataFiles(database, tenant), Shop(database, tenant)
    await files.load(data_file(*found))
    await shop.segments(*map(segment, RULES))
    world = World(shop, Random(0), now=now)  # noqa: S311
    world.segments = set(RULES)
    for line in found:
        known = {"email": None, "legalEntityIds": [], "name": None, "mixins": {}, **line}
        if line["kind"] == "customer":
            world.people[line["id"]] = known
        elif line["kind"] == "legalEntity":
            world.companies[line["id"]] = known
    for one, rule in RULES.items():
        await set_as_foreseen(world, one, rule)
    await settles(world)
    assert all(any(key[0] == one for key in world.members) for one in RULES)
    for one, rule in EDITS.items():
        await set_as_foreseen(world, one, rule)
    await settles(world)

    before, exported = await shop.rows(), await files.export()
    await files.load(data_file(*found))
    assert await shop.rows() == before
    for _ in range(2):
        outcomes = await files.load(exported)
        assert {outcome.effect for outcome in outcomes.values()} == {Effect.UNCHANGED}
        assert [outcome.effect for outcome in files.rules.values()] == [Effect.UNCHANGED] * len(RULES)
        assert await shop.rows() == before
        assert await files.export() == exported


async def set_as_foreseen(world: World, segment_id: str, rule: dict[str, Any]) -> None:
    """Set a rule, which moves the customers that its preview names."""
    shop, content = world.shop, rule_content(rule)
    counts, moves = await shop.read(lambda reader: foreseen(reader, segment_id, rule))
    before = await members(world, segment_id)
    made = await shop.write(lambda writer: set_rule(writer, segment_id, content))
    assert made.state == "ACTIVE"
    after = await members(world, segment_id)
    assert (after - before, before - after) == (moves[Move.JOINING], moves[Move.LEAVING])
    assert (counts.joins, counts.leaves) == (len(after - before), len(before - after))
    assert counts.matches == len(after)
    world.rules[segment_id] = content


async def foreseen(
    reader: Reader, segment_id: str, rule: dict[str, Any]
) -> tuple[Counts, dict[Move, set[Key]]]:
    shown = await preview(reader, segment_id, rule_content(rule))
    counts = (await shown.moves()).counts
    assert counts is not None
    return counts, {move: set(await all_pages(shown, move, 100)) for move in Move}


async def members(world: World, segment_id: str) -> set[Key]:
    return {key[1:] for key in await world.stored() if key[0] == segment_id}


async def settles(world: World) -> None:
    """The members are those that the oracle names."""
    world.settle()
    assert {key: kind for key, kind in (await world.stored()).items() if key[0] in RULES} == world.members
