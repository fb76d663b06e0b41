"""A server as a process on one core, from its first answer to its end."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import httpx

from benchmarks.places import WORK
from benchmarks.runners.runner import Runner
from benchmarks.workload.call import Call
from benchmarks.workload.request import calls

PATIENCE = 120.0
"""Seconds until the first answer: the first start of a peer may install it."""

DIES_WITH_US: Final = ("setpriv", "--pdeathsig", "TERM")
"""However the benchmark ends, no server stays behind and uses its core."""


class DidNotStart(Exception):
    """The process ended, or gave no answer for too long; its log says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """A runner that runs."""

    runner: Runner
    pid: int
    url: str

    async def answer(self, client: httpx.AsyncClient, call: Call) -> Any:
        """The JSON that a request gets. Raises httpx.HTTPError, with the answer, where the status is bad."""
        response = await client.request(
            call.method, self.url + call.path, headers=dict(call.headers), content=call.body
        )
        if response.is_error:
            raise httpx.HTTPError(f"{response.status_code} {response.text[:1000]}")
        return response.json()


@asynccontextmanager
async def running(
    runner: Runner, *, core: int, extra_environment: Mapping[str, str] | None = None
) -> AsyncIterator[Server]:
    """The server, ready to answer. Raises DidNotStart."""
    await asyncio.to_thread(runner.prepare)
    port = free_port()
    WORK.mkdir(exist_ok=True)
    log = WORK / f"{runner.name}.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *DIES_WITH_US,
            *("taskset", "--cpu-list", str(core), *runner.command(port)),
            env={**os.environ, **runner.environment(port), **(extra_environment or {})},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        server = Server(runner, process.pid, f"http://127.0.0.1:{port}")
        try:
            await _first_answer(server, process)
            yield server
        finally:
            await _end(process)


async def _first_answer(server: Server, process: asyncio.subprocess.Process) -> None:
    first_call = next(calls(server.runner.queries[0], server.runner.dialect, server.runner.identity))
    problem: Exception | None = None
    patience_ends = time.monotonic() + PATIENCE
    async with httpx.AsyncClient(timeout=30) as client:
        while process.returncode is None and time.monotonic() < patience_ends:
            try:
                await server.answer(client, first_call)
            except httpx.HTTPError as error:
                problem = error
                await asyncio.sleep(0.2)
            else:
                return
    raise DidNotStart(f"{server.runner.name}: see {WORK / server.runner.name}.log ({problem})")


async def _end(process: asyncio.subprocess.Process) -> None:
    """The whole session: some servers are started by a launcher."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), 15)
    except TimeoutError:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def free_port() -> int:
    """A port that no program listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
