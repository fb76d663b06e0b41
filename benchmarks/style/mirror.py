"""Modules and the tests of their name."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.style.sources import Source


def without_test(sources: Sequence[Source], tests: Path) -> Iterator[Source]:
    """The modules that no test file is named after, wherever in the tests it lies."""
    names = {path.name for path in tests.rglob("test_*.py")}
    return (source for source in modules(sources) if f"test_{source.path.stem}.py" not in names)


def without_mirrored_test(sources: Sequence[Source], tests: Path) -> Iterator[Source]:
    """The modules that have no test file of their name at the mirrored path."""
    for source in modules(sources):
        *folders, name = source.name.split(".")
        if not tests.joinpath(*folders, f"test_{name}.py").is_file():
            yield source


def modules(sources: Sequence[Source]) -> Sequence[Source]:
    """The sources that hold code of their own: no packages, no migrations."""
    return [source for source in sources if not source.is_package and ".versions." not in source.name]
