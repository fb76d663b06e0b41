"""The quick tier: `pytest --quick` runs what answers within a minute."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, TypeVar

import pytest
from hypothesis import settings

Row = TypeVar("Row")

FOLDERS: Final = frozenset({"benchmarks", "big_tenant", "browser", "parity", "security", "survival"})
"""Folders of the tests that the quick tier does not collect."""
FIXTURES: Final = frozenset({"postgres_server_url", "postgres_url"})
"""Fixtures that start a PostgreSQL server."""
MOST_ROWS: Final = 2
"""Sets of parameters that each test function is run with."""
SLOW: Final = "slow"
"""Marks a test or a module that starts programs or takes long."""

settings.register_profile("quick", max_examples=5, deadline=None)


def add_option(parser: pytest.Parser) -> None:
    """Let `pytest --help` name the tier."""
    parser.addoption(
        "--quick",
        action="store_true",
        help="SQLite only, few examples and parameters, no servers, programs, attacks or big tenants",
    )


def configure(config: pytest.Config) -> None:
    """Register the mark, and let property tests look at few examples."""
    config.addinivalue_line("markers", f"{SLOW}: starts programs or takes long; --quick leaves it out")
    if config.getoption("quick"):
        settings.load_profile("quick")


def is_quick_folder(path: Path, config: pytest.Config) -> bool:
    """Whether the tests below this folder are part of the tier."""
    return not FOLDERS.intersection(path.relative_to(config.rootpath / "tests").parts)


def chosen(tests: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests of the tier, in their order: of each function MOST_ROWS sets of parameters, spread evenly."""
    by_function: defaultdict[object, list[pytest.Item]] = defaultdict(list)
    for test in filter(is_quick, tests):
        by_function[getattr(test, "function", test)].append(test)
    kept = {test for rows in by_function.values() for test in spread(rows)}
    return [test for test in tests if test in kept]


def spread(rows: Sequence[Row]) -> Sequence[Row]:
    """At most MOST_ROWS of the rows, the first and the last among them."""
    if len(rows) <= MOST_ROWS:
        return rows
    return [rows[number * (len(rows) - 1) // (MOST_ROWS - 1)] for number in range(MOST_ROWS)]


def is_quick(test: pytest.Item) -> bool:
    """Whether a test may be part of the tier."""
    fixtures: Iterable[str] = getattr(test, "fixturenames", ())
    parameters = (
        test.callspec.params if isinstance(test, pytest.Function) and hasattr(test, "callspec") else {}
    )
    return (
        test.get_closest_marker(SLOW) is None
        and FIXTURES.isdisjoint(fixtures)
        and parameters.get("database_url") != "postgresql"
    )
