"""Files with personal data are readable by their owner alone, whatever the umask of the process."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.commands.transfer.output_file import opened_output
from gateway.server.startup import open_database, prepare_database
from gateway.settings.settings import Settings
from models.connection.database import Database


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=[0o000, 0o022], ids=oct, autouse=True)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


async def write_something(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE probe (id INTEGER)"))


async def test_a_new_database_its_log_and_its_folder_are_private(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    await prepare_database(settings, migrates=True)
    database = open_database(settings)
    await write_something(database)
    home = tmp_path / "home"
    assert {file.name: mode(file) for file in home.iterdir()} == {
        "segments.db": 0o600,
        "segments.db-wal": 0o600,
        "segments.db-shm": 0o600,
    }
    assert mode(home) == 0o700
    await database.close()


async def test_a_database_of_another_name_is_private_too(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "shop 1.db"
    await prepare_database(Settings(database_url=f"sqlite+aiosqlite:///{path}"), migrates=True)
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)


async def test_what_exists_keeps_its_mode(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o750)
    path = home / "segments.db"
    with closing(sqlite3.connect(path)):
        path.touch()
    path.chmod(0o640)
    await prepare_database(Settings(home=home), migrates=True)
    assert (mode(home), mode(path)) == (0o750, 0o640)


def test_an_export_is_private_from_its_first_byte(tmp_path: Path) -> None:
    target = tmp_path / "export.ndjson"
    with opened_output(str(target)) as file:
        file.write(b"{}\n")
        [draft] = tmp_path.iterdir()
        assert mode(draft) == 0o600
    assert (mode(target), target.read_bytes()) == (0o600, b"{}\n")


def test_an_export_over_a_file_keeps_its_mode(tmp_path: Path) -> None:
    target = tmp_path / "export.ndjson"
    target.write_bytes(b"old")
    target.chmod(0o644)
    with opened_output(str(target)) as file:
        file.write(b"new")
    assert (mode(target), target.read_bytes()) == (0o644, b"new")
