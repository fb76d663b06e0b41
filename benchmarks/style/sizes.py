"""Lengths of files and functions, files of a folder."""

import ast
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.style.sources import Source


class Spread(NamedTuple):
    """Half of the values are at most the median, nine tenths at most `p90`."""

    median: int
    p90: int
    maximum: int


def spread(values: Sequence[int]) -> Spread:
    """The spread of values, of which there has to be one."""
    ordered = sorted(values)
    return Spread(ordered[len(ordered) // 2], ordered[len(ordered) * 9 // 10], ordered[-1])


def function_lengths(sources: Sequence[Source]) -> list[int]:
    """Lines of each function, without its decorators."""
    return [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def largest_folder(sources: Sequence[Source]) -> tuple[str, int]:
    """The folder with the most modules, without those of folders in it, and their number."""
    counts = Counter(source.name.rpartition(".")[0] for source in sources if not source.is_package)
    [(folder, files)] = counts.most_common(1)
    return folder.replace(".", "/"), files
