import re
from pathlib import Path

import pytest

from gateway.settings.settings import Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(tests/[^`]*)`", PAGE))))
def test_the_page_names_tests_that_exist(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_attack_has_a_defence_and_a_test() -> None:
    rows = [line.split(" | ") for line in PAGE.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 10
    assert [row for row in rows if len(row) != 3 or "`tests/" not in row[2]] == []


def test_the_page_names_no_setting_that_does_not_exist() -> None:
    known = {f"SEGMENTS_{member.upper()}" for member in Settings.model_fields}
    assert set(re.findall(r"SEGMENTS_[A-Z_]+[A-Z]", PAGE)) <= known


def test_every_test_of_attacks_is_on_the_page() -> None:
    written = {f"tests/security/{path.name}" for path in (ROOT / "tests" / "security").glob("test_*.py")}
    assert written <= set(re.findall(r"`(tests/[^`]*)`", PAGE))
