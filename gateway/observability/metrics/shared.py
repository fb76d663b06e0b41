"""Metrics of several processes, added up.

prometheus-client does it by files in a folder.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from prometheus_client.multiprocess import mark_process_dead

VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
"""prometheus-client reads it when it is imported."""


def shared_folder() -> Path | None:
    """The shared folder of the environment, if any."""
    folder = os.environ.get(VARIABLE)
    return Path(folder) if folder else None


@contextmanager
def shared_by_workers(workers: int) -> Iterator[None]:
    """Make a shared folder for several workers without one."""
    if workers == 1 or shared_folder() is not None:
        yield
        return
    with TemporaryDirectory(prefix="segment-gateway-metrics-") as folder:
        os.environ[VARIABLE] = folder
        try:
            yield
        finally:
            del os.environ[VARIABLE]


def forget_dead_processes(folder: Path) -> None:
    """Remove the gauges of dead processes.

    A process that was killed would still count its connections; its counts stay true.
    """
    for pid in {path.stem.rpartition("_")[2] for path in folder.glob("gauge_live*_*.db")}:
        if not _is_alive(int(pid)):
            mark_process_dead(int(pid), str(folder))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
