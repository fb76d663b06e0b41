"""Random writes and reads of several clients, beside a standby whose replay is held up at random.

No read may be older than its cursor. The cursors are opened here, to know which writes each of them has.
"""

import asyncio
import os
import random
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from resolvers.changes.cursor import CursorSeal, Position
from tests.gateway.observability.test_metrics import metrics_of
from tests.survival.conftest import Connect
from tests.survival.postgres import OwnPostgres
from tests.survival.server import SECRET, serving
from tests.survival.standby import Standby
from tests.survival.test_replica import migrated

READS: Final = int(os.environ.get("SEGMENTS_TEST_REPLICA_READS", "500"))
CLIENTS: Final = 6
KEYS: Final = ("a", "b", "c")
READS_BETWEEN_SWITCHES: Final = 20
"""On average, between two times that replay is held up or goes on."""
LEAST_SHARE: Final = 0.1
"""Of the reads, that the standby has to answer: else the test shows nothing of it."""

Key = tuple[str, str]
"""The kind of a record, and its id."""

UPSERT_SEGMENT: Final = """mutation ($id: ID!, $text: String!) {
  segmentUpsert(id: $id, input: {name: [{language: "en", text: $text}], siteCode: "main"}) {
    userErrors { code }
  }
}"""
UPSERT_CUSTOMER: Final = """mutation ($id: ID!, $text: String!) {
  customersUpsert(customers: [{id: $id, firstName: $text}]) { results { userErrors { code } } }
}"""
READ_SEGMENT: Final = 'query ($id: ID!) { record: segment(id: $id) { text: name(language: "en") } }'
READ_WITH_MORE: Final = """query ($id: ID!) {
  record: segment(id: $id) { text: name(language: "en") customerAssignments { totalCount } }
}"""
READ_CUSTOMER: Final = "query ($id: ID!) { record: customer(id: $id) { text: firstName } }"


@dataclass
class History:
    """The writes that were acknowledged, by text, and what reads have shown."""

    positions: dict[str, tuple[Key, Position]] = field(default_factory=dict)
    cursors: list[str] = field(default_factory=list)
    reads: list[tuple[Key, Position, str | None]] = field(default_factory=list)
    texts: int = 0

    def stale(self) -> list[tuple[Key, Position, str | None]]:
        """The reads that are older than their cursor."""
        written: defaultdict[Key, list[tuple[int, int]]] = defaultdict(list)
        for key, position in self.positions.values():
            written[key].append(number(position))
        for numbers in written.values():
            numbers.sort()

        def is_stale(key: Key, after: Position, text: str | None) -> bool:
            """Whether another write of the record came between the shown one and the cursor."""
            shown = (0, 0) if text is None else number(self.positions[text][1])
            numbers = written[key]
            latest = bisect_right(numbers, number(after))
            return latest > 0 and shown < numbers[latest - 1]

        return [read for read in self.reads if is_stale(*read)]


def number(position: Position) -> tuple[int, int]:
    """The place of a write in the order of commits.

    A write that leaves no record comes behind the record whose number it has.
    """
    return position.seq, position.writes


class Client:
    """A client that writes and reads at random, by both APIs."""

    def __init__(self, history: History, http: httpx.AsyncClient, tenant: str, chance: random.Random) -> None:
        self._history = history
        self._http = http
        self._tenant = tenant
        self._chance = chance
        self._seal = CursorSeal(SECRET.encode())

    async def write(self) -> None:
        history = self._history
        history.texts += 1
        text = f"text {history.texts}"
        kind, key_id = key = self._chance.choice(["segment", "customer"]), self._chance.choice(KEYS)
        if kind == "customer":
            response = await self._ask(UPSERT_CUSTOMER, {"id": key_id, "text": text})
        elif self._chance.random() < 0.5:
            response = await self._ask(UPSERT_SEGMENT, {"id": key_id, "text": text})
        else:
            document = {"name": {"en": text}, "siteCode": "main"}
            response = await self._http.put(f"{self._path}/{key_id}", json=document)
        assert response.status_code in (200, 201, 204), response.text
        cursor = response.headers["Segments-Cursor"]
        history.positions[text] = key, self._seal.position(self._tenant, cursor)
        history.cursors.append(cursor)

    async def read(self) -> None:
        """Read a record with a cursor: mostly one of the last, which may be another client's."""
        history = self._history
        newest = len(history.cursors)
        cursor = history.cursors[
            self._chance.randrange(max(0, newest - self._chance.choice([1, 5, 200])), newest)
        ]
        kind, key_id = key = self._chance.choice(["segment", "customer"]), self._chance.choice(KEYS)
        headers = {"Segments-After": cursor}
        if kind == "segment" and self._chance.random() < 0.4:
            response = await self._http.get(f"{self._path}/{key_id}", headers=headers)
            assert response.status_code in (200, 404), response.text
            text = response.json()["name"]["en"] if response.status_code == 200 else None
        else:
            query = (
                READ_CUSTOMER if kind == "customer" else self._chance.choice([READ_SEGMENT, READ_WITH_MORE])
            )
            response = await self._ask(query, {"id": key_id}, headers)
            record = response.json()["data"]["record"]
            text = None if record is None else record["text"]
        history.reads.append((key, self._seal.position(self._tenant, cursor), text))

    @property
    def _path(self) -> str:
        return f"/customer-segment/{self._tenant}/segments"

    async def _ask(
        self, query: str, variables: dict[str, str], headers: dict[str, str] | None = None
    ) -> httpx.Response:
        body = {"query": query, "variables": variables}
        response = await self._http.post("/graphql", json=body, headers=headers)
        assert "errors" not in response.json(), response.text
        return response


async def run(history: History, client: Client, chance: random.Random) -> None:
    await client.write()
    while len(history.reads) < READS:
        await (client.read() if chance.random() < 0.75 else client.write())


async def hold_up(history: History, standby: Standby, chance: random.Random) -> None:
    """Hold up replay and let it go on, each after some reads."""
    switch, other = standby.pause_replay, standby.resume_replay
    due = 0
    while len(history.reads) < READS:
        if len(history.reads) >= due:
            await asyncio.to_thread(switch)
            switch, other = other, switch
            due = len(history.reads) + chance.randrange(2 * READS_BETWEEN_SWITCHES)
        await asyncio.sleep(0.001)
    standby.resume_replay()


async def test_no_read_is_older_than_its_cursor(
    postgres: OwnPostgres, standby: Standby, home: Path, connect: Connect, tenant: str
) -> None:
    await migrated(postgres, standby)
    seed = random.randrange(2**32)  # noqa: S311
    chance = random.Random(seed)  # noqa: S311
    history = History()
    with serving(postgres.url, home, migrates=False, SEGMENTS_REPLICA_URL=standby.url) as server:
        async with connect(server.url) as http, asyncio.TaskGroup() as tasks:
            await Client(history, http, tenant, chance).write()
            standby.catch_up(postgres)
            tasks.create_task(hold_up(history, standby, chance))
            for _ in range(CLIENTS):
                tasks.create_task(run(history, Client(history, http, tenant, chance), chance))
        async with connect(server.url) as http:
            seen = await metrics_of(http)
    assert (history.stale(), len(history.reads) >= READS) == ([], True), f"seed {seed}"
    on_standby, behind = (
        seen['segments_reads_total{server="standby"}'],
        seen['segments_replica_fallbacks_total{reason="behind"}'],
    )
    assert on_standby >= LEAST_SHARE * READS, f"{on_standby} of {len(history.reads)} reads"
    assert behind > 0
    assert on_standby + seen['segments_reads_total{server="primary"}'] == len(history.reads)
