"""The tenant of `tests.factories.big_shop`, in databases of its own, and clients of it."""

from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from gateway.app import create_app
from gateway.identity.tokens import issue_token
from gateway.settings.settings import Settings
from models.connection.database import Database
from models.migrate import migrate
from tests.factories.big_shop import build_big_shop
from tests.factories.shop import SCOPES, Document, Shop
from tests.factories.work import recorded, work_of
from tests.gateway.serving import client_of

SECRET = "a secret that only these tests know"


@pytest.fixture(scope="session", params=["sqlite", "sqlite with statistics", "postgresql"])
async def big_shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Shop]:
    """For reading: all tests share it. SQLite has no statistics until `load` or a person asks for them."""
    if request.param == "postgresql":
        url = await _new_postgres_database(request.getfixturevalue("postgres_server_url"))
    else:
        url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('big')}/segments.db"
    database = Database(url)
    await migrate(database)
    yield await build_big_shop(database, with_statistics=request.param != "sqlite")
    await database.close()


async def _new_postgres_database(server_url: str) -> str:
    """A database that goes away with its server."""
    name = "segments_big_tenant"
    server = create_async_engine(server_url, isolation_level="AUTOCOMMIT")
    async with server.connect() as connection:
        await connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        await connection.execute(text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"))
    await server.dispose()
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
async def rows(big_shop: Shop) -> dict[str, list[Document]]:
    """All rows of the tenant, by table, to work out expected answers."""
    return await big_shop.rows()


@dataclass(frozen=True, slots=True)
class BigTenant:
    """Clients of the tenant that differ in their scopes, and what their requests cost the database."""

    shop: Shop
    http: httpx.AsyncClient

    async def graphql(self, query: str, scopes: str, customer: str | None = None, **variables: Any) -> Any:
        """The data of a request that has to succeed."""
        body = {"query": query, "variables": variables}
        answer = await self.http.post("/graphql", json=body, headers=self._headers(scopes, customer))
        assert answer.status_code == 200, answer.text
        assert "errors" not in answer.json(), answer.text
        return answer.json()["data"]

    async def rest(
        self, method: str, path: str, scopes: str, customer: str | None = None, json: Any = None
    ) -> httpx.Response:
        """The answer to a request below the tenant's segments."""
        url = f"/customer-segment/{self.shop.tenant}/segments{path}"
        return await self.http.request(method, url, json=json, headers=self._headers(scopes, customer))

    def _headers(self, scopes: str, customer: str | None) -> dict[str, str]:
        held = [SCOPES[letter] for letter in scopes]
        token = issue_token(SECRET, self.shop.tenant, held, customer_id=customer)
        return {"Authorization": f"Bearer {token}"}

    async def work_of(self, request: Awaitable[object]) -> list[int]:
        """The rows that each statement of the request touches."""
        with recorded(self.shop.database) as statements:
            await request
        return [await work_of(self.shop.database, sent) for sent in statements]


@pytest.fixture(scope="session")
async def big_tenant(big_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BigTenant]:
    """The whole gateway."""
    url = big_shop.database.engine.url.render_as_string(hide_password=False)
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home, database_url=url, token_secret=SecretStr(SECRET))
    async with client_of(create_app(settings), database=big_shop.database) as client:
        yield BigTenant(big_shop, client)
