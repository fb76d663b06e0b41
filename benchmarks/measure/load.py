"""Load by wrk, which on one core sends more than any server here can answer."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from benchmarks.places import HERE
from benchmarks.workload.call import Call

ROTATE: Final = HERE / "measure" / "rotate.lua"
CONNECTIONS: Final = 16


class LoadFailed(Exception):
    """wrk is not installed, or could not reach the server."""


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw in one run; times in milliseconds."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    bytes: int
    bad_statuses: int
    socket_errors: int
    timeouts: int

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return self.requests / self.seconds

    @property
    def errors(self) -> int:
        """Requests that were not answered as they should be."""
        return self.bad_statuses + self.socket_errors + self.timeouts


def write_script(calls: Sequence[Call], file: Path) -> None:
    """The requests as a Lua table, for `rotate.lua`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("return {\n" + "".join(map(_lua_table, calls)) + "}\n")


async def send_load(
    url: str, script: Path, seconds: int, *, core: int, connections: int = CONNECTIONS, threads: int = 1
) -> Load:
    """Keep `connections` busy for that long, each thread with its own part of the requests.

    Raises LoadFailed.
    """
    command = ["taskset", "--cpu-list", str(core), "wrk", "--threads", str(threads)]
    command += ["--connections", str(connections), "--duration", f"{seconds}s", "--latency"]
    command += ["--timeout", "30s", "--script", str(ROTATE), url, "--", str(script), str(threads)]
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
    except FileNotFoundError as error:
        raise LoadFailed(f"{error.filename} is not installed: `apt install wrk util-linux`") from None
    output, _ = await process.communicate()
    last = output.strip().splitlines()[-1]
    if process.returncode or not last.startswith(b"{"):
        raise LoadFailed(output.decode(errors="replace"))
    return Load(**orjson.loads(last))


def _lua_table(call: Call) -> str:
    headers = ", ".join(f"[{_lua_text(name)}] = {_lua_text(value)}" for name, value in call.headers.items())
    body = _lua_text(call.body.decode()) if call.body else "nil"
    return (
        f"  {{method = {_lua_text(call.method)}, path = {_lua_text(call.path)}, "
        f"headers = {{{headers}}}, body = {body}}},\n"
    )


def _lua_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
