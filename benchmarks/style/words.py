"""Words of docstrings and names."""

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.style.sources import Source

RELATIVE_WORDS: Final = re.compile(r"\b(who|what|that|nobody)\b", re.IGNORECASE)
PRONOUNS: Final = frozenset(
    """
    anybody both each everybody it nobody none one ones other others own somebody such that these this
    those what whatever who whoever
    """.split()  # noqa: SIM905
)
PARTICIPLES: Final = frozenset(
    """
    asked chosen found given heard held kept known listed meant named needed picked reached said seen shown
    taken told unknown wanted written
    """.split()  # noqa: SIM905
)
"""Past participles that stand for a noun; those that name a state, such as `closed`, are no riddle."""


def first_lines(sources: Sequence[Source]) -> list[str]:
    """The first lines of the docstrings of modules, classes and functions."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = (node for source in sources for node in ast.walk(source.tree) if isinstance(node, kinds))
    return [text.splitlines()[0] for node in nodes if (text := ast.get_docstring(node))]


def mean_words(lines: Sequence[str]) -> float:
    """The average number of words of a line."""
    return sum(len(line.split()) for line in lines) / len(lines)


def share_with_relative_words(lines: Sequence[str]) -> float:
    """The share of lines with who, what, that or nobody."""
    return sum(RELATIVE_WORDS.search(line) is not None for line in lines) / len(lines)


def bound_names(sources: Sequence[Source]) -> Iterator[str]:
    """Each variable and parameter, as often as it is bound."""
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            elif isinstance(node, ast.arg):
                yield node.arg


def share_of_riddles(names: Sequence[str]) -> float:
    """The share of names that are a pronoun or a participle."""
    return sum(name.strip("_") in PRONOUNS | PARTICIPLES for name in names) / len(names)
