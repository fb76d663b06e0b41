"""Numbers and instants among literals.

Columns hold whole numbers and whole milliseconds. A literal between two of those is not
rounded: the comparison is changed to the one that means the same on the grid below it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from math import isfinite
from typing import Final

from models.filter.tree import Literal, Operator

NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
INSTANT: Final = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:T(?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.(?P<fraction>[0-9]{1,9}))?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2}))?"
)
SMALLEST_INTEGER: Final = -(2**63)
LARGEST_INTEGER: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class OnGrid:
    """The grid value at or below a literal, and its exactness."""

    value: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Instant:
    """The millisecond at or below a literal, and its exactness."""

    value: datetime
    exact: bool


def operator_on_grid(operator: Operator, *, exact: bool) -> Operator | None:
    """Return the operator for the grid value below the literal.

    None where nothing can hold.
    """
    if exact:
        return operator
    match operator:
        case Operator.EQUAL:
            return None
        case Operator.LESS | Operator.AT_MOST:
            return Operator.AT_MOST
        case Operator.GREATER | Operator.AT_LEAST:
            return Operator.GREATER


def whole_number(text: str) -> OnGrid | None:
    """Return the integer at or next below a number.

    None for other texts. Beyond 64 bits it is the first integer beyond.
    """
    if NUMBER.fullmatch(text) is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:  # an exponent of nineteen digits
        return None
    if number > LARGEST_INTEGER:
        return OnGrid(LARGEST_INTEGER + 1, exact=False)
    if number < SMALLEST_INTEGER:
        return OnGrid(SMALLEST_INTEGER - 1, exact=False)
    floor = number.to_integral_value(rounding=ROUND_FLOOR)
    return OnGrid(int(floor), exact=floor == number)


def instant(text: str) -> Instant | None:
    """Parse an RFC 3339 date-time or date (midnight UTC).

    None for other texts.
    """
    match = INSTANT.fullmatch(text)
    if match is None:
        return None
    zone = (match["zone"] or "Z").replace("Z", "+00:00")
    fraction = (match["fraction"] or "").ljust(3, "0")
    time = match["time"] or "00:00"
    seconds = "" if time.count(":") == 2 else ":00"  # noqa: PLR2004  # hh:mm:ss has two colons
    try:
        value = datetime.fromisoformat(f"{match['date']}T{time}{seconds}.{fraction[:3]}{zone}").astimezone(
            UTC
        )
    except (ValueError, OverflowError):
        return None
    return Instant(value, exact=not fraction[3:].strip("0"))


def json_number(literal: Literal) -> float | None:
    """Return the number of a bare literal.

    JSON numbers are doubles. None for other literals.
    """
    if literal.quoted or NUMBER.fullmatch(literal.text) is None:
        return None
    number = float(literal.text)
    return number if isfinite(number) else None


def json_boolean(literal: Literal) -> str | None:
    """The boolean of a bare literal."""
    return literal.text if not literal.quoted and literal.text in {"true", "false"} else None
