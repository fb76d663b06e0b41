"""The parser of regular expressions.

The dialect is what Python, Perl and JavaScript have in common, as far as it can be
answered in linear time. What is not in it is refused, never read differently.
"""

import re
import string
from typing import Final

from models.filter.errors import FilterError, require_storable
from models.filter.pattern.syntax import (
    Assertion,
    Characters,
    Choice,
    Node,
    Range,
    Repeat,
    Sequence,
    characters,
    complement,
    with_case_variants,
)

LONGEST_PATTERN: Final = 256
DEEPEST_GROUP: Final = 30
MOST_REPETITIONS: Final = 255
"""More is an error in PostgreSQL."""
LARGEST_SIZE: Final = 400
"""Bounds the automaton that either engine builds, repetitions written out."""
RANGES_PER_STATE: Final = 8
MOST_ASSERTIONS: Final = 8
"""Repetitions written out, endless ones twice; with each, PostgreSQL's automaton may double."""

DIGITS: Final[tuple[Range, ...]] = ((0x30, 0x39),)
WORD: Final[tuple[Range, ...]] = characters(
    [*DIGITS, (ord("A"), ord("Z")), (ord("a"), ord("z")), (ord("_"), ord("_"))]
)
SPACES: Final[tuple[Range, ...]] = ((0x09, 0x0D), (0x20, 0x20))
NEWLINE: Final[Range] = (0x0A, 0x0A)
CLASSES: Final = {
    "d": DIGITS,
    "w": WORD,
    "s": SPACES,
    "D": complement(DIGITS),
    "W": complement(WORD),
    "S": complement(SPACES),
}
CONTROLS: Final = {"t": 0x09, "n": 0x0A, "v": 0x0B, "f": 0x0C, "r": 0x0D}
SYMBOLS: Final[dict[str, Node]] = {
    ".": Characters(complement([NEWLINE])),
    "^": Assertion.START,
    "$": Assertion.END,
}
ASSERTIONS: Final = {"b": Assertion.WORD_BOUNDARY, "B": Assertion.NOT_WORD_BOUNDARY}
SIMPLE_QUANTIFIERS: Final[dict[str, tuple[int, int | None]]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}
COUNTED: Final = re.compile(r"\{([0-9]{1,6})(,?)([0-9]{0,6})\}")


def parse_pattern(text: str) -> Node:
    """Return the tree of a pattern.

    Raises FilterError, which names the fault.
    """
    if not text:
        raise FilterError("A regular expression must not be empty.")
    if len(text) > LONGEST_PATTERN:
        raise FilterError(f"A regular expression may have at most {LONGEST_PATTERN} characters.")
    node = _Parser(require_storable(text)).whole()
    size, assertions = _cost(node)
    if size > LARGEST_SIZE or assertions > MOST_ASSERTIONS:
        raise FilterError("The regular expression is too complex: write fewer or smaller repetitions.")
    return node


def _cost(node: Node) -> tuple[int, int]:
    """Count states and assertions, with repetitions written out."""
    match node:
        case Characters(ranges):
            return 1 + len(ranges) // RANGES_PER_STATE, 0
        case Assertion():
            return 1, 1
        case Sequence(parts) | Choice(parts):
            costs = [_cost(part) for part in parts]
            return 1 + sum(size for size, _ in costs), sum(assertions for _, assertions in costs)
        case Repeat(part, minimum, maximum):
            size, assertions = _cost(part)
            if maximum is None:
                return 1 + size * (minimum + 1), assertions * (minimum + 2)
            return 1 + size * max(1, maximum), assertions * max(1, maximum)


class _Parser:
    """A parser with one character of look-ahead.

    It reads from left to right; depth is bounded.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.ignores_case = False

    def whole(self) -> Node:
        node = self.choice()
        if self.at < len(self.text):
            raise self.wrong("a parenthesis is closed that was not opened")
        return node

    def wrong(self, reason: str) -> FilterError:
        return FilterError(f"The regular expression is not valid at character {self.at + 1}: {reason}.")

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def accept(self, expected: str) -> bool:
        matches = self.text.startswith(expected, self.at)
        self.at += len(expected) * matches
        return matches

    def choice(self) -> Node:
        """Parse the branches of a group or of the pattern.

        `(?i)` at the start holds to the end.
        """
        if self.accept("(?i)"):
            self.ignores_case = True
        branches = [self.branch()]
        while self.accept("|"):
            branches.append(self.branch())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def branch(self) -> Node:
        parts = []
        while self.peek() not in {"", "|", ")"}:
            parts.append(self.quantified(self.atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def atom(self) -> Node:
        if self.peek() == "(":
            return self.group()
        if self.peek() in {"?", "*", "+"}:
            raise self.wrong("there is nothing to repeat")
        if self.peek() == "{":
            raise self.wrong(r"write \{ for a brace")
        if self.accept("["):
            return self.bracket()
        if self.accept("\\"):
            return self.escape()
        if self.peek() in SYMBOLS:
            return SYMBOLS[self.character_as_text()]
        return self.one_of([self.character()])

    def group(self) -> Node:
        outside = self.ignores_case
        self.depth += 1
        if self.depth > DEEPEST_GROUP:
            raise self.wrong(f"groups may be nested {DEEPEST_GROUP} deep")
        if self.accept("(?i:"):
            self.ignores_case = True
        elif not self.accept("(?:"):
            if self.text.startswith("(?", self.at) and not self.text.startswith("(?i)", self.at + 1):
                raise self.wrong("after (? only (?: and (?i: are known, and (?i) at the start of a group")
            self.accept("(")
        node = self.choice()
        if not self.accept(")"):
            raise self.wrong("a group is not closed")
        self.depth -= 1
        self.ignores_case = outside
        return node

    def quantified(self, part: Node) -> Node:
        bounds = self.quantifier()
        if bounds is None:
            return part
        if isinstance(part, Assertion):
            raise self.wrong("there is nothing to repeat")
        self.accept("?")  # lazy or greedy makes no difference to whether there is a match
        if self.peek() == "+":
            raise self.wrong("possessive repetition is not supported")
        if self.peek() in {"?", "*", "{"}:
            raise self.wrong("a repetition is repeated")
        return Repeat(part, *bounds)

    def quantifier(self) -> tuple[int, int | None] | None:
        if self.peek() in SIMPLE_QUANTIFIERS:
            return SIMPLE_QUANTIFIERS[self.character_as_text()]
        if self.peek() != "{":
            return None
        counted = COUNTED.match(self.text, self.at)
        if counted is None:
            raise self.wrong(r"write {2}, {2,} or {2,5} to repeat, \{ for a brace")
        minimum = int(counted[1])
        maximum = int(counted[3]) if counted[3] else None if counted[2] else minimum
        if max(minimum, maximum or 0) > MOST_REPETITIONS:
            raise self.wrong(f"at most {MOST_REPETITIONS} repetitions")
        if maximum is not None and maximum < minimum:
            raise self.wrong("the bounds of a repetition are in the wrong order")
        self.at = counted.end()
        return minimum, maximum

    def escape(self) -> Node:
        name = self.peek()
        if name in CLASSES:
            self.at += 1
            return Characters(CLASSES[name])
        if name in ASSERTIONS:
            self.at += 1
            return ASSERTIONS[name]
        return self.one_of([self.escaped_character()])

    def escaped_character(self) -> Range:
        """The character after a backslash."""
        name = self.peek()
        if name in CONTROLS:
            self.at += 1
            return CONTROLS[name], CONTROLS[name]
        if name in string.digits and name:
            raise self.wrong("references to groups are not supported")
        if not name or name.isalnum():
            raise self.wrong(f"\\{name} is not known; a backslash stands before punctuation")
        return self.character()

    def bracket(self) -> Node:
        negated = self.accept("^")
        ranges: list[Range] = []
        first = True
        while first or not self.accept("]"):
            first = False
            ranges.extend(self.member())
        characters_allowed = with_case_variants(ranges) if self.ignores_case else characters(ranges)
        characters_allowed = complement(characters_allowed) if negated else characters_allowed
        if not characters_allowed:
            raise self.wrong("no character can match")
        return Characters(characters_allowed)

    def member(self) -> tuple[Range, ...]:
        """One class or range inside brackets."""
        if self.text.startswith("\\", self.at) and self.text[self.at + 1 : self.at + 2] in CLASSES:
            self.at += 2
            return CLASSES[self.text[self.at - 1]]
        (low, _) = self.single()
        after = self.text[self.at + 1 : self.at + 2]
        if self.peek() != "-" or after == "]":
            return ((low, low),)
        self.at += 1
        (high, _) = self.single()
        if high < low:
            raise self.wrong("the bounds of a range are in the wrong order")
        return ((low, high),)

    def single(self) -> Range:
        """One character inside brackets."""
        if not self.peek():
            raise self.wrong("a bracket is not closed")
        if any(self.text.startswith(opening, self.at) for opening in ("[:", "[.", "[=")):
            raise self.wrong("named classes are not supported")
        return self.escaped_character() if self.accept("\\") else self.character()

    def character(self) -> Range:
        code = ord(self.character_as_text())
        return code, code

    def character_as_text(self) -> str:
        self.at += 1
        return self.text[self.at - 1]

    def one_of(self, ranges: list[Range]) -> Characters:
        return Characters(with_case_variants(ranges) if self.ignores_case else characters(ranges))
