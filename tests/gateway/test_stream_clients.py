"""The clients that frontends use, graphql-ws to an EventSource, through the end of a token.

Node comes with the test dependencies; the clients are installed from npm by their lock file, once.
"""

import asyncio
from pathlib import Path

import orjson
import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.settings.settings import Settings
from tests.gateway.npm import NODE, installed
from tests.gateway.serving import listening
from tests.gateway.streaming import Tenant

pytestmark = pytest.mark.slow

PATIENCE = 60


@pytest.fixture(scope="session")
def clients() -> Path:
    return installed(Path(__file__).parent / "streams_node")


async def test_clients_follow_and_connect_again_with_a_new_token(
    clients: Path, sqlite_url: str, tmp_path: Path, tenant: str, secret: str
) -> None:
    """The first token has 30 seconds of leeway, of which less than three are left."""
    settings = Settings(home=tmp_path, database_url=sqlite_url, token_secret=SecretStr(secret))
    async with listening(create_app(settings)) as url:
        shop = Tenant(url, tenant, secret)
        await shop.put("before")
        process = await asyncio.create_subprocess_exec(
            *(NODE, "clients.mjs", url, tenant),
            cwd=clients,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(PATIENCE):
                assert process.stdout is not None
                assert await process.stdout.readline() == b"ready\n"
                tokens = [
                    shop.token(scopes, expires_in=left)["Authorization"].removeprefix("Bearer ")
                    for scopes, left in (("R", -27), ("RM", 600))
                ]
                output, _ = await process.communicate(f"{' '.join(tokens)}\n".encode())
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    seen = orjson.loads(output)
    assert seen["ws"]["answers"] == [tenant]
    assert seen["ws"]["hasEnded"] is True
    assert seen["ws"]["seen"] == [[], ["ws1"], [], ["ws3"]]
    assert seen["sse"]["seen"] == [[], ["sse1"], [], ["sse3"]]
    assert seen["apollo"]["seen"] == [[], ["apollo1"], [], ["apollo3"]]
    assert seen["urql"]["seen"] == [[], ["urql1"], [], ["urql3"]]
    assert seen["es"]["seen"] == ["es1", "es2"]
    assert seen["es"]["opened"] >= 2
