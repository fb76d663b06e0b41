"""Data files on disk, and the commands that load and export them."""

import os
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

import orjson
from typer.testing import Result

AWAY = "postgresql+asyncpg://nobody@127.0.0.1:1/nothing"
"""A database that is not there."""
VIP = {"kind": "segment", "id": "vip", "name": {"en": "VIP"}, "siteCode": "main"}

Run: TypeAlias = Callable[..., Result]
"""Runs a command in this process."""
Export: TypeAlias = Callable[[str], list[bytes]]
"""Exports a tenant; its lines."""
Spawn: TypeAlias = Callable[..., subprocess.CompletedProcess[bytes]]
"""Runs a command in a process of its own."""


def environment_of(database_url: str | None, home: Path) -> dict[str, str]:
    """The environment of somebody who works on this database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEGMENTS_")}
    chosen = {} if database_url is None else {"SEGMENTS_DATABASE_URL": database_url}
    return {**kept, **chosen, "SEGMENTS_HOME": str(home), "COLUMNS": "200"}


def lines_of(records: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records)


def members(count: int) -> bytes:
    """The segment, and so many customers in it."""
    assigned = (
        {"kind": "customerAssignment", "segmentId": "vip", "customerId": f"c{n}"} for n in range(count)
    )
    return lines_of([VIP, *assigned])


def told(stderr: bytes | str) -> list[str]:
    """The lines on standard error, but for the time that it took."""
    text = stderr if isinstance(stderr, str) else stderr.decode()
    return [line for line in text.splitlines() if " records in " not in line]
