"""Whatever happens, the members are those that the rules say: compared with a model in plain Python."""

import os
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from models.connection.database import Database
from resolvers.access import Reader
from resolvers.rules.changing import activation
from resolvers.rules.check import differences
from resolvers.rules.preview.difference import Difference
from resolvers.rules.read import all_rules
from resolvers.rules.upkeep import dates, walk
from tests.factories.shop import Shop
from tests.resolvers.rules.world import World

EDITS = int(os.environ.get("SEGMENTS_TEST_RULE_EDITS", "250"))
"""For each database: in all, over the seeds."""
SEEDS = 5


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS))
async def test_members_are_what_the_rules_say(database: Database, tenant: str, seed: int) -> None:
    world = World(Shop(database, tenant), Random(seed))  # noqa: S311
    await world.begin()
    history: list[str] = []
    for _ in range(EDITS // SEEDS):
        history.append(await world.step())
        assert not world.is_building
        await members_are_right(world, history)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS))
async def test_and_so_they_are_once_rules_of_a_large_tenant_are_built(
    database: Database, tenant: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules are built in the background, while all else goes on."""
    monkeypatch.setattr(activation, "MOST_CHANGES", 0)
    monkeypatch.setattr(dates, "MOST_RECORDS", 1)
    monkeypatch.setattr(walk, "CHUNK", 2)
    world = World(Shop(database, tenant), Random(seed))  # noqa: S311
    await world.begin()
    history: list[str] = []
    builds = 0
    for _ in range(EDITS // SEEDS):
        history.append(await world.step())
        if not world.is_building:
            await members_are_right(world, history)
        builds += world.is_building
    await world.finish_builds()
    await members_are_right(world, history)
    assert builds


async def members_are_right(world: World, history: Sequence[str]) -> None:
    assert await world.stored() == world.members, history[-5:]
    await rebuild_changes_nothing(world)


async def rebuild_changes_nothing(world: World) -> None:
    async def check(reader: Reader) -> None:
        rules = await all_rules(reader)
        assert {shown.rule.segment_id for shown in rules} == set(world.rules)
        for shown in rules:
            if shown.rule.state == "ACTIVE":
                session = reader.snapshot
                difference = Difference(session, world.shop.tenant, shown.rule, world.now)
                assert not await difference.rows(difference.joins, 10)
                assert not await difference.rows(difference.leaves, 10)
        assert await differences(replace(reader, now=world.now), rules) == {}

    await world.shop.read(check)
