"""Gateways that a browser can reach."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
import uvicorn
from starlette.applications import Starlette

PROGRAM = str(Path(sys.executable).with_name("segment-gateway"))


@dataclass(frozen=True)
class DemoGateway:
    """A process of `segment-gateway serve --demo`, as a newcomer starts it."""

    url: str
    database: Path
    log: Path

    def errors(self) -> list[str]:
        """What it has complained about so far."""
        lines = [orjson.loads(line) for line in self.log.read_bytes().splitlines()]
        return [line["event"] for line in lines if line["level"] not in {"debug", "info"}]


@contextmanager
def demo_gateway(folder: Path) -> Iterator[DemoGateway]:
    """A demo on SQLite, with its home and its log in the folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEGMENTS_")}
    environment = {**kept, "SEGMENTS_HOME": str(folder), "SEGMENTS_LOG_FORMAT": "json"}
    log = folder / "log"
    with log.open("wb") as log_file:
        process = subprocess.Popen(  # noqa: S603
            [PROGRAM, "serve", "--demo", "--port", "0"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log_file,
            text=True,
        )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().split()[1].removesuffix("/graphql")  # GraphiQL: <url>/graphql (...)
        yield DemoGateway(url, folder / "segments.db", log)
    finally:
        process.terminate()
        process.communicate()


@asynccontextmanager
async def served(app: Starlette) -> AsyncIterator[str]:
    """An application of our own making on a free port, and its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none"))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving
