"""A router with two subgraphs: the gateway, and orders that refer to its customers and segments."""

import asyncio
from asyncio.subprocess import PIPE, create_subprocess_exec
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.observability.observation import Finished
from gateway.settings.settings import Settings
from models.connection.database import Database
from models.migrate import migrate
from schema.federation.query import SDL
from tests.factories.shop import Shop
from tests.factories.world import build_world
from tests.gateway.federation import orders
from tests.gateway.npm import NODE, installed
from tests.gateway.serving import http_client, listening
from tests.gateway.streaming import Tenant

PATIENCE = 60
"""Seconds for what takes three: only a test that would fail waits so long."""
TENANT = "federated"


@dataclass(frozen=True)
class Composition:
    """What a composer says."""

    errors: list[str]
    supergraph: str


@dataclass(frozen=True)
class Federation:
    """A router, and the requests that its subgraph answers."""

    url: str
    gateway: Tenant
    finished: list[Finished] = field(default_factory=list)

    async def ask(self, query: str, scopes: str | None = "R", customer: str | None = None) -> Any:
        """What the router answers."""
        headers = {} if scopes is None else self.gateway.token(scopes, customer)
        self.finished.clear()
        async with http_client(self.url, headers=headers, timeout=PATIENCE) as client:
            response = await client.post("", json={"query": query})
        return response.json()

    @property
    def ways(self) -> list[str | None]:
        """How the gateway has executed the operations of the last query."""
        return [one.state.context.way for one in self.finished if one.state.context]


@pytest.fixture(scope="session")
def packages() -> Path:
    return installed(Path(__file__).parent / "federation_node")


async def composed(packages: Path, **subgraphs: tuple[str, str]) -> dict[str, Composition]:
    """The compositions of subgraphs, each an address with its SDL, by composer."""
    process = await create_subprocess_exec(NODE, "compose.mjs", cwd=packages, stdin=PIPE, stdout=PIPE)
    services = [{"name": name, "url": url, "sdl": sdl} for name, (url, sdl) in subgraphs.items()]
    async with asyncio.timeout(PATIENCE):
        output, _ = await process.communicate(orjson.dumps(services))
    return {composer: Composition(**result) for composer, result in orjson.loads(output).items()}


@pytest.fixture(scope="module")
async def federation(
    packages: Path, tmp_path_factory: pytest.TempPathFactory, secret: str
) -> AsyncIterator[Federation]:
    """A federation whose gateway has the shop that `tests.factories.world` describes."""
    home = tmp_path_factory.mktemp("federation")
    url = f"sqlite+aiosqlite:///{home / 'segments.db'}"
    database = Database(url)
    await migrate(database)
    await build_world(Shop(database, TENANT))
    await database.close()
    settings = Settings(home=home, database_url=url, token_secret=SecretStr(secret), federation=True)
    finished: list[Finished] = []
    async with (
        listening(create_app(settings, request_log=finished.append)) as gateway,
        listening(orders.APP) as others,
    ):
        subgraphs = {"segments": (f"{gateway}/graphql", SDL), "orders": (f"{others}/graphql/", orders.SDL)}
        compositions = await composed(packages, **subgraphs)
        supergraph = home / "supergraph.graphql"
        supergraph.write_text(compositions["apollo"].supergraph)
        router = await create_subprocess_exec(NODE, "router.mjs", supergraph, cwd=packages, stdout=PIPE)
        try:
            assert router.stdout is not None
            async with asyncio.timeout(PATIENCE):
                address = (await router.stdout.readline()).decode().strip()
            yield Federation(address, Tenant(gateway, TENANT, secret), finished)
        finally:
            router.kill()
            await router.wait()
