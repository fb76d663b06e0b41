"""Where it was measured, and with which versions: figures mean little without."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import asyncpg
import orjson

from benchmarks.places import PEERS, POSTGRES
from benchmarks.report.python_build import python_build

OURS: Final = ("strawberry-graphql", "graphql-core", "sqlalchemy", "asyncpg", "uvicorn", "uvloop", "orjson")
PEERS_PACKAGES: Final = {
    "postgraphile": ("postgraphile", "node"),
    "node-tuned": ("mercurius", "fastify", "graphql-jit", "dataloader", "pg"),
}


async def machine() -> dict[str, Any]:
    """Machine and versions, ready to be written down."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": python_build(),
        "postgresql": await _postgres_version(),
        **{name: version(name) for name in OURS},
        **{
            package: _installed(peer, package)
            for peer, packages in PEERS_PACKAGES.items()
            for package in packages
        },
        "wrk": _wrk_version(),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


async def _postgres_version() -> str:
    connection = await asyncpg.connect(POSTGRES.server)
    try:
        return str(await connection.fetchval("SHOW server_version")).partition(" ")[0]
    finally:
        await connection.close()


def _installed(peer: str, package: str) -> str | None:
    description = PEERS / peer / "node_modules" / package / "package.json"
    return str(orjson.loads(description.read_bytes())["version"]) if description.exists() else None


def _wrk_version() -> str:
    output = subprocess.run(["wrk", "--version"], capture_output=True, check=False, text=True).stdout  # noqa: S607
    return output.split()[1] if output.startswith("wrk") else "unknown"
