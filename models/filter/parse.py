"""The parser from the text of `q` to the filter tree."""

import re
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path as File
from typing import Final, TypeAlias

from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from models.cache import Cache
from models.filter.errors import FilterError, shortened
from models.filter.explain import COMPOUND, explain, or_is_not_supported
from models.filter.tree import (
    Absent,
    And,
    AnyOf,
    Compare,
    Condition,
    Literal,
    Matches,
    Operator,
    Path,
    Present,
)

LONGEST_QUERY: Final = 10_000
MOST_CLAUSES: Final = 50
COMMA: Final = re.compile(r"\s*,\s*")

Builder: TypeAlias = Callable[[Path, int], Condition]
"""A value alone: a condition still without its path and position."""


def parse_q(text: str) -> Condition | None:
    """Return the condition of a `q`.

    None for a blank one. Raises FilterError for one that cannot be read.
    """
    if len(text) > LONGEST_QUERY:
        raise FilterError(f"A query may have at most {LONGEST_QUERY} characters.")
    return _CONDITIONS.get(text, lambda: _parsed(text), at_second_request=True)


_CONDITIONS: Final = Cache("conditions", share=0.04, largest=0.02)


def _parsed(text: str) -> Condition | None:
    if not text.strip():
        return None
    try:
        return _PARSER.parse(text)  # type: ignore[return-value]  # what the transformer made of it
    except UnexpectedInput as error:
        raise explain(text, error) from None


def _literal(token: Token) -> Literal:
    if token.type == "QUOTED":
        return Literal(re.sub(r'\\(["\\])', r"\1", token[1:-1]))
    return Literal(str(token), quoted=False)


def _literals(token: Token) -> Sequence[Literal]:
    if token.type == "ITEMS":
        return [Literal(item, quoted=False) for item in COMMA.split(token)]
    return [_literal(token)]


def _comparison(comparator: Token, value: Token) -> Builder:
    return lambda path, position: Compare(path, Operator(comparator), _literal(value), position)


def _of_type(children: list[Token], *types: str) -> list[Token]:
    return [token for token in children if token.type in types]


class _ToTree(Transformer[Token, Condition]):
    """One method per rule of the grammar, leaves first."""

    def query(self, children: list[Condition | Token]) -> Condition:
        clauses = tuple(child for child in children if not isinstance(child, Token))
        if len(clauses) > MOST_CLAUSES:
            raise FilterError(f"A query may have at most {MOST_CLAUSES} clauses.")
        return clauses[0] if len(clauses) == 1 else And(clauses)

    @v_args(inline=True)
    def clause(self, key: Token, _colon: Token, build: Builder) -> Condition:
        position = key.start_pos or 0
        path = tuple(str(key).split("."))
        if key == COMPOUND:
            raise or_is_not_supported(key, position)
        if not all(path):
            raise FilterError(
                f"{shortened(key)} is not a path: a name between dots is empty.",
                key=shortened(key),
                position=position,
            )
        return build(path, position)

    @v_args(inline=True)
    def equality(self, value: Token) -> Builder:
        if value in {"null", "missing"}:
            return Absent
        if value == "exists":
            return Present
        return lambda path, position: Compare(path, Operator.EQUAL, _literal(value), position)

    @v_args(inline=True)
    def comparison(self, comparator: Token, value: Token) -> Builder:
        return _comparison(comparator, value)

    @v_args(inline=True)
    def bound(self, comparator: Token, value: Token) -> Builder:
        return _comparison(comparator, value)

    def bounds(self, children: list[Builder | Token]) -> Builder:
        builders = [child for child in children if not isinstance(child, Token)]
        return lambda path, position: And(tuple(build(path, position) for build in builders), position)

    def any_of(self, children: list[Token]) -> Builder:
        literals = tuple(chain.from_iterable(map(_literals, _of_type(children, "ITEMS", "ITEM", "QUOTED"))))
        return lambda path, position: AnyOf(path, literals, position)

    @v_args(inline=True)
    def bare_pattern(self, _mark: Token, pattern: Token) -> Builder:
        return lambda path, position: Matches(path, str(pattern), position)

    @v_args(inline=True)
    def enclosed_pattern(self, _open: Token, pattern: str, _close: Token) -> Builder:
        return lambda path, position: Matches(path, pattern, position)

    def pattern(self, parts: list[str]) -> str:
        return "".join(parts)

    def group(self, parts: list[str]) -> str:
        return "".join(parts)


_PARSER: Final = Lark(
    File(__file__).with_name("q.lark").read_text(encoding="utf-8"),
    start="query",
    parser="lalr",
    lexer="contextual",
    transformer=_ToTree(),
    keep_all_tokens=True,
)
