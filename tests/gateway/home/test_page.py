"""What the root answers."""

from collections.abc import AsyncIterator
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.commands.demo import fill_demo
from gateway.graphiql.endpoints import BUNDLE
from gateway.settings.settings import Settings
from models.connection.database import Database
from tests.gateway.serving import client_of

SCHEMA = Path("schema/schema.graphql").read_text()
HTML = {"Accept": "text/html,*/*;q=0.8"}


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(create_app(settings)) as client:
        yield client


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "text/html;q=0.5, application/json"])
async def test_a_program_gets_the_addresses(client: httpx.AsyncClient, accept: str | None) -> None:
    answer = await client.get("/", headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200
    assert answer.headers["Vary"] == "Accept"
    assert answer.json() == {
        "name": "segment-gateway",
        "version": version("segment-gateway"),
        "graphql": "/graphql",
        "schema": "/graphql/schema.graphql",
        "rest": "/customer-segment/{tenant}",
        "explorer": "/customer-segment/",
        "openapi": "/customer-segment/openapi.json",
        "health": "/healthz",
        "readiness": "/readyz",
    }


async def test_every_address_of_the_page_answers(client: httpx.AsyncClient) -> None:
    page = await client.get("/", headers=HTML)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert f"Version {version('segment-gateway')}" in page.text
    assert "demo" not in page.text
    links = [part.partition('"')[0] for part in page.text.split('href="')[1:]]
    assert links == [
        "graphql",
        "graphql/schema.graphql",
        "customer-segment/",
        "customer-segment/openapi.json",
        "readyz",
        "healthz",
    ]
    for link in links:
        is_built = (BUNDLE / "index.html").is_file() or link not in {"graphql", "customer-segment/"}
        assert (await client.get(f"/{link}", headers=HTML)).status_code == (200 if is_built else 404)


async def test_the_schema_is_the_file_that_clients_generate_types_from(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql/schema.graphql")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text == SCHEMA


async def test_without_introspection_the_schema_is_shown_nowhere(settings: Settings) -> None:
    closed = settings.model_copy(update={"introspection": False})
    async with client_of(create_app(closed)) as client:
        assert "schema" not in (await client.get("/")).json()
        assert "schema.graphql" not in (await client.get("/", headers=HTML)).text
        assert (await client.get("/graphql/schema.graphql")).status_code == 404


async def test_the_demo_says_what_is_in_its_shop(tmp_path: Path) -> None:
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'demo.db'}",
        token_secret=SecretStr("a secret that only the tests know"),
        demo=True,
    )
    async with client_of(create_app(settings)) as client:
        database = Database(settings.database_url)
        assert await fill_demo(database, settings.policy)
        await database.close()
        page = await client.get("/", headers=HTML)
    assert "tenant <code>acme</code> has 6 segments," in page.text


async def test_only_reading_is_offered(client: httpx.AsyncClient) -> None:
    refused = await client.post("/")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")
    assert (await client.head("/")).status_code == 200
