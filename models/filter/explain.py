"""The error message of an unreadable `q`."""

import re
from typing import Final

from lark import Token, UnexpectedInput, UnexpectedToken

from models.filter.errors import FilterError, shortened

COMPOUND: Final = "compoundLogicalQuery"
"""How some services of the vendor write OR; this one does not have it (behaviour D26)."""
VALUE_FOLLOWS: Final = frozenset({"COLON", "COMPARATOR", "MARK"})
LIST_GOES_ON: Final = frozenset({"OPEN", "IN_OPEN", "COMMA"})


def or_is_not_supported(key: str, position: int) -> FilterError:
    """Return the error for every form of OR."""
    return FilterError(
        f"{shortened(key)}: OR is not supported. Clauses are joined by spaces, and all of them must hold.",
        key=shortened(key),
        position=position,
    )


def explain(text: str, error: UnexpectedInput) -> FilterError:
    """Translate the parser's error to the query language."""
    stack = error.interactive_parser.parser_state.value_stack
    ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    position: int = len(text) if ended else error.pos_in_stream  # type: ignore[assignment]  # set by now
    rest = text[position:]
    keys = [item for item in stack if isinstance(item, Token) and item.type == "PATH"]
    if not keys:
        return FilterError(f"Expected a clause like key:value, found {shortened(rest)!r}.", position=position)
    key = str(keys[-1])
    before = stack[-1].type if isinstance(stack[-1], Token) else ""
    if before == "PATH":
        return _without_colon(key, keys[-1].start_pos or 0)
    if key == COMPOUND or re.match(r"\s+OR\s", rest):
        return or_is_not_supported(key, position)
    quote_is_open = rest.startswith('"') and "QUOTED" in error.expected  # type: ignore[attr-defined]  # of tokens
    return FilterError(
        _in_value(shortened(key), before, rest, quote_is_open=quote_is_open),
        key=shortened(key),
        position=position,
    )


def _without_colon(word: str, position: int) -> FilterError:
    if word == "OR":
        return or_is_not_supported(word, position)
    if word == "AND":
        message = "AND: leave it out, clauses are joined by spaces."
    else:
        message = (
            f"No value for key {shortened(word)}: it is a clause without a colon. "
            "Write key:value, and put a value that has spaces in double quotes."
        )
    return FilterError(message, key=shortened(word), position=position)


def _in_value(key: str, before: str, rest: str, *, quote_is_open: bool) -> str:
    following = rest.lstrip()[:1]
    if before in VALUE_FOLLOWS and rest[:1].strip() == "":
        return f"No value for key {key}."
    if quote_is_open:
        return f"The double quote in the value of key {key} is not closed."
    if not rest:
        return f"The parenthesis in the value of key {key} is not closed."
    if before in {"OPEN", "IN_OPEN"} and following == ")":
        return f"The list of key {key} is empty."
    if before in LIST_GOES_ON and following in {",", ")"}:
        return f"The list of key {key} has an empty element."
    return f"Unexpected {following or ' '!r} in the value of key {key}."
