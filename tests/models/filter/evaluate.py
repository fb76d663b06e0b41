"""The meaning of a filter, in Python: the referee for what the databases answer."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite
from operator import eq, ge, gt, le, lt
from typing import Any, TypeAlias

from models.filter.tree import (
    Absent,
    And,
    AnyOf,
    Compare,
    Condition,
    Literal,
    Matches,
    Not,
    Operator,
    Or,
    Path,
    Present,
    Some,
    Within,
)
from models.tables.columns import instant_text, to_milliseconds

COMPARISONS: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUAL: eq,
    Operator.LESS: lt,
    Operator.AT_MOST: le,
    Operator.GREATER: gt,
    Operator.AT_LEAST: ge,
}
Leaf: TypeAlias = Compare | Within | AnyOf | Matches | Present | Absent
TEXTS_OR_MIXINS = {"name", "siteCode", "mixins", "id", "email", "legalEntity"}
NOW = datetime(2024, 5, 1, tzinfo=UTC)
MOMENTS = {
    "now": NOW,
    "now-P1M1D": datetime(2024, 3, 31, tzinfo=UTC),
    "now+PT0.001S": NOW.replace(microsecond=1000),
    "now+P1000Y": NOW.replace(year=3024),
}
"""Instants relative to now, and what they are then."""
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def holds(condition: Condition, row: Mapping[str, Any]) -> bool:
    """Whether a segment's row passes, or a customer's with the rows of their legal entities."""
    match condition:
        case And(parts):
            return all(holds(part, row) for part in parts)
        case Or(parts):
            return any(holds(part, row) for part in parts)
        case Not(part):
            return not holds(part, row)
        case Some(_, part):
            return any(holds(part, linked) for linked in row["legal_entities"])
        case Absent(("legalEntity", *_) as path) if "legal_entities" in row:
            return not any(leaf_holds(Present(path), linked) for linked in row["legal_entities"])
        case Compare() | Within() | AnyOf() | Matches() | Present() | Absent():
            linked_rows = row.get("legal_entities", [row]) if condition.path[0] == "legalEntity" else [row]
            return any(leaf_holds(condition, linked) for linked in linked_rows)


def leaf_holds(condition: Leaf, row: Mapping[str, Any]) -> bool:
    match condition:
        case Present(path):
            return value_at(path, row) is not None
        case Absent(path):
            return value_at(path, row) is None
        case Compare(path, operator, literal):
            return any(compares(value, operator, literal, path) for value in elements(path, row))
        case Within(path, after, until):
            first, last = literal_instant(after.text), literal_instant(until.text)
            assert first is not None
            assert last is not None
            values = elements(path, row)
            instants = [stored_instant(value) if isinstance(value, str) else value for value in values]
            return any(isinstance(value, datetime) and first < value <= last for value in instants)
        case AnyOf(path, literals):
            return any(
                compares(value, Operator.EQUAL, literal, path)
                for value in elements(path, row)
                for literal in literals
            )
        case Matches(path, pattern):
            texts = [value for value in elements(path, row) if isinstance(value, str)]
            return path[0] in TEXTS_OR_MIXINS and any(re.search(pattern, text, re.ASCII) for text in texts)


def value_at(path: Path, row: Mapping[str, Any]) -> Any:
    """What stands at the path."""
    match path:
        case ("legalEntity", name, *keys):
            return row[name] if name != "mixins" else value_at((name, *keys), row)
        case ("siteCode",):
            return row["site_code"]
        case ("validity", "to"):
            return row["valid_to"]
        case ("metadata", "version"):
            return row["version"]
        case ("name", *tags):
            texts = {tag: text for tag, text in row["name"].items() if text.strip()}
            return texts.get(tags[0].lower()) if tags else texts or None
        case (first, *keys):
            found = row[first]
            for key in keys:
                found = found.get(key) if isinstance(found, dict) else None
            return found
        case _:
            raise AssertionError(path)


def elements(path: Path, row: Mapping[str, Any]) -> list[Any]:
    """What a comparison looks at."""
    found = value_at(path, row)
    if path == ("name",):
        return list((found or {}).values())
    if isinstance(found, list):
        return found
    return [found]


def compares(value: Any, operator: Operator, literal: Literal, path: Path) -> bool:
    if "mixins" in path[:2]:
        return in_json(value, operator, literal)
    comparison = COMPARISONS[operator]
    match value:
        case int():
            return comparison(value, Decimal(literal.text))
        case datetime():
            return comparison(value, literal_instant(literal.text))
        case str():
            return comparison(value, literal.text)
        case _:
            return False


def in_json(value: Any, operator: Operator, literal: Literal) -> bool:
    number = None if literal.quoted or not NUMBER.fullmatch(literal.text) else float(literal.text)
    match value:
        case bool():
            text = "true" if value else "false"
            return operator is Operator.EQUAL and not literal.quoted and text == literal.text
        case int() | float():
            return number is not None and isfinite(number) and COMPARISONS[operator](float(value), number)
        case str():
            is_number = number is not None and isfinite(number)
            return in_json_text(value, operator, literal.text, is_number=is_number)
        case _:
            return False


def in_json_text(value: str, operator: Operator, literal: str, *, is_number: bool) -> bool:
    moment = literal_instant(literal)
    found = stored_instant(value)
    if operator is Operator.EQUAL:
        return value == literal or (moment is not None and found == moment)
    if moment is not None:
        return found is not None and COMPARISONS[operator](found, moment)
    return not is_number and COMPARISONS[operator](value, literal)


def literal_instant(text: str) -> datetime | None:
    return MOMENTS.get(text) or instant(text)


def stored_instant(text: str) -> datetime | None:
    """The instant of a text in JSON, of whose fraction three digits count."""
    found = instant(text)
    return None if found is None else to_milliseconds(found)


def instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) == len("2024-05-01"):
        return found.replace(tzinfo=UTC)
    try:
        return found if found.tzinfo and instant_text(found) else None
    except OverflowError:  # it leaves the years that there are
        return None
