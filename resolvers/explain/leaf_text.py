"""Texts about single conditions of rules, for the staff of a shop."""

import re
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any, Final

import orjson

from models.filter.compile import Leaf
from models.filter.literals import instant as instant_of
from models.filter.moment import RELATIVE, moment
from models.filter.tree import Absent, AnyOf, Compare, Literal, Matches, Operator, Path, Present, Within
from resolvers.explain.reason import instant
from resolvers.rules.definition.catalogue import IN_SEGMENT, LEGAL_ENTITY

LONGEST_VALUE: Final = 100
MOST_VALUES: Final = 5
CAMEL_CASE: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_-]")
LIKE_NO_TEXT: Final = re.compile(r"[+-]?[0-9.]+|true|false|null|\s*")
"""Texts that are shown in quotes, as they look like other values."""
WORDS: Final[dict[Operator, tuple[str, str]]] = {
    Operator.LESS: ("less than", "before"),
    Operator.AT_MOST: ("at most", "at or before"),
    Operator.GREATER: ("more than", "after"),
    Operator.AT_LEAST: ("at least", "at or after"),
}
"""What a comparison says of numbers and texts, and of instants."""
NAMES: Final[dict[Operator, str]] = {
    Operator.LESS: "lt",
    Operator.AT_MOST: "lte",
    Operator.GREATER: "gt",
    Operator.AT_LEAST: "gte",
}
UNITS: Final = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")


def leaf_text(leaf: Leaf, seen: Any, *, holds: bool, now: datetime, zone: tzinfo) -> str:
    """What was seen, and how it compares, such as: The turnover is 99, not at least 100."""
    noun = _noun(leaf.path)
    if leaf.path == IN_SEGMENT:
        return f"The customer is {'' if holds else 'not '}in {_segments(leaf)}."
    if seen in (None, []):
        return f"There is no {noun}."
    if isinstance(leaf, Present | Absent):
        return f"There is a value for the {noun}: {_shown(seen)}."
    relation = _relation(leaf, now, zone)
    if isinstance(leaf, Compare) and leaf.operator is Operator.EQUAL:
        if isinstance(seen, list):
            relation = f"including {relation}"
        elif holds and relation == _shown(seen):
            return f"The {noun} {_verb(seen, now)} {relation}."
    return f"The {noun} {_verb(seen, now)} {_shown(seen)}, {'' if holds else 'not '}{relation}."


def expected_value(leaf: Leaf) -> Any:
    """What the condition asks for, in the form of `where`."""
    match leaf:
        case Compare(_, operator, literal):
            value = literal_value(literal)
            return value if operator is Operator.EQUAL else {NAMES[operator]: value}
        case AnyOf(_, literals):
            return [literal_value(literal) for literal in literals]
        case Within():
            return dict([_width(leaf)])
        case Matches(_, pattern):
            return {"matches": pattern}
        case _:
            return {"exists": isinstance(leaf, Present)}


def _width(leaf: Within) -> tuple[str, str]:
    if leaf.until.text == "now":
        return "withinLast", leaf.after.text.removeprefix("now-")
    return "withinNext", leaf.until.text.removeprefix("now+")


def literal_value(literal: Literal) -> Any:
    """The value as JSON: a bare literal may be a number or a boolean."""
    if literal.quoted:
        return literal.text
    try:
        return orjson.loads(literal.text)
    except orjson.JSONDecodeError:
        return literal.text


def _noun(path: Path) -> str:
    """`last order` for `mixins.shop.lastOrder`; of a legal entity, it says so."""
    names = list(path)
    is_company = path[:1] == LEGAL_ENTITY
    if is_company:
        names = names[1:]
    if names[:1] == ["mixins"]:
        names = names[2:] or names[1:] or names
    words = " ".join(CAMEL_CASE.sub(" ", name) for name in names)
    noun = (words if words.isupper() else words.lower()).removesuffix(" at")
    return _short(noun) + (" of the legal entity" if is_company else "")


def _segments(leaf: Leaf) -> str:
    match leaf:
        case Compare(_, _, literal):
            return f"the segment {_short(literal.text)}"
        case AnyOf(_, literals):
            return f"one of the segments {_listed([literal.text for literal in literals])}"
        case _:
            return "a segment"


def _relation(leaf: Leaf, now: datetime, zone: tzinfo) -> str:
    match leaf:
        case Compare(_, operator, literal):
            is_instant = moment(literal.text) is not None or _instant(literal.text) is not None
            word = f"{WORDS[operator][is_instant]} " if operator is not Operator.EQUAL else ""
            return f"{word}{_literal(literal, now, zone)}"
        case AnyOf(_, literals):
            return f"one of {_listed([_literal(literal, now, zone) for literal in literals])}"
        case Within():
            name, _ = _width(leaf)
            bound = leaf.after if name == "withinLast" else leaf.until
            return f"within the {'last' if name == 'withinLast' else 'next'} {_duration(bound.text)}"
        case Matches(_, pattern):
            return f"a match of {_short(pattern)}"
        case _:
            return "a value"


def _literal(literal: Literal, now: datetime, zone: tzinfo) -> str:
    relative = moment(literal.text)
    if relative is None:
        return _shown(literal_value(literal))
    at = instant(relative.at(now, zone))
    if literal.text == "now":
        return f"now, {at}"
    distance = _duration(literal.text)
    return f"{distance} {'ago' if '-' in literal.text else 'from now'}, {at}"


def _duration(text: str) -> str:
    """`30 days` for `now-P30D`."""
    match = RELATIVE.fullmatch(text)
    if match is None:
        return text
    parts = [(int(match[unit] or 0), unit) for unit in UNITS]
    phrases = [f"{number:,} {unit if number != 1 else unit[:-1]}" for number, unit in parts if number]
    return " ".join(phrases) or "0 seconds"


def _verb(seen: Any, now: datetime) -> str:
    if isinstance(seen, list):
        return "are"
    at = _instant(seen)
    return "is" if at is None else f"{'was' if at <= now else 'is'} on"


def _shown(value: Any) -> str:
    """The value as a text shows it."""
    if isinstance(value, list):
        return _listed([_shown(element) for element in value])
    at = _instant(value)
    if at is not None and len(str(value)) > len("2026-03-03"):
        return instant(at)
    is_plain_text = isinstance(value, str) and not LIKE_NO_TEXT.fullmatch(value)
    return _short(value if is_plain_text else orjson.dumps(value).decode())


def _instant(value: Any) -> datetime | None:
    parsed = instant_of(value) if isinstance(value, str) else None
    return None if parsed is None else parsed.value


def _listed(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - MOST_VALUES:,} more" if len(texts) > MOST_VALUES else ""
    return ", ".join(map(_short, texts[:MOST_VALUES])) + more


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
