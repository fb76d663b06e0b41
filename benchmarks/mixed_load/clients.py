"""Clients that read and write through both APIs, and remember what was acknowledged."""

import asyncio
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from gateway.identity.tokens import issue_token
from resolvers.caller import Scope
from tests.survival.server import SECRET

TENANT: Final = "mixed"
SEGMENTS: Final = f"/customer-segment/{TENANT}/segments"
LONGEST_PAUSE: Final = 0.1
"""Seconds between two requests of a client: people and programs do not ask as fast as they can."""
OWN: Final = 40
"""Segments that one client writes, again and again, so that the tables stay as big as they are."""
NOBODY: Final = "NO ANSWER"
MIX: Final = (("REST list", "GraphQL list", "GraphQL point", "REST write", "GraphQL write"), (5, 5, 5, 3, 2))
"""What is asked, and how often: three reads for each write."""
LIST: Final = """query List { segments(first: 10) { nodes { id name(language: "en")
  customerAssignments(first: 5) { totalCount nodes { customer { id } } } } } }"""
POINT: Final = 'query Point($id: ID!) { segment(id: $id) { id name(language: "en") } }'
UPSERT: Final = """mutation Write($id: ID!, $name: String!) {
  segmentUpsert(id: $id, input: {name: [{language: "en", text: $name}], siteCode: "main"}) {
    segment { id } userErrors { message } } }"""


@dataclass
class Clients:
    """What they saw: answers by request and status, and when the database was said to be away."""

    url: str
    count: int
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused_at: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    possible: dict[str, set[str | None]] = field(default_factory=lambda: defaultdict(lambda: {None}))
    """For each segment, the names it may have: one after an acknowledged write, several where no
    acknowledgement came. None: it may not be there."""
    lost: list[str] = field(default_factory=list)

    def _client(self) -> httpx.AsyncClient:
        token = issue_token(SECRET, TENANT, [Scope.READ, Scope.MANAGE], expires_in=24 * 3600)
        return httpx.AsyncClient(
            base_url=self.url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=120,
            limits=httpx.Limits(max_connections=self.count),
        )

    async def wait_until_ready(self) -> None:
        """The workers take a moment to start."""
        async with self._client() as http:
            await http.get("/readyz")

    async def run(self, seconds: float) -> None:
        """Every client at once, until the time is over."""
        until = time.monotonic() + seconds
        async with self._client() as http:
            await asyncio.gather(*(self._one(http, number, until) for number in range(self.count)))

    async def _one(self, http: httpx.AsyncClient, number: int, until: float) -> None:
        chance = random.Random(number)
        turn = 0
        while time.monotonic() < until:
            turn += 1
            await self._step(http, f"c{number}-{chance.randrange(OWN)}", f"v{turn}", *chance.choices(*MIX))
            await asyncio.sleep(chance.uniform(0, LONGEST_PAUSE))

    async def _step(self, http: httpx.AsyncClient, segment: str, name: str, what: str) -> None:
        rest_body = {"name": {"en": name}, "siteCode": "main"}
        match what:
            case "REST list":
                await self._ask(http, what, "GET", SEGMENTS, params={"pageSize": "20"})
            case "GraphQL list":
                await self._ask(http, what, "POST", "/graphql", json={"query": LIST})
            case "GraphQL point":
                await self._ask(http, what, "POST", "/graphql", json=_operation(POINT, id=segment))
            case "REST write":
                request = (what, "PUT", f"{SEGMENTS}/{segment}")
                await self._write(http, segment, name, *request, json=rest_body)
            case _:
                operation = _operation(UPSERT, id=segment, name=name)
                await self._write(http, segment, name, what, "POST", "/graphql", json=operation)

    async def _write(
        self, http: httpx.AsyncClient, segment: str, name: str, *request: str, json: Any
    ) -> None:
        self.possible[segment].add(name)
        if await self._ask(http, *request, json=json):
            self.possible[segment] = {name}

    async def _ask(self, http: httpx.AsyncClient, what: str, method: str, path: str, **how: Any) -> bool:
        """Whether it was answered with what was asked for."""
        started = time.monotonic()
        try:
            answer = await http.request(method, path, **how)
        except httpx.TransportError as error:
            self.answers[what, f"{NOBODY} ({type(error).__name__})"] += 1
            return False
        self.seconds.append(time.monotonic() - started)
        status = self._status_of(answer)
        self.answers[what, status] += 1
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            self.refused_at.append(time.monotonic())
        return answer.is_success and status == str(answer.status_code)

    def _status_of(self, answer: httpx.Response) -> str:
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE and "Retry-After" not in answer.headers:
            return "503 without Retry-After"
        if answer.url.path == "/graphql" and answer.is_success and (errors := answer.json().get("errors")):
            return f"{answer.status_code} {errors[0]['extensions']['code']}"
        return str(answer.status_code)

    async def check_what_is_stored(self) -> None:
        """Hold every segment against what it may be."""
        async with self._client() as http:
            for segment, names in self.possible.items():
                answer = await http.get(f"{SEGMENTS}/{segment}", headers={"Accept-Language": "en"})
                stored = answer.json()["name"] if answer.is_success else None
                if (stored["en"] if isinstance(stored, dict) else stored) not in names:
                    self.lost.append(f"{segment}: {answer.text[:80]}, not one of {names}")


def _operation(query: str, **variables: str) -> dict[str, Any]:
    return {"query": query, "variables": variables}
