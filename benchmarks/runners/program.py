"""A program as a process on one core, with its log thrown away."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final

import httpx

from benchmarks.measure.cores import SERVER_CORE
from benchmarks.runners.running import DIES_WITH_US, DidNotStart

PATIENCE: Final = 60.0


@asynccontextmanager
async def started(command: Sequence[str], environment: Mapping[str, str]) -> AsyncIterator[int]:
    """A program on the server's core; its process id."""
    process = await asyncio.create_subprocess_exec(
        *DIES_WITH_US,
        *("taskset", "--cpu-list", str(SERVER_CORE), *command),
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        await process.wait()


async def has_answered(url: str) -> None:
    """Return when the URL answers with success. Raises DidNotStart."""
    until = time.monotonic() + PATIENCE
    async with httpx.AsyncClient() as client:
        while time.monotonic() < until:
            try:
                if (await client.get(url)).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    raise DidNotStart(url)
