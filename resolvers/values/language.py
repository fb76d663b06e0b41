"""Selects translations for readers and checks languages of writers.

Every tag here is in canonical case (`models.language_tag`), as it is stored.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeAlias

from models.blank import is_blank
from models.cache import Cache
from models.language_tag import canonical_range, canonical_tag
from models.sql.ordering import Languages
from resolvers.errors import InvalidArgument, InvalidInput, Path
from resolvers.policy import Policy

Translations: TypeAlias = Mapping[str, str]

QUALITY = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")
ANY: Final = "*"
MOST_RANGES: Final = 10
"""Ranges of Accept-Language that are used: the first valid ones, in the order of the header."""
LONGEST_READ: Final = 4_096
"""Characters of Accept-Language that are read."""
LONGEST_KEPT: Final = 256
"""Characters of the longest Accept-Language that is cached."""
MOST_CONTENT_LANGUAGES: Final = 100
LONGEST_NAMED: Final = 50
"""Characters of an invalid tag in a message."""
MOST_NAMED: Final = 10
"""Invalid tags in a message."""


@dataclass(frozen=True, slots=True)
class LanguagePreference:
    """A reader's languages, best first (behaviour D12).

    `takes_any` says that any language is better than none: a `*` stands somewhere. `wants_all` asks
    for every translation: the `*` comes first.
    """

    ranges: tuple[str, ...] = ()
    takes_any: bool = False
    wants_all: bool = False

    def pick(self, translations: Translations, default_language: str) -> tuple[str, str] | None:
        """The (language, text) to show, or None.

        It is the first text in the order of lookup that is not blank.
        """
        for tag in self.lookup_tags(default_language):
            text = translations.get(tag)
            if text is not None and not is_blank(text):
                return tag, text
        if self.takes_any:
            filled = [tag for tag, text in translations.items() if not is_blank(text)]
            if filled:
                first = min(filled, key=str.lower)
                return first, translations[first]
        return None

    def shown(self, translations: Translations, default_language: str) -> dict[str, str]:
        """The translations to show: all, one or none."""
        if self.wants_all:
            return dict(translations)
        choice = self.pick(translations, default_language)
        return dict([choice]) if choice else {}

    def lookup_tags(self, default_language: str) -> Sequence[str]:
        """The tags in the order of lookup.

        Those of the default language come last.
        """
        ranges = (*self.ranges, default_language)
        return _LOOKUPS.get(ranges, lambda: _lookup_tags(ranges))

    def looked_up(self, default_language: str) -> Languages:
        """The order of `pick`, for a database.

        Rows are sorted by the texts that are shown (behaviour D20).
        """
        return Languages(tuple(self.lookup_tags(default_language)), or_any=self.takes_any)


_LOOKUPS: Final = Cache("language_lookups", share=0.005)
_ARGUMENTS: Final = Cache("language_arguments", share=0.001)
NO_PREFERENCE: Final = LanguagePreference()
_PREFERENCES: Final = Cache("languages", share=0.005)
"""Preferences by header. Long headers are not cached: browsers send short ones."""


def _lookup_tags(ranges: tuple[str, ...]) -> Sequence[str]:
    """The tags to look up for language ranges.

    They are bounded: at most eleven ranges, each of at most ten subtags.
    """
    return tuple(dict.fromkeys(tag for range_ in ranges for tag in _truncations(range_)))


def _truncations(tag: str) -> Iterable[str]:
    """The tag and its truncations, longest first.

    For example `zh-Hant-TW`, `zh-Hant`, `zh`: the lookup of RFC 4647, section 3.4.
    """
    subtags = tag.split("-")
    while subtags:
        yield "-".join(subtags)
        subtags.pop()
        while subtags and len(subtags[-1]) == 1:
            subtags.pop()


def parse_accept_language(header: str | None) -> LanguagePreference:
    """Parse an Accept-Language header.

    Malformed members are skipped (behaviour D12). The first ten usable ranges count, ordered by their
    weights.
    """
    if not header:
        return NO_PREFERENCE
    if len(header) <= LONGEST_KEPT:
        return _PREFERENCES.get(header, lambda: _parsed(header))
    return _parsed(header)


def _parsed(header: str) -> LanguagePreference:
    if len(header) > LONGEST_READ:
        header = header[:LONGEST_READ].rpartition(",")[0]  # the last member may be cut in two
    accepted = sorted(islice(_usable(header.split(",")), MOST_RANGES), key=lambda pair: -pair[0])
    ranges = tuple(dict.fromkeys(tag for _, tag in accepted))
    tags = tuple(tag for tag in ranges if tag != ANY)
    return LanguagePreference(tags, takes_any=ANY in ranges, wants_all=ranges[:1] == (ANY,))


def _usable(members: Iterable[str]) -> Iterator[tuple[float, str]]:
    """The (weight, canonical range) of each usable member.

    A usable member is well-formed and has a weight above zero.
    """
    for member in members:
        text, _, parameter = (part.strip() for part in member.partition(";"))
        tag = ANY if text == ANY else canonical_range(text)
        weight = _weight(parameter)
        if tag is not None and weight:
            yield weight, tag


def _weight(parameter: str) -> float | None:
    if not parameter:
        return 1.0
    name, _, quality = (part.strip() for part in parameter.partition("="))
    return float(quality) if name.lower() == "q" and QUALITY.fullmatch(quality) else None


def preferring(language: str) -> LanguagePreference:
    """The preference of a `language` argument.

    Raises InvalidArgument.
    """
    return _ARGUMENTS.get(language, lambda: _preferring(language))


def _preferring(language: str) -> LanguagePreference:
    tag = canonical_range(language)
    if tag is None:
        raise InvalidArgument(_no_tag(language), path=("language",))
    return LanguagePreference((tag,))


@dataclass(frozen=True, slots=True)
class ContentLanguage:
    """The languages of a request body.

    Without names it is any configured language.
    """

    tags: tuple[str, ...] = ()

    @property
    def only(self) -> str | None:
        """The one language of the body, or None.

        Texts of such a body may be bare strings (behaviour D14).
        """
        return self.tags[0] if len(self.tags) == 1 else None


ANY_LANGUAGE: Final = ContentLanguage()


def parse_content_language(header: str | None, policy: Policy) -> ContentLanguage:
    """Parse a Content-Language header.

    Raises InvalidArgument for malformed and foreign languages, and for more than a hundred: a body
    in more than that is sent without the header, or with `*`.
    """
    path = ("Content-Language",)
    members = [member.strip() for member in (header or "").split(",", MOST_CONTENT_LANGUAGES)]
    if len(members) > MOST_CONTENT_LANGUAGES:
        raise InvalidArgument(f"The header names more than {MOST_CONTENT_LANGUAGES} languages.", path=path)
    if ANY in members:
        return ANY_LANGUAGE
    tags: list[str] = []
    for text in filter(None, members):
        tag = canonical_tag(text)
        if tag is None:
            raise InvalidArgument(_no_tag(text), path=path)
        tags.append(tag)
    unsupported = _unsupported(tags, policy.languages)
    if unsupported:
        raise InvalidArgument(unsupported, path=path)
    return ContentLanguage(tuple(dict.fromkeys(tags)))


def written_by_tag(tags: Iterable[str], path: Path) -> dict[str, str]:
    """A map from canonical tags to the written tags.

    The tags are the keys of a map of translations.

    Raises InvalidInput for a malformed tag, and for one that occurs twice.
    """
    by_tag: dict[str, str] = {}
    for text in tags:
        tag = canonical_tag(text)
        if tag is None:
            raise InvalidInput(_no_tag(text), path=path)
        if tag in by_tag:
            raise InvalidInput(f"The language {text!r} is given twice.", path=path)
        by_tag[tag] = text
    return by_tag


def check_languages(tags: Collection[str], content: ContentLanguage, policy: Policy, path: Path) -> None:
    """Refuse texts in other languages.

    A language has to be configured and, if `content` names languages, one of those. Raises InvalidInput.
    """
    unsupported = _unsupported(tags, policy.languages) or _unsupported(tags, content.tags)
    if unsupported:
        raise InvalidInput(unsupported, path=path)


def _unsupported(tags: Collection[str], supported: tuple[str, ...]) -> str | None:
    foreign = [tag for tag in tags if supported and tag not in supported]
    if not foreign:
        return None
    names = ", ".join(map(repr, foreign[:MOST_NAMED]))
    more = f" and {len(foreign) - MOST_NAMED} more" if len(foreign) > MOST_NAMED else ""
    return f"Following languages are not supported: {names}{more}"


def _no_tag(text: str) -> str:
    return f"{text[:LONGEST_NAMED]!r} is not a language tag such as en or de-CH."
