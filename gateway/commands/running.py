"""Running the coroutine of a command until its end or Ctrl-C."""

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Never, TypeVar

from sqlalchemy.exc import DBAPIError

from gateway.commands.idle_loop import idle_loop
from gateway.server.garbage import collecting_seldom
from gateway.server.startup import DatabaseUnusable, failure_line
from models.connection.failure import DatabaseUnavailable, StatementTimeout

INTERRUPTED = 128 + signal.SIGINT
"""The exit status of an interrupted command in a shell."""


Result = TypeVar("Result")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine until its end.

    Raises KeyboardInterrupt, and DatabaseUnusable where the database goes away. Ctrl-C cancels the work where
    it waits. An exception in the middle of a step could leave a connection in a state in which its end is
    waited for without end.
    """
    with _database_failures():
        try:
            return asyncio.run(_cancelled_by_interrupt(work))
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None


def run_on_pipe(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine with a pipe as input or output.

    Ctrl-C ends that too. Raises as `run` does.
    """
    with collecting_seldom(), _interruptible(), _database_failures(), idle_loop() as runner:
        return runner.run(work)


async def _cancelled_by_interrupt(work: Coroutine[Any, Any, Result]) -> Result:
    task = asyncio.create_task(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, task.cancel)
    return await task


@contextmanager
def _database_failures() -> Iterator[None]:
    try:
        yield
    except (DatabaseUnavailable, StatementTimeout) as failure:
        raise DatabaseUnusable(f"the database stopped working: {failure}") from None
    except DBAPIError as failure:
        raise DatabaseUnusable(f"the database refused: {failure_line(failure)}") from None


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C interrupt a blocking read from a pipe.

    The handler of asyncio would wait until the read returns.
    """
    before = signal.signal(signal.SIGINT, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupt(_signal: int, _frame: FrameType | None) -> Never:
    raise KeyboardInterrupt
