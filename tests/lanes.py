"""In which order tests run: those that wait more than they compute begin, in all processes but one."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

WAITING: Final = ("survival", "browser", "docs")
"""Folders of tests that wait for programs, leases, pages and other times."""
ALONE: Final = "survival"
"""A folder whose files share nothing, so that each can be in another process."""


def processes_of(config: pytest.Config) -> int:
    """How many processes run the tests."""
    workers: int = getattr(config, "workerinput", {}).get("workercount", 1)
    return workers


def ordered(tests: Sequence[pytest.Item], processes: int) -> list[pytest.Item]:
    """The tests in the order in which they are handed out: an equal share to each process, one by one.

    The shares of all processes but one begin with tests that wait, while the last one computes. At the end
    the others would wait for them.
    """
    lanes = _lanes([test for test in tests if _folder(test) in WAITING], max(1, processes - 1))
    others = iter([test for test in tests if _folder(test) not in WAITING])
    share = math.ceil(len(tests) / processes)
    result: list[pytest.Item] = []
    for number, lane in enumerate(lanes, start=1):
        result += lane
        result += [test for _, test in zip(range(number * share - len(result)), others, strict=False)]
    return [*result, *others]


def _lanes(waiting: Sequence[pytest.Item], count: int) -> list[list[pytest.Item]]:
    """Parts of about as many files and folders, which stay together."""
    units: dict[Path, list[pytest.Item]] = {}
    for test in sorted(waiting, key=lambda test: WAITING.index(_folder(test))):
        units.setdefault(test.path if _folder(test) == ALONE else test.path.parent, []).append(test)
    lanes: list[list[pytest.Item]] = [[] for _ in range(count)]
    for number, unit in enumerate(units.values()):
        lanes[number % count] += unit
    return lanes


def _folder(test: pytest.Item) -> str:
    """The folder below `tests`."""
    return test.path.relative_to(test.config.rootpath / "tests").parts[0]
