"""Two gateways, one with the change log and one without: how much longer the same writes take."""

import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

import httpx

from benchmarks.measure.cores import LOAD_CORE, keep_postgres_off_the_servers_core
from benchmarks.measure.database import empty_database
from benchmarks.measure.load import LoadFailed, send_load, write_script
from benchmarks.measure.process import cpu_seconds, has_settled
from benchmarks.places import WORK, DatabaseKind
from benchmarks.runners.gateway import COMMAND
from benchmarks.runners.program import PATIENCE, has_answered, started
from benchmarks.runners.runner import SECRET
from benchmarks.workload.call import Call
from benchmarks.writes.workload import Workload, workloads

WITH_LOG: Final = "with"
WITHOUT_LOG: Final = "without"
PROGRAMS: Final[Mapping[str, Sequence[str]]] = {
    WITH_LOG: (COMMAND,),
    WITHOUT_LOG: (sys.executable, "-m", "benchmarks.writes.without_log"),
}


@dataclass(frozen=True, slots=True)
class Round:
    """One workload at one gateway for some seconds: times of one request in milliseconds.

    `each_ms` is what half of the requests took at most: a busy machine moves it less than the mean.
    """

    each_ms: float
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Price:
    """What one workload takes with the log and without, by rounds."""

    workload: Workload
    with_log: Sequence[Round]
    without_log: Sequence[Round]

    @property
    def slower(self) -> float:
        """How much longer a request takes with the log, as a share of the time without."""
        return _each(self.with_log) / _each(self.without_log) - 1

    @property
    def more_cpu(self) -> float:
        """The same for CPU time of the server."""
        return _cpu(self.with_log) / _cpu(self.without_log) - 1

    @property
    def is_too_high(self) -> bool:
        """Whether it takes longer than it may."""
        return self.workload.most is not None and self.slower > self.workload.most

    @property
    def row(self) -> str:
        """A line of the table."""
        most = "" if self.workload.most is None else f"{self.workload.most:.0%}"
        return (
            f"| {self.workload.name} | {_each(self.without_log):.2f} | {_each(self.with_log):.2f} "
            f"| {self.slower:+.0%} | {most} "
            f"| {_cpu(self.without_log):.2f} | {_cpu(self.with_log):.2f} |"
        )


def table(prices: Sequence[Price]) -> str:
    """What was measured on one database."""
    head = "| request | ms without log | with log | longer by | at most | CPU ms without log | with log |"
    return "\n".join([head, "|---|---:|---:|---:|---:|---:|---:|", *(price.row for price in prices)])


@dataclass(frozen=True, slots=True)
class _Gateway:
    url: str
    pid: int


async def price_of_log(kind: DatabaseKind, *, seconds: int, rounds: int) -> list[Price]:
    """Start both, check that they write, warm up, measure in turns.

    Raises DidNotStart or LoadFailed.
    """
    async with AsyncExitStack() as stack:
        gateways = {
            name: await stack.enter_async_context(_gateway(kind, name, port))
            for name, port in ((WITH_LOG, 8_311), (WITHOUT_LOG, 8_312))
        }
        kinds = workloads()
        for name, gateway in gateways.items():
            await _check(gateway, kinds)
            for workload in kinds:
                await _measure(gateway, workload, 1)
            if kind == "postgresql":
                await keep_postgres_off_the_servers_core(_database(name))
        taken: defaultdict[tuple[str, str], list[Round]] = defaultdict(list)
        for number in range(rounds):
            for workload in kinds:
                for name in list(gateways)[:: -1 if number % 2 else 1]:
                    measured = await _measure(gateways[name], workload, seconds)
                    taken[name, workload.name].append(measured)
        return [Price(one, taken[WITH_LOG, one.name], taken[WITHOUT_LOG, one.name]) for one in kinds]


def _database(name: str) -> str:
    return f"segments_writes_{name}"


@asynccontextmanager
async def _gateway(kind: DatabaseKind, name: str, port: int) -> AsyncIterator[_Gateway]:
    environment = {
        "SEGMENTS_DATABASE_URL": await empty_database(kind, _database(name)),
        "SEGMENTS_TOKEN_SECRET": SECRET,
        "SEGMENTS_LOG_FORMAT": "json",
        "SEGMENTS_DELIVER": "false",
    }
    command = [*PROGRAMS[name], "serve", "--migrate", "--port", str(port)]
    async with started(command, environment) as pid:
        url = f"http://127.0.0.1:{port}"
        await has_answered(f"{url}/readyz")
        yield _Gateway(url, pid)


async def _check(gateway: _Gateway, kinds: Sequence[Workload]) -> None:
    """Send each request once. Raises LoadFailed where one is refused, in part or as a whole."""
    async with httpx.AsyncClient(base_url=gateway.url, timeout=PATIENCE) as client:
        for workload in kinds:
            for call in workload.calls:
                await _send(client, call)


async def _send(client: httpx.AsyncClient, call: Call) -> None:
    response = await client.request(
        call.method, call.path, headers=dict(call.headers), content=call.body or None
    )
    answers = response.json() if call.path.endswith("/bulk") else [{"code": response.status_code}]
    if refused := [answer for answer in answers if answer["code"] not in {200, 201, 204}]:
        raise LoadFailed(f"{call.path}: {response.status_code} {refused[0]}")


async def _measure(gateway: _Gateway, workload: Workload, seconds: int) -> Round:
    script = _script(workload)
    before = cpu_seconds(gateway.pid)
    load = await send_load(
        gateway.url,
        script,
        seconds,
        core=LOAD_CORE,
        connections=workload.connections,
        threads=workload.connections,
    )
    if load.errors:
        raise LoadFailed(f"{workload.name}: {load.errors} of {load.requests} requests failed")
    used = cpu_seconds(gateway.pid) - before
    await has_settled(gateway.pid)
    return Round(each_ms=load.p50_ms, cpu_ms=used / load.requests * 1_000)


def _script(workload: Workload) -> Path:
    file = WORK / "load" / f"writes-{workload.name.replace(' ', '-')}.lua"
    write_script(workload.calls, file)
    return file


def _each(rounds: Sequence[Round]) -> float:
    return median(one.each_ms for one in rounds)


def _cpu(rounds: Sequence[Round]) -> float:
    return median(one.cpu_ms for one in rounds)
