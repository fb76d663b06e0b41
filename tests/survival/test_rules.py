"""A rule that is being built, while customers change and workers are killed."""

import asyncio
import os
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx

from models.connection.database import Database
from models.connection.session import Transaction
from models.tables.columns import this_instant
from resolvers.access import Reader, Writer
from resolvers.caller import Caller, Scope
from resolvers.policy import Policy
from resolvers.reference.write import CUSTOMERS, upsert_reference, write_references
from resolvers.rules.changing.set import set_rule
from resolvers.rules.definition.document import rule_content
from resolvers.rules.preview.difference import Difference
from resolvers.rules.read import all_rules
from resolvers.segment.write import upsert_segment, write_segments
from resolvers.writing.change import Cause
from resolvers.writing.run import run
from tests.factories.documents import segment
from tests.survival.conftest import Connect
from tests.survival.server import PATIENCE, Server, serving

KILLS: Final = int(os.environ.get("SEGMENTS_TEST_RULE_KILLS", "3"))
PEOPLE: Final = 6_000
BIG: Final = {"q": "mixins.shop.turnover:>=50"}


def person(number: int, turnover: int) -> dict[str, Any]:
    return {"id": f"c{number}", "mixins": {"shop": {"turnover": turnover}}}


class Fill:
    """Writes to the database of a gateway as `load` does."""

    def __init__(self, database: Database, tenant: str) -> None:
        self.database = database
        self.caller = Caller(tenant, frozenset(Scope))

    async def write(self, work: Callable[[Writer], Any]) -> Any:
        async def written(transaction: Transaction) -> Any:
            writer = Writer(self.caller, Policy(), transaction, this_instant(), Cause.IMPORT)
            return await run(writer, work)

        return await self.database.write(written)

    async def people(self) -> None:
        for start in range(0, PEOPLE, 1_000):
            documents = [person(number, number % 100) for number in range(start, start + 1_000)]
            commands = [upsert_reference(CUSTOMERS, one, Policy()) for one in documents]
            await self.write(lambda writer: write_references(writer, CUSTOMERS, commands))  # noqa: B023

    async def rule(self) -> None:
        """A rule from a file is built by the gateway, however few customers there are."""
        create = upsert_segment("big", segment("big"), Policy())
        await self.write(lambda writer: write_segments(writer, [create]))
        rule = await self.write(lambda writer: set_rule(writer, "big", rule_content(BIG)))
        assert rule.state == "BUILDING"

    async def is_built(self) -> bool:
        async with self.database.read() as session:
            [rule] = await all_rules(Reader(self.caller, Policy(), session, this_instant()))
        return rule.rule.state == "ACTIVE"

    async def differences(self) -> list[Any]:
        """Customers in the segment that should not be, and the other way round."""
        async with self.database.read() as session:
            [shown] = await all_rules(Reader(self.caller, Policy(), session, this_instant()))
            difference = Difference(session, self.caller.tenant, shown.rule, this_instant())
            found = [await difference.rows(each, 5) for each in (difference.joins, difference.leaves)]
            return [dict(row) for rows in found for row in rows]


async def change_people(client: httpx.AsyncClient, is_done: Callable[[], bool]) -> int:
    """Give customers another turnover, some at a time; how many writes were answered."""
    chance, answered = random.Random(1), 0  # noqa: S311
    query = "mutation ($all: [CustomerInput!]!) { customersUpsert(customers: $all) { results { effect } } }"
    while not is_done():
        people = [person(chance.randrange(PEOPLE), chance.randrange(100)) for _ in range(5)]
        try:
            answer = await client.post("/graphql", json={"query": query, "variables": {"all": people}})
        except httpx.TransportError:
            continue
        answered += "errors" not in answer.json()
        await asyncio.sleep(0.01)
    return answered


async def kill_workers(server: Server) -> None:
    for number in range(KILLS):
        await asyncio.sleep(random.uniform(0.05, 0.4))  # noqa: S311
        os.kill(random.choice(server.workers()), signal.SIGKILL)  # noqa: S311
        await asyncio.to_thread(server.wait_for_workers, 3 + number)


async def test_a_build_goes_on_when_its_worker_is_killed(
    url: str, home: Path, tenant: str, connect: Connect
) -> None:
    with serving(url, home, workers=2) as server:
        database = Database(url)
        fill = Fill(database, tenant)
        await fill.people()
        done = False
        async with connect(server.url) as client:
            changing = asyncio.create_task(change_people(client, lambda: done))
            await asyncio.sleep(0.2)
            await fill.rule()
            await kill_workers(server)
            async with asyncio.timeout(PATIENCE):
                while not await fill.is_built():  # noqa: ASYNC110  (in another process)
                    await asyncio.sleep(0.05)
            done = True
            assert await changing > 0
        assert await fill.differences() == []
        await database.close()
