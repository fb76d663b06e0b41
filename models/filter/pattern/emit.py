r"""The writer of regular expressions for an engine.

It writes the tree of a regular expression as text.

Every character that is not an ASCII letter or digit is written by its number, and sets
as plain ranges, so no engine's own reading of a symbol, of case or of `\w` comes in.
"""

import string
from dataclasses import dataclass
from typing import Final

from models.filter.pattern.syntax import Assertion, Characters, Choice, Node, Range, Repeat, Sequence

PLAIN: Final = frozenset(map(ord, string.ascii_letters + string.digits))


@dataclass(frozen=True, slots=True)
class Spelling:
    """The syntax in which engines differ."""

    numbered_character: str
    assertions: dict[Assertion, str]


RE2: Final = Spelling(
    r"\x{{{:X}}}",
    {
        Assertion.START: r"\A",
        Assertion.END: r"\z",
        Assertion.WORD_BOUNDARY: r"\b",
        Assertion.NOT_WORD_BOUNDARY: r"\B",
    },
)
POSTGRESQL: Final = Spelling(
    r"\U{:08X}",
    {
        Assertion.START: r"\A",
        Assertion.END: r"\Z",
        Assertion.WORD_BOUNDARY: r"\y",
        Assertion.NOT_WORD_BOUNDARY: r"\Y",
    },
)
"""Its word boundary is the ASCII one only for text with COLLATE "C"."""


def emit(node: Node, spelling: Spelling) -> str:
    """Write the pattern in the engine's syntax."""
    match node:
        case Characters(ranges):
            return _characters(ranges, spelling)
        case Sequence(parts):
            return "".join(_grouped(part, spelling, Choice) for part in parts)
        case Choice(branches):
            return "|".join(emit(branch, spelling) for branch in branches)
        case Repeat(part, minimum, maximum):
            bounds = f"{minimum},{'' if maximum is None else maximum}"
            return f"{_grouped(part, spelling, Choice, Sequence, Repeat)}{{{bounds}}}"
        case Assertion():
            return spelling.assertions[node]


def _grouped(node: Node, spelling: Spelling, *loose: type[Node]) -> str:
    text = emit(node, spelling)
    return f"(?:{text})" if isinstance(node, loose) else text


def _characters(ranges: tuple[Range, ...], spelling: Spelling) -> str:
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return _character(ranges[0][0], spelling)
    members = (
        _character(first, spelling)
        if first == last
        else f"{_character(first, spelling)}-{_character(last, spelling)}"
        for first, last in ranges
    )
    return f"[{''.join(members)}]"


def _character(code: int, spelling: Spelling) -> str:
    return chr(code) if code in PLAIN else spelling.numbered_character.format(code)
