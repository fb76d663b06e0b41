"""The figures of the source text, of a repository that is small enough to count by hand."""

from pathlib import Path

import pytest

from benchmarks.style.__main__ import figures
from benchmarks.style.circles import imports, largest_circle
from benchmarks.style.mirror import without_mirrored_test
from benchmarks.style.sizes import spread
from benchmarks.style.sources import read_sources

FILES = {
    "models/__init__.py": '"""Tables."""\n',
    "models/order.py": '"""Orders that are stored."""\nfrom models import price\n\n\n'
    "def total(found):\n    size = 1\n    return size\n",
    "models/price.py": '"""Prices."""\n\n\ndef price():\n    from models.order import total\n',
    "gateway/app.py": "import models.order\n",
    "tests/models/test_order.py": "",
    "tests/test_app.py": "",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_the_table_of_a_repository(root: Path) -> None:
    assert dict(figures(root)) == {
        "File lines, median/p90/max": "5/7/7",
        "Function lines, median/p90/max": "3/3/3",
        "Largest import circle": "2",
        "Largest folder, files": "2 (models)",
        "Words in a docstring's first line": "2.0",
        "... that have who, what, that, nobody": "33%",
        "Names that are pronouns or participles": "50.0%",
        "Modules with a test of the same name": "67%",
        "... at the mirrored path": "33%",
    }


def test_modules_without_a_mirrored_test_are_named(root: Path) -> None:
    missing = without_mirrored_test(read_sources(root), root / "tests")
    assert [source.name for source in missing] == ["gateway.app", "models.price"]


def test_a_circle_holds_the_modules_that_reach_each_other(root: Path) -> None:
    assert largest_circle(imports(read_sources(root))) == {"models.order", "models.price"}


def test_a_spread_of_ten_values() -> None:
    assert spread([10, 1, 2, 3, 4, 5, 6, 7, 8, 9]) == (6, 10, 10)
