"""The next item is read while the last one is used, and no more than that."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Final

import pytest

from gateway.commands.transfer.read_ahead import read_ahead

PATIENCE: Final = 60


async def test_all_items_come_in_order() -> None:
    assert [item async for item in read_ahead(iter(range(100)))] == list(range(100))


async def test_none_and_false_are_items() -> None:
    assert [item async for item in read_ahead(iter([None, 0, False, ""]))] == [None, 0, False, ""]


async def test_one_item_is_read_ahead_in_another_thread() -> None:
    begun: list[int] = []
    second, threads = threading.Event(), set()

    def items() -> Iterator[int]:
        for number in range(4):
            begun.append(number)
            threads.add(threading.current_thread())
            if number == 1:
                second.set()
            yield number

    reading = read_ahead(items())
    assert await anext(reading) == 0
    assert await asyncio.to_thread(second.wait, PATIENCE)  # without anybody asking for it
    assert begun == [0, 1]
    assert [item async for item in reading] == [1, 2, 3]
    assert threading.main_thread() not in threads


async def test_a_failure_is_raised_after_the_items_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("the disk is gone")

    reading = read_ahead(items())
    assert await anext(reading) == 1
    with pytest.raises(OSError, match="the disk is gone"):
        await anext(reading)


def test_a_read_that_waits_does_not_keep_the_process() -> None:
    """Standard input stays open and silent; the process ends by itself and says nothing."""
    program = """
import asyncio, sys
from gateway.commands.transfer.read_ahead import read_ahead
async def main():
    async for line in read_ahead(iter(open(0, "rb", closefd=False).readline, b"")):
        print(line.decode().strip(), flush=True)
        raise SystemExit(3)
asyncio.run(main())
"""
    with subprocess.Popen(  # noqa: S603  (our own program)
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(b"one\n")
        process.stdin.flush()
        assert process.wait(PATIENCE) == 3
        assert (process.stdout.read(), process.stderr.read()) == (b"one\n", b"")
