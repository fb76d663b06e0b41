"""The whole gateway on a real socket, as clients of the vendor's service use it: without and with rules."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import orjson
import pytest
import uvicorn
from pydantic import SecretStr
from starlette.types import ASGIApp

from gateway.app import create_app
from gateway.settings.settings import OAuthClient, Settings
from models.connection.database import Database
from tests.factories.accepting import stop_accepting
from tests.factories.shop import Shop
from tests.gateway.serving import http_client
from tests.rest_compat.ruled import RulesOnNewSegments, both_kinds, member_document
from tests.rest_compat.sdk import Sdk

pytestmark = pytest.mark.slow

NODE = shutil.which("node")
SCRIPT = Path(__file__).with_name("node_client.mjs")
has_rules = both_kinds()


@pytest.fixture
async def url(database: Database, tenant: str, tmp_path: Path, *, has_rules: bool) -> AsyncIterator[str]:
    """A server on a port of its own, whose one client is `sdk`."""
    client = OAuthClient(
        client_id="sdk",
        client_secret=SecretStr("hunter2"),
        tenant=tenant,
        scopes=("segment_read", "segment_manage"),
    )
    settings = Settings(
        home=tmp_path,
        database_url=database.engine.url.render_as_string(hide_password=False),
        token_secret=SecretStr("a secret that only the tests know"),
        oauth_clients=(client,),
    )
    app: ASGIApp = create_app(settings)
    if has_rules:
        app = RulesOnNewSegments(app, database, settings.policy)
        await Shop(database, tenant).known_customers(member_document())
    async with served(app) as address:
        yield address


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    config = uvicorn.Config(app, http="httptools", log_config=None, lifespan="on")
    server = uvicorn.Server(config)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:  # the socket takes connections already; they wait until the server is ready
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def dropping(url: str) -> AsyncIterator[str]:
    """A way to the server on which the answer to the first PUT is lost."""
    host, port = url.removeprefix("http://").split(":")
    puts: list[bytes] = []

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, requests = await asyncio.open_connection(host, int(port))

        async def pass_requests() -> None:
            while request := await reader.read(65_536):
                if request.startswith(b"PUT"):
                    puts.append(request)
                requests.write(request)

        passing = asyncio.create_task(pass_requests())
        while (answer := await answers.read(65_536)) and len(puts) != 1:
            writer.write(answer)
        passing.cancel()
        for stream in (requests, writer):
            stream.close()

    async with await asyncio.start_server(pass_on, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await stop_accepting(server)


async def test_a_sdk_works_through_a_day(url: str, tenant: str) -> None:
    async with http_client(url) as client:
        sdk = Sdk(client, tenant, "sdk", "hunter2")
        segment = {"id": "gold", "name": {"en": "Gold", "de": "Goldig"}, "siteCode": "main"}
        created = await sdk.request("POST", "", segment)
        assert (created.status_code, created.json()) == (201, {"id": "gold"})
        read = await sdk.request("GET", "/gold", params={"fields": "name"})
        assert read.json() == {"id": "gold", "name": {"de": "Goldig", "en": "Gold"}}
        for customer in ("ada@example.com", "eva:1,2;3=(x)"):
            assert (await sdk.request("PUT", f"/gold/customers/{customer}")).status_code == 201
            assert (await sdk.request("PUT", f"/gold/customers/{customer}", {})).status_code == 204
            found = (await sdk.request("GET", f"/gold/customers/{customer}")).json()
            assert found["customer"] == {"id": customer}
            assert found["assignmentType"] == "MANUAL"
        assert (await sdk.request("DELETE", "/gold")).status_code == 400
        gone = await sdk.request("DELETE", "/gold", params={"forceDelete": "True"})
        assert (gone.status_code, gone.content) == (204, b"")
        assert (await sdk.request("DELETE", "/gold")).status_code == 204


async def test_a_put_may_be_repeated_after_a_dropped_connection(url: str, tenant: str) -> None:
    segment = {"name": {"en": "Gold"}, "siteCode": "main"}
    async with dropping(url) as unreliable, http_client(unreliable) as client:
        sdk = Sdk(client, tenant, "sdk", "hunter2")
        repeated = await sdk.request("PUT", "/gold", segment)
        assert (repeated.status_code, repeated.content) == (204, b"")
        stored = (await sdk.request("GET", "/gold")).json()
    assert stored["name"] == {"en": "Gold"}
    assert stored["metadata"]["version"] == 2


@pytest.mark.skipif(NODE is None, reason="node is not on the PATH")
async def test_nodes_own_fetch_is_understood(url: str, tenant: str) -> None:
    process = await asyncio.create_subprocess_exec(
        NODE or "node",
        str(SCRIPT),
        url,
        tenant,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, complaints = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0, complaints.decode()
    assert orjson.loads(output) == {
        "created": [201, {"id": "gold"}],
        "spaces": [["gold"], ["gold"]],
        "fields": [200, {"id": "gold", "name": {"en": "Golden Segment"}}],
        "newlines": [200, ["gold"]],
        "deleted": [204, ""],
    }
