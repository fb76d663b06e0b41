"""`segment-gateway` with a watch on its event loop: `python -m benchmarks.measure.monitored serve ...`.

Every task is driven through `Watched`, which times each of its steps: a step is what runs between two
awaits, and while it runs nobody else does. SIGUSR1 begins the count anew, once the server is warm; what was
seen is written down when it stops.
"""

import asyncio
import os
import signal
import time
from collections.abc import Coroutine, Generator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

import gateway.app
from gateway.cli import main

REPORT: Final = "BENCHMARK_LOOP_REPORT"
"""The environment variable that names the file to write."""
LONG: Final = 0.05


@dataclass(slots=True)
class Steps:
    """How long steps held the loop, in seconds: on the clock, and of that in CPU time."""

    count: int = 0
    longest: float = 0.0
    longest_cpu: float = 0.0
    long: int = 0
    long_cpu: int = 0

    def begin(self) -> None:
        """Forget what was seen."""
        self.count = self.long = self.long_cpu = 0
        self.longest = self.longest_cpu = 0.0

    def add(self, clock: float, cpu: float) -> None:
        """One more step."""
        self.count += 1
        self.longest = max(self.longest, clock)
        self.longest_cpu = max(self.longest_cpu, cpu)
        self.long += clock > LONG
        self.long_cpu += cpu > LONG

    def write(self, file: Path) -> None:
        """All of it as JSON."""
        file.write_bytes(orjson.dumps(asdict(self)))


class Watched:
    """A coroutine whose steps are timed."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any], steps: Steps) -> None:
        self._coroutine = coroutine
        self._steps = steps

    def __await__(self) -> Generator[Any, Any, Any]:
        step, argument = self._coroutine.send, None
        while True:
            clock, cpu = time.perf_counter(), time.thread_time()
            try:
                awaited = step(argument)
            except StopIteration as end:
                return end.value
            finally:
                self._steps.add(time.perf_counter() - clock, time.thread_time() - cpu)
            try:
                argument, step = (yield awaited), self._coroutine.send
            except BaseException as error:  # noqa: BLE001  (a cancellation, say: it is the coroutine's to handle)
                argument, step = error, self._coroutine.throw


def watched(app: ASGIApp) -> ASGIApp:
    """The application, its loop watched from start to end."""
    steps = Steps()
    report = Path(os.environ[REPORT])

    async def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
        return await Watched(coroutine, steps)

    def make_task(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
        return asyncio.Task(run(coroutine), loop=loop, **options)

    async def watch(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        loop.set_task_factory(make_task)
        loop.add_signal_handler(signal.SIGUSR1, steps.begin)
        await app(scope, receive, send)
        steps.write(report)

    return watch


if __name__ == "__main__":
    make_app = gateway.app.app_from_environment
    gateway.app.app_from_environment = lambda: watched(make_app())  # type: ignore[assignment,return-value]
    main()
