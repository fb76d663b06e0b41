"""The quick tier: `pytest --quick` runs what answers within a minute."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings

FOLDERS: Final = frozenset({"benchmarks", "big_tenant", "browser", "parity", "security", "survival"})
"""Folders of the tests that the quick tier does not collect."""
FIXTURES: Final = frozenset({"postgres_server_url", "postgres_url"})
"""Fixtures that start a PostgreSQL server."""
SLOW: Final = "slow"
"""Marks a test or a module that starts programs or takes long."""

settings.register_profile("quick", max_examples=10, deadline=None)


def add_option(parser: pytest.Parser) -> None:
    """Let `pytest --help` name the tier."""
    parser.addoption(
        "--quick",
        action="store_true",
        help="SQLite only, few examples, no servers, programs, browsers, attacks or big tenants",
    )


def configure(config: pytest.Config) -> None:
    """Register the mark, and let property tests look at few examples."""
    config.addinivalue_line("markers", f"{SLOW}: starts programs or takes long; --quick leaves it out")
    if config.getoption("quick"):
        settings.load_profile("quick")


def is_quick_folder(path: Path, config: pytest.Config) -> bool:
    """Whether the tests below this folder are part of the tier."""
    return not FOLDERS.intersection(path.relative_to(config.rootpath / "tests").parts)


def is_quick(test: pytest.Item) -> bool:
    """Whether the test is part of the tier."""
    fixtures: Iterable[str] = getattr(test, "fixturenames", ())
    parameters = (
        test.callspec.params if isinstance(test, pytest.Function) and hasattr(test, "callspec") else {}
    )
    return (
        test.get_closest_marker(SLOW) is None
        and FIXTURES.isdisjoint(fixtures)
        and parameters.get("database_url") != "postgresql"
    )
