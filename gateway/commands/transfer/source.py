"""The input of `load`."""

import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os import fstat
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from gateway.commands.transfer.output_file import STANDARD_STREAM


@contextmanager
def opened_source(source: str, *, twice: bool) -> Iterator[BinaryIO]:
    """Open the file, or standard input for `-`.

    A pipe that will be read twice is copied to a temporary file first. Raises OSError.
    """
    with _opened(source) as stream:
        if not twice or stream.seekable():
            yield stream
        else:
            with TemporaryFile() as copy:
                shutil.copyfileobj(stream, copy)
                copy.seek(0)
                yield copy


@contextmanager
def _opened(source: str) -> Iterator[BinaryIO]:
    if source == STANDARD_STREAM:
        # It is not closed: that would wait for a thread that reads from the pipe.
        yield open(sys.stdin.fileno(), "rb", closefd=False)  # noqa: SIM115
    else:
        with Path(source).open("rb") as stream:
            yield stream


def size_of(stream: BinaryIO) -> int | None:
    """The size of a file; a pipe has none."""
    status = fstat(stream.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else None
