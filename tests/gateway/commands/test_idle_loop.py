"""A thread works while the event loop waits, and stands still while the loop works."""

import asyncio
import threading
import time
from typing import Final

from gateway.commands.idle_loop import idle_loop, while_idle

PATIENCE: Final = 60


def test_a_thread_goes_on_only_while_the_loop_waits() -> None:
    items: list[int] = []

    def work() -> None:
        items.extend(while_idle(range(10_000)))

    async def main() -> tuple[int, int]:
        await asyncio.sleep(0)
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        work_for(0.1)
        worked = len(items)
        await asyncio.to_thread(thread.join, PATIENCE)
        return worked, len(items)

    with idle_loop() as runner:
        assert runner.run(main()) == (0, 10_000)


def work_for(seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


def test_a_thread_goes_on_without_such_a_loop() -> None:
    with idle_loop() as runner:
        runner.run(asyncio.sleep(0))
    assert list(while_idle(range(3))) == [0, 1, 2]
    assert asyncio.run(asyncio.wait_for(asyncio.to_thread(list, while_idle(range(3))), PATIENCE)) == [0, 1, 2]
