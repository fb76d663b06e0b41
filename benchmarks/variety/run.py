"""Sends endless variety to a server, and looks at its memory on the way."""

import asyncio
import os
import random
import re
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import httpx
import orjson

from benchmarks.measure.cores import SERVER_CORE
from benchmarks.measure.database import empty_database
from benchmarks.measure.process import memory_mb
from benchmarks.places import DatabaseKind
from benchmarks.runners.runner import SECRET, Runner
from benchmarks.runners.running import Server, running
from benchmarks.variety.requests import JSON, ROWS, TENANT, VARIETIES, Variety
from gateway.identity.tokens import issue_token

PARTS: Final = 4
"""How often memory is looked at on the way."""
CLIENTS: Final = 4
SEGMENTS: Final = 20
SCOPES: Final = ("customersegment.segment_read", "customersegment.segment_manage")
DATABASE: Final = "segments_variety"
SAMPLE: Final = re.compile(r'^segments_cache_bytes\{cache="(\w+)".*\} (\S+)$', re.MULTILINE)


@dataclass(slots=True)
class Sending:
    """The requests of one run, in the same order for each server."""

    server: Server
    client: httpx.AsyncClient
    chances: Mapping[str, random.Random] = field(
        default_factory=lambda: {one.name: random.Random(one.name) for one in VARIETIES}
    )
    statuses: dict[str, Counter[str]] = field(default_factory=dict)
    number: int = 0

    async def send(self, varieties: Sequence[Variety], until: float) -> None:
        """Each in turn, until the time is over."""
        loop = asyncio.get_running_loop()
        while loop.time() < until:
            variety = varieties[self.number % len(varieties)]
            self.number += 1
            status = await self._status(variety)
            self.statuses.setdefault(variety.name, Counter())[status] += 1

    async def _status(self, variety: Variety) -> str:
        chance = self.chances[variety.name]
        call = variety.request(chance)
        identity = (
            {} if variety.caller == "anonymous" else _token(chance if variety.caller == "new" else None)
        )
        try:
            answer = await self.client.request(
                call.method,
                self.server.url + call.path,
                headers={**call.headers, **identity},
                content=call.body,
            )
        except httpx.HTTPError as error:
            return type(error).__name__
        return str(answer.status_code)


async def send_variety(
    runner: Runner, kind: DatabaseKind, seconds: float, gateway: Path | None, only: str | None
) -> AsyncIterator[str]:
    """Memory before, during and after, a line at a time. Raises DidNotStart."""
    varieties = [one for one in VARIETIES if only is None or only in {one.cache, one.name}]
    url = await empty_database(kind, DATABASE)
    async with (
        running(_started_by(runner, gateway, url), core=SERVER_CORE) as server,
        httpx.AsyncClient(timeout=60) as client,
    ):
        await _write_segments(server, client)
        sending = Sending(server, client)
        loop = asyncio.get_running_loop()
        yield "seconds | requests | memory MB"
        yield f"0 | 0 | {memory_mb(server.pid):.0f}"
        start = loop.time()
        for part in range(1, PARTS + 1):
            until = start + seconds * part / PARTS
            await asyncio.gather(*(sending.send(varieties, until) for _ in range(CLIENTS)))
            yield f"{loop.time() - start:.0f} | {sending.number:,} | {memory_mb(server.pid):.0f}"
        for name, counts in sending.statuses.items():
            yield f"{name}: " + ", ".join(f"{status}: {count:,}" for status, count in sorted(counts.items()))
        page = await client.get(f"{server.url}/metrics")
        sizes = [f"{name} {float(size) / 1e6:.1f}" for name, size in SAMPLE.findall(page.text)]
        yield f"caches in MB: {', '.join(sizes) or 'no metrics'}"


def _started_by(runner: Runner, gateway: Path | None, database_url: str) -> Runner:
    """The runner on the empty database, and perhaps of another installation."""

    def command(port: int) -> Sequence[str]:
        own, *arguments = runner.command(port)
        return [str(gateway or own), *arguments]

    def environment(port: int) -> Mapping[str, str]:
        return {**runner.environment(port), "SEGMENTS_DATABASE_URL": database_url}

    def migrate() -> None:
        subprocess.run(  # noqa: S603  (our own command)
            [command(0)[0], "migrate"], env={**os.environ, **environment(0)}, check=True, capture_output=True
        )

    name = f"{runner.name}-variety"
    return replace(runner, name=name, command=command, environment=environment, prepare=migrate)


async def _write_segments(server: Server, client: httpx.AsyncClient) -> None:
    """A few rows, so that filters have something to look at."""
    for number in range(SEGMENTS):
        name = "".join(random.Random(number).choices("ab", k=3_000))
        document = {"siteCode": "main", "name": {"en": name}, "mixins": {"a": {"b": number}}}
        body = orjson.dumps({**document, "status": "ACTIVE"})
        path = f"{server.url}{ROWS}/s{number}"
        answer = await client.put(
            path, content=body, headers={**JSON, **_token(None), "Content-Language": "*"}
        )
        answer.raise_for_status()


def _token(chance: random.Random | None) -> Mapping[str, str]:
    subject = None if chance is None else "".join(chance.choices("abcdef", k=300))
    token = issue_token(SECRET, TENANT, SCOPES, subject=subject, expires_in=86_400)
    return {"authorization": f"Bearer {token}"}
