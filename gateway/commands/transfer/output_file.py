"""The output of an export: a file or standard output.

The file is complete or does not exist.
"""

import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

STANDARD_STREAM = "-"


@contextmanager
def opened_output(target: str) -> Iterator[BinaryIO]:
    """Open a file for writing, or standard output for `-`.

    Raises OSError.
    """
    if target == STANDARD_STREAM:
        with open(sys.stdout.fileno(), "wb", closefd=False) as output:
            yield output
    elif Path(target).exists() and not Path(target).is_file():
        with Path(target).open("wb") as device:  # a pipe or a device cannot be replaced
            yield device
    else:
        with _whole_file(Path(target).resolve()) as file:
            yield file


@contextmanager
def _whole_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file, and rename it when complete.

    An older file of this name stays until then. Personal data is in it, so only its owner may read it, unless
    an older file says otherwise.
    """
    draft = path.with_name(f".export-{secrets.token_hex(8)}")
    try:
        with open(draft, "xb", opener=_opened_privately) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _opened_privately(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
