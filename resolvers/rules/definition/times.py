"""Texts in rules that look like times."""

import re
from typing import Final

from models.filter.literals import instant
from resolvers.errors import InvalidInput, Path

LIKE_A_DATE: Final = re.compile(r"[+-]?[0-9]{4,}-[0-9]{2}-[0-9]{2}(?:[T ].*)?", re.ASCII | re.DOTALL)


def check_time(text: str, path: Path) -> None:
    """Raise InvalidInput for a text that looks like a time and is none: no customer would ever satisfy it."""
    if LIKE_A_DATE.fullmatch(text) and instant(text) is None:
        message = f"{text[:50]!r} is not a time: a year has four digits, a month has its days."
        raise InvalidInput(message, path=path)
