"""A gateway as a process on the server's core."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from benchmarks.runners.gateway import COMMAND
from benchmarks.runners.program import has_answered, started
from benchmarks.runners.runner import SECRET
from benchmarks.runners.running import free_port

PROGRAM: Final[Sequence[str]] = (COMMAND,)
"""The gateway as its users start it."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway that is ready to answer."""

    url: str
    pid: int


@asynccontextmanager
async def running_gateway(
    program: Sequence[str], database_url: str, settings: Mapping[str, str] | None = None
) -> AsyncIterator[Gateway]:
    """The program on a database, with more settings than all have. Raises DidNotStart."""
    environment = {
        "SEGMENTS_DATABASE_URL": database_url,
        "SEGMENTS_TOKEN_SECRET": SECRET,
        "SEGMENTS_LOG_FORMAT": "json",
        "SEGMENTS_DELIVER": "false",
        **(settings or {}),
    }
    port = free_port()
    async with started([*program, "serve", "--migrate", "--port", str(port)], environment) as pid:
        url = f"http://127.0.0.1:{port}"
        await has_answered(f"{url}/readyz")
        yield Gateway(url, pid)
