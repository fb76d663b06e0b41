"""Localised text: which translation a reader sees, and which languages a writer may use."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from models.ordering import Languages
from resolvers.errors import InvalidArgument, InvalidInput, Path
from resolvers.policy import Policy

Translations: TypeAlias = Mapping[str, str]

LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,7}")
QUALITY = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")
ANY: Final = "*"
REGION_LENGTH: Final = 2
SCRIPT_LENGTH: Final = 4


@dataclass(frozen=True, slots=True)
class LanguagePreference:
    """What a reader understands, best first; `wants_all` asks for every translation (behaviour D12)."""

    ranges: tuple[str, ...] = ()
    wants_all: bool = False

    @property
    def takes_any(self) -> bool:
        """Whether any language is better than none: a `*` stands somewhere."""
        return self.wants_all or ANY in self.ranges

    def pick(self, translations: Translations, default_language: str) -> tuple[str, str] | None:
        """The one (language, text) to show, or None where no accepted language has any."""
        tags = self.lookup_tags(default_language)
        if tags[0] in translations:
            return tags[0], translations[tags[0]]
        by_tag = {tag.lower(): (tag, text) for tag, text in translations.items()}
        for tag in tags:
            if tag in by_tag:
                return by_tag[tag]
        if by_tag and self.takes_any:
            return by_tag[min(by_tag)]
        return None

    def shown(self, translations: Translations, default_language: str) -> dict[str, str]:
        """The map to answer with: every translation, or the picked one, or none."""
        if self.wants_all:
            return dict(translations)
        picked = self.pick(translations, default_language)
        return dict([picked]) if picked else {}

    def lookup_tags(self, default_language: str) -> Sequence[str]:
        """Lower-case tags in the order in which they are looked up, the default language's last."""
        return _lookup_tags((*self.ranges, default_language))

    def sorted_by(self, default_language: str) -> Languages:
        """What `pick` does, for a database to sort by the texts that are shown (behaviour D20).

        A database finds a tag by its very text, so each is looked up in lower case and as RFC 5646
        writes it; who stores `DE` or `de-Ch` has the text shown, and sorted as missing.
        """
        spellings = (one for tag in self.lookup_tags(default_language) for one in (tag, _canonical(tag)))
        return Languages(tuple(dict.fromkeys(spellings)), or_any=self.takes_any)


@lru_cache(maxsize=256)
def _lookup_tags(ranges: tuple[str, ...]) -> Sequence[str]:
    named = (one.lower() for one in ranges if one != ANY)
    return tuple(dict.fromkeys(tag for one in named for tag in _truncations(one)))


def _truncations(tag: str) -> Iterable[str]:
    """`zh-hant-tw`, `zh-hant`, `zh`: the lookup of RFC 4647, section 3.4."""
    subtags = tag.split("-")
    while subtags:
        yield "-".join(subtags)
        subtags.pop()
        if subtags and len(subtags[-1]) == 1:
            subtags.pop()


def _canonical(tag: str) -> str:
    """`zh-hant-tw` as `zh-Hant-TW`: RFC 5646, section 2.1.1."""
    subtags = tag.split("-")
    for index, subtag in enumerate(subtags[1:], start=1):
        if len(subtags[index - 1]) == 1:
            break
        if len(subtag) == REGION_LENGTH:
            subtags[index] = subtag.upper()
        elif len(subtag) == SCRIPT_LENGTH:
            subtags[index] = subtag.title()
    return "-".join(subtags)


@lru_cache(maxsize=256)
def parse_accept_language(header: str | None) -> LanguagePreference:
    """Understand an Accept-Language header; what is malformed in it is passed over (behaviour D12)."""
    weighted: list[tuple[float, str]] = []
    for member in (header or "").split(","):
        tag, _, parameter = (part.strip() for part in member.partition(";"))
        name, _, quality = (part.strip() for part in parameter.partition("="))
        if not (tag == ANY or LANGUAGE_TAG.fullmatch(tag)):
            continue
        if parameter and not (name.lower() == "q" and QUALITY.fullmatch(quality)):
            continue
        weighted.append((float(quality) if parameter else 1.0, tag))
    accepted = sorted(((weight, tag) for weight, tag in weighted if weight > 0), key=lambda pair: -pair[0])
    ranges = tuple(tag for _, tag in accepted)
    return LanguagePreference(ranges, wants_all=ranges[:1] == (ANY,))


@lru_cache(maxsize=256)
def preferring(language: str) -> LanguagePreference:
    """The preference that a `language` argument states. Raises InvalidArgument."""
    if not LANGUAGE_TAG.fullmatch(language):
        raise InvalidArgument(f"{language!r} is not a language tag such as en or de-CH.", path=("language",))
    return LanguagePreference((language,))


@dataclass(frozen=True, slots=True)
class ContentLanguage:
    """The languages that a body may be written in; none named means any that are configured."""

    tags: tuple[str, ...] = ()

    @property
    def only(self) -> str | None:
        """The one language of a body whose texts may be bare strings (design section 9, D14)."""
        return self.tags[0] if len(self.tags) == 1 else None


ANY_LANGUAGE: Final = ContentLanguage()


def parse_content_language(header: str | None, policy: Policy) -> ContentLanguage:
    """Understand a Content-Language header. Raises InvalidArgument for malformed or foreign languages."""
    tags = tuple(tag.strip() for tag in (header or "").split(",") if tag.strip())
    if ANY in tags:
        return ANY_LANGUAGE
    path = ("Content-Language",)
    for tag in tags:
        if not LANGUAGE_TAG.fullmatch(tag):
            raise InvalidArgument(f"{tag!r} is not a language tag such as en or de-CH.", path=path)
    unsupported = _unsupported(tags, policy.languages)
    if unsupported:
        raise InvalidArgument(unsupported, path=path)
    return ContentLanguage(tags)


def check_languages(tags: Collection[str], content: ContentLanguage, policy: Policy, path: Path) -> None:
    """Refuse texts in languages that are malformed, not configured, not announced, or given twice."""
    seen: set[str] = set()
    for tag in tags:
        if not LANGUAGE_TAG.fullmatch(tag):
            raise InvalidInput(f"{tag[:50]!r} is not a language tag such as en or de-CH.", path=path)
        if tag.lower() in seen:
            raise InvalidInput(f"The language {tag!r} is given twice.", path=path)
        seen.add(tag.lower())
    unsupported = _unsupported(tags, policy.languages) or _unsupported(tags, content.tags)
    if unsupported:
        raise InvalidInput(unsupported, path=path)


def _unsupported(tags: Collection[str], supported: tuple[str, ...]) -> str | None:
    known = {tag.lower() for tag in supported}
    foreign = [tag for tag in tags if known and tag.lower() not in known]
    if not foreign:
        return None
    return f"Following languages are not supported: {', '.join(repr(tag) for tag in foreign)}"
