"""The same requests to two gateways in turns."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure.cores import LOAD_CORE
from benchmarks.measure.load import LoadFailed, send_load, write_script
from benchmarks.measure.process import cpu_seconds, has_settled
from benchmarks.pair.comparison import Comparison, Round
from benchmarks.pair.workload import Workload
from benchmarks.places import WORK
from benchmarks.runners.running_gateway import Gateway


async def compare_in_turns(
    without: Gateway, with_it: Gateway, workloads: Sequence[Workload], *, seconds: int, rounds: int
) -> list[Comparison]:
    """Measure each workload in each round at both; who is first changes from round to round.

    Raises LoadFailed.
    """
    taken: defaultdict[tuple[str, str], list[Round]] = defaultdict(list)
    for number in range(rounds):
        for workload in workloads:
            for gateway in (without, with_it)[:: -1 if number % 2 else 1]:
                taken[gateway.url, workload.name].append(await measure(gateway, workload, seconds))
    return [
        Comparison(workload, taken[without.url, workload.name], taken[with_it.url, workload.name])
        for workload in workloads
    ]


async def measure(gateway: Gateway, workload: Workload, seconds: int) -> Round:
    """Send the requests for some seconds. Raises LoadFailed where one is refused."""
    script = _script(workload)
    before = cpu_seconds(gateway.pid)
    load = await send_load(
        gateway.url,
        script,
        seconds,
        core=LOAD_CORE,
        connections=workload.connections,
        threads=workload.threads,
    )
    if load.errors:
        raise LoadFailed(f"{workload.name}: {load.errors} of {load.requests} requests failed")
    used = cpu_seconds(gateway.pid) - before
    await has_settled(gateway.pid)
    return Round(each_ms=load.p50_ms, cpu_ms=used / load.requests * 1_000)


def _script(workload: Workload) -> Path:
    file = WORK / "load" / f"pair-{workload.name.replace(' ', '-').replace(':', '')}.lua"
    write_script(workload.calls, file)
    return file
