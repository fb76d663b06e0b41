"""What a reader is shown of a localized text (behaviour D12)."""

from collections.abc import Mapping
from typing import Final

ALL: Final = "*"
DEFAULT: Final = "en"
CONFIGURED: Final = ("en", "de", "fr", "fr-CH")
SPELLINGS: Final = (*CONFIGURED, "EN", "De", "FR", "fr-ch", "FR-CH")
"""How writers write the same languages."""
TEN: Final = ",".join(["it"] * 9)
FALLBACKS: Final[Mapping[str, tuple[str, ...]]] = {
    ALL: (DEFAULT, ALL),
    "": (DEFAULT,),
    "de": ("de", DEFAULT),
    "fr-CH, de;q=0.8": ("fr-CH", "fr", "de", DEFAULT),
    "de;q=0.3, FR": ("fr", "de", DEFAULT),
    "it, de;q=0": (DEFAULT,),
    "fr-ch-1996;q=0.9, *;q=0.2": ("fr-CH", "fr", DEFAULT, ALL),
    "it, *;q=0.1": (DEFAULT, ALL),
    f"{TEN}, FR-ch": ("fr-CH", "fr", DEFAULT),
    f"{TEN}, no_tag, it;q=0, it, de": (DEFAULT,),
}
"""Accept-Language, and the languages that are looked at in turn; ALL takes the alphabetically first."""


def canonical(tag: str) -> str:
    """The tag as it is configured; one that is not stays as it is."""
    return next((one for one in CONFIGURED if one.lower() == tag.lower()), tag)


def by_canonical_tag(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts as they are stored; fewer where a language is written twice."""
    return {canonical(tag): text for tag, text in texts.items()}


def filled(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts that are not blank."""
    return {tag: text for tag, text in texts.items() if text.strip()}


def shown(texts: Mapping[str, str] | None, language: str) -> Mapping[str, str] | str | None:
    """The map for `*`, else the text to show; None where there is none."""
    if not texts:
        return None
    return texts if language == ALL else picked(texts, language)


def picked(texts: Mapping[str, str], language: str) -> str | None:
    """The one text to show, and to sort by (D20)."""
    looked_at, texts = FALLBACKS[language], filled(texts)
    named = next((texts[tag] for tag in looked_at if tag in texts), None)
    return texts[min(texts)] if named is None and texts and ALL in looked_at else named
