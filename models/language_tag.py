"""Language tags (RFC 5646) and language ranges (RFC 4647).

Their syntax and their canonical case.

Case has no meaning in a tag, so every tag is brought to the one case that RFC 5646, section 2.1.1
recommends (`zh-Hant-TW`), and is then compared character by character.
"""

import re
from typing import Final

MOST_SUBTAGS: Final = 10
"""In one tag or range; the longest tag in RFC 5646 has nine."""
SUBTAG_LENGTH: Final = 8
LONGEST_TAG: Final = MOST_SUBTAGS * (SUBTAG_LENGTH + 1) - 1
REGION_LENGTH: Final = 2
SCRIPT_LENGTH: Final = 4

WELL_FORMED: Final = re.compile(
    r"([a-z]{2,3}(-[a-z]{3}){0,3}|[a-z]{4,8})"  # language, with its extended language subtags
    r"(-[a-z]{4})?"  # script
    r"(-([a-z]{2}|[0-9]{3}))?"  # region
    r"(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    r"(-[0-9a-wy-z](-[a-z0-9]{2,8})+)*"  # extensions
    r"(-x(-[a-z0-9]{1,8})+)?"  # private use
    r"|x(-[a-z0-9]{1,8})+"
    # The irregular grandfathered tags, which no other rule covers:
    r"|i-(ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)"
    r"|en-gb-oed|sgn-(be-fr|be-nl|ch-de)"
)
"""The syntax of RFC 5646, section 2.1, in lower case."""
RANGE: Final = re.compile(r"([a-z]{2,8}|[ix](?=-))(-[a-z0-9]{1,8})*")
"""A basic language range (RFC 4647, section 2.1) that can match a tag, in lower case."""


def canonical_tag(text: str) -> str | None:
    """Return the well-formed tag in canonical case.

    None where the text is no tag, or has too many subtags.
    """
    return _canonical(text, WELL_FORMED)


def canonical_range(text: str) -> str | None:
    """Return a language range in canonical case.

    A range is a tag, or text in the shape of one. None for other texts.
    """
    return _canonical(text, RANGE)


def _canonical(text: str, syntax: re.Pattern[str]) -> str | None:
    if len(text) > LONGEST_TAG or not text.isascii():
        return None
    lower = text.lower()
    if not syntax.fullmatch(lower) or lower.count("-") >= MOST_SUBTAGS:
        return None
    return canonical_case(lower)


def canonical_case(lower: str) -> str:
    """Return a lower-case tag in canonical case.

    Region and script change as in `zh-Hant-TW`, but only before the first singleton.
    """
    subtags = lower.split("-")
    for position, subtag in enumerate(subtags):
        if len(subtag) == 1:
            break
        if position > 0:
            subtags[position] = _cased(subtag)
    return "-".join(subtags)


def _cased(subtag: str) -> str:
    if not subtag.isalpha():
        return subtag
    if len(subtag) == REGION_LENGTH:
        return subtag.upper()
    return subtag.capitalize() if len(subtag) == SCRIPT_LENGTH else subtag
