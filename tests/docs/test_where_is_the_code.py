"""Every path of docs/where-is-the-code.md exists, and each row names code and a test."""

import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs" / "where-is-the-code.md").read_text()
ROWS: Final = re.findall(r"^\| ([^|]+) \| (`[^|]+`) \| (`[^|]+`) \|$", PAGE, flags=re.MULTILINE)


def paths_in(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_row_is_read() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("|")]
    assert len(ROWS) == len(lines) - 2


@pytest.mark.parametrize(("behaviour", "code", "tests"), ROWS, ids=[row[0] for row in ROWS])
def test_the_paths_exist(behaviour: str, code: str, tests: str) -> None:
    assert [path for path in paths_in(code) + paths_in(tests) if not (ROOT / path).exists()] == [], behaviour
    assert all(path.startswith("tests/") for path in paths_in(tests))
    assert not any(path.startswith("tests/") for path in paths_in(code))
