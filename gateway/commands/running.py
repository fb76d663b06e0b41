"""Running the work of a command to its end, or to Ctrl-C."""

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Never, TypeVar

from sqlalchemy.exc import DBAPIError

from gateway.server.startup import DatabaseUnusable
from models.connection.failure import DatabaseUnavailable, StatementTimeout

INTERRUPTED = 128 + signal.SIGINT
"""The status with which a shell expects an interrupted command to end."""


Result = TypeVar("Result")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end. Raises KeyboardInterrupt, and DatabaseUnusable where the database goes away."""
    with _interruptible():
        try:
            return asyncio.run(work)
        except (DatabaseUnavailable, StatementTimeout) as failure:
            raise DatabaseUnusable(f"the database stopped working: {failure}") from None
        except DBAPIError as failure:
            reason = str(failure.orig).partition("\n")[0]
            raise DatabaseUnusable(f"the database refused: {reason}") from None


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C ends a read from a pipe too; asyncio's own handler would wait for the read to return."""
    before = signal.signal(signal.SIGINT, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupt(_signal: int, _frame: FrameType | None) -> Never:
    raise KeyboardInterrupt
