import multiprocessing
import stat
from pathlib import Path

from gateway.identity.development_key import FILE_NAME, development_key
from gateway.settings.values import SHORTEST_SECRET


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    home = tmp_path / "not" / "there"
    key = development_key(home)
    assert len(key.encode()) > SHORTEST_SECRET
    assert development_key(home) == key
    assert stat.S_IMODE((home / FILE_NAME).stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == [FILE_NAME]


def test_every_folder_has_a_key_of_its_own(tmp_path: Path) -> None:
    assert development_key(tmp_path / "one") != development_key(tmp_path / "two")


def test_processes_that_ask_at_the_same_time_get_the_same_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert len(set(pool.map(development_key, [tmp_path] * 16, chunksize=1))) == 1
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
