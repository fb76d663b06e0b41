"""The public audit suite of GraphQL over HTTP (npm package graphql-http) against a gateway that listens.

Node comes with the test dependencies; the suite is installed from npm by its lock file, once. Where npm
cannot be reached by then, the test skips and says so.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest

from gateway.app import create_app
from gateway.settings.settings import Settings
from tests.gateway.npm import NODE, installed
from tests.gateway.serving import listening

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def suite() -> Path:
    """A folder with the suite installed."""
    return installed(Path(__file__).parent / "audit")


@pytest.fixture
async def address(settings: Settings) -> AsyncIterator[str]:
    """The GraphQL endpoint of a gateway that listens."""
    async with listening(create_app(settings)) as url:
        yield f"{url}/graphql"


async def test_every_point_of_the_specification_is_held(suite: Path, address: str) -> None:
    audit = await asyncio.create_subprocess_exec(
        NODE, "audit.mjs", address, cwd=suite, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await audit.communicate()
    results = orjson.loads(output)
    assert [one for one in results if one["status"] != "ok"] == []
    assert Counter(one["status"] for one in results) == Counter(ok=61, warn=0, error=0)
