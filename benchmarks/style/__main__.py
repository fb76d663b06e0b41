"""Prints the figures: `python -m benchmarks.style [folder of the repository]`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.style.circles import imports, largest_circle
from benchmarks.style.mirror import modules, without_mirrored_test, without_test
from benchmarks.style.sizes import function_lengths, largest_folder, spread
from benchmarks.style.sources import read_sources
from benchmarks.style.words import (
    bound_names,
    first_lines,
    mean_words,
    share_of_riddles,
    share_with_relative_words,
)


def figures(root: Path) -> Iterator[tuple[str, str]]:
    """Each figure, and its value."""
    sources = read_sources(root)
    lines = first_lines(sources)
    folder, files = largest_folder(sources)
    tested = modules(sources)
    missing = [len(list(find(sources, root / "tests"))) for find in (without_test, without_mirrored_test)]
    yield "File lines, median/p90/max", "/".join(map(str, spread([source.lines for source in sources])))
    yield "Function lines, median/p90/max", "/".join(map(str, spread(function_lengths(sources))))
    yield "Largest import circle", str(len(largest_circle(imports(sources))))
    yield "Largest folder, files", f"{files} ({folder})"
    yield "Words in a docstring's first line", f"{mean_words(lines):.1f}"
    yield "... that have who, what, that, nobody", f"{share_with_relative_words(lines):.0%}"
    yield "Names that are pronouns or participles", f"{share_of_riddles(list(bound_names(sources))):.1%}"
    yield "Modules with a test of the same name", f"{1 - missing[0] / len(tested):.0%}"
    yield "... at the mirrored path", f"{1 - missing[1] / len(tested):.0%}"


if __name__ == "__main__":
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2]
    for label, value in figures(root):
        print(f"| {label} | {value} |")  # noqa: T201  (a report)
