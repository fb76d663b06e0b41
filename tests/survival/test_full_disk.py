"""A disk without room: a clear answer, and business as usual once there is room again."""

import resource
from pathlib import Path

import pytest

from tests.survival.conftest import Connect
from tests.survival.server import serving

ENOUGH = resource.RLIM_INFINITY


def allow_file_size(pid: int, size: int) -> None:
    """No file of the process may grow beyond it: what a full disk is to a database, without a disk."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, ENOUGH))


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux changes limits of a running process")
async def test_a_full_disk_is_told_clearly_and_forgiven(
    tmp_path: Path, home: Path, connect: Connect, tenant: str
) -> None:
    path = f"/customer-segment/{tenant}/segments"
    database = tmp_path / "segments.db"
    with serving(f"sqlite+aiosqlite:///{database}", home) as server:
        async with connect(server.url) as client:
            kept = await client.put(f"{path}/kept", json={"name": {"en": "Kept"}, "siteCode": "main"})
            wal = database.with_name("segments.db-wal").stat().st_size

            allow_file_size(server.process.pid, wal)
            refused = await client.put(f"{path}/lost", json={"name": {"en": "Lost"}, "siteCode": "main"})
            read = await client.get(f"{path}/kept")

            allow_file_size(server.process.pid, ENOUGH)
            stored = await client.put(f"{path}/new", json={"name": {"en": "New"}, "siteCode": "main"})
            listed = await client.get(path, params={"sort": "id:asc"})
    assert (kept.status_code, read.status_code, stored.status_code) == (201, 200, 201)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert [row["id"] for row in listed.json()] == ["kept", "new"]
    [reason] = [line["reason"] for line in server.events("unavailable")]
    assert reason == "the disk of the database is full or failing"
