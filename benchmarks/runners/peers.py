"""What one would choose instead. Each lives in `peers/<name>/` and is installed when it is first run."""

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.places import PEERS, POSTGRES
from benchmarks.runners.runner import Runner
from benchmarks.workload.documents import Dialect
from benchmarks.workload.request import GRAPHQL, REST

NODE: Final = "node_modules/.bin/node"


class PeerNotInstalled(Exception):
    """A peer could not be installed from its registry."""


def _environment(port: int) -> Mapping[str, str]:
    production = {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}
    return {"DATABASE_URL": POSTGRES.url, "PORT": str(port), **production}


def _install_node_packages(folder: Path) -> None:
    """What the lock file says, where it is not there yet."""
    lock = (folder / "package-lock.json").read_text()
    installed = folder / "node_modules" / "installed-lock.json"
    if installed.exists() and installed.read_text() == lock:
        return
    try:
        subprocess.run(["npm", "ci"], cwd=folder, check=True, timeout=600)  # noqa: S607
    except (OSError, subprocess.SubprocessError) as error:
        raise PeerNotInstalled(f"{folder.name}: {error}") from error
    installed.write_text(lock)


def _node(name: str, label: str, dialect: Dialect, program: str | None = None) -> Runner:
    """A Node program, `peers/<name>/server.js` where no other is named."""
    script = PEERS / (program or f"{name}/server.js")
    folder = script.parent

    def command(_port: int) -> Sequence[str]:
        return [str(folder / NODE), str(script)]

    return Runner(
        name, label, command, _environment, dialect, GRAPHQL, prepare=partial(_install_node_packages, folder)
    )


def _python(name: str, label: str, queries: Sequence[str]) -> Runner:
    script = PEERS / name / "server.py"
    uv = shutil.which("uv") or "uv"

    def command(port: int) -> Sequence[str]:
        python = ("--python", sys.executable)  # the same build for all
        return [uv, "run", "--quiet", "--no-project", *python, "--script", str(script), str(port)]

    return Runner(name, label, command, _environment, queries=queries)


RUNNERS: Final = (
    _node("postgraphile", "PostGraphile 5", "postgraphile"),
    _node("mercurius", "Mercurius, textbook", "gateway"),
    _node("mercurius-tuned", "Mercurius, tuned", "gateway", "node-tuned/mercurius.js"),
    _node("node-http", "node:http with graphql-jit, tuned", "gateway", "node-tuned/http.js"),
    _python("strawberry", "idiomatic Strawberry", GRAPHQL),
    _python("fastapi", "FastAPI with SQLModel", REST),
    _python("floor", "floor: PostgreSQL writes the JSON", (*GRAPHQL, *REST)),
)
