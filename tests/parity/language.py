"""What a reader is shown of a localized text (behaviour D12)."""

from collections.abc import Mapping
from typing import Final

ALL: Final = "*"
DEFAULT: Final = "en"
CONFIGURED: Final = ("en", "de", "fr")
FALLBACKS: Final[Mapping[str, tuple[str, ...]]] = {
    "": (DEFAULT,),
    "de": ("de", DEFAULT),
    "fr-CH, de;q=0.8": ("fr", "de", DEFAULT),
    "de;q=0.3, FR": ("fr", "de", DEFAULT),
    "it, de;q=0": (DEFAULT,),
    "it, *;q=0.1": (DEFAULT, ALL),
}
"""Accept-Language, and the languages that are looked at in turn; ALL takes the alphabetically first."""


def shown(texts: Mapping[str, str] | None, language: str) -> Mapping[str, str] | str | None:
    """The map for `*`, else the text to show; None where there is none."""
    if not texts:
        return None
    return texts if language == ALL else picked(texts, language)


def picked(texts: Mapping[str, str], language: str) -> str | None:
    """The one text to show."""
    named = picked_by_name(texts, language)
    if named is None and ALL in FALLBACKS.get(language, ()):
        return texts[min(texts)]
    return named


def picked_by_name(texts: Mapping[str, str], language: str) -> str | None:
    """The text to sort by: one that only a `*` lets the reader see counts as missing."""
    return next((texts[tag] for tag in FALLBACKS.get(language, (DEFAULT,)) if tag in texts), None)
