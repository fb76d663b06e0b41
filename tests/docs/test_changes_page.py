"""The TypeScript of docs/changes.md follows a tenant, and goes on after a lost connection."""

import asyncio
import os
import re
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.server.websocket_protocol import WebSocketProtocol
from gateway.settings.settings import Settings
from tests.gateway.npm import NODE, installed
from tests.gateway.serving import listening
from tests.gateway.streaming import PATIENCE, Tenant

pytestmark = pytest.mark.slow

PAGE: Final = (Path(__file__).parents[2] / "docs" / "changes.md").read_text()
[SOURCE] = re.findall(r"^```ts\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
PACKAGES: Final = Path(__file__).parents[1] / "gateway" / "streams_node"
SECRET: Final = "a secret that only the tests know"


class Remembered(WebSocketProtocol):
    """A WebSocket that the test can cut off."""

    sockets: ClassVar[list[WebSocketProtocol]] = []

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        Remembered.sockets.append(self)


async def test_the_example_misses_nothing_when_its_connection_ends(
    sqlite_url: str, tmp_path: Path, tenant: str
) -> None:
    program = installed(PACKAGES) / f"changes-{tenant}.ts"
    program.write_text(SOURCE)
    settings = Settings(home=tmp_path, database_url=sqlite_url, token_secret=SecretStr(SECRET))
    Remembered.sockets = []
    async with listening(create_app(settings), ws=Remembered) as url:
        shop = Tenant(url, tenant, SECRET)
        async with shop.client() as client:
            answer = await client.post("/graphql", json={"query": "{ changesCursor }"})
        environment = {
            **os.environ,
            "URL": url,
            "TOKEN": shop.token()["Authorization"].removeprefix("Bearer "),
            "AFTER": answer.json()["data"]["changesCursor"],
        }
        process = await asyncio.create_subprocess_exec(
            NODE,
            "--no-warnings",
            program,
            cwd=program.parent,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(3 * PATIENCE):
                await shop.put("first")
                seen = [await process.stdout.readline()]
                Remembered.sockets[0].transport.abort()
                await shop.put("second", "third")
                seen += [await process.stdout.readline() for _ in range(2)]
        finally:
            process.kill()
            await process.wait()
            program.unlink()
    assert seen == [f"SEGMENT_CREATED {name}\n".encode() for name in ("first", "second", "third")]
    assert len(Remembered.sockets) == 2
