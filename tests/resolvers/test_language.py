"""Which translation a reader sees, and which languages a writer may use (behaviour section 4)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ordering import Languages
from resolvers.errors import InvalidArgument, InvalidInput
from resolvers.language import (
    ANY_LANGUAGE,
    ContentLanguage,
    check_languages,
    parse_accept_language,
    parse_content_language,
    preferring,
)
from resolvers.policy import Policy

TEXTS = {"en": "Gold", "de": "Gold!", "de-CH": "Gould", "fr": "Or"}

tags = st.sampled_from(["en", "EN", "de", "de-CH", "de-ch-1996", "fr-CH", "zh-Hant-TW", "zh-x-a", "xx", "*"])
weights = st.sampled_from(["", ";q=1", ";q=0.9", "; q=0.9", ";Q=0.5", ";q=0.001", ";q=0", ";q=0.000"])
malformed = st.sampled_from(["", " ", "e", "en_US", "en;q=2", "en;q=", "en;x=1", "en;q=0.1234", ";q=1", "\0"])
headers = st.lists(st.tuples(tags, weights).map("".join) | malformed, max_size=5).map(",".join)
stored = st.dictionaries(
    st.sampled_from(["en", "de", "de-CH", "fr", "zh", "zh-Hant", "FR-ch"]), st.text(), max_size=5
)


def accepted(header: str) -> list[tuple[float, str]]:
    """The well-formed members with a weight above zero, best first."""
    members = []
    for member in header.split(","):
        match = re.fullmatch(
            r"(\*|[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*[qQ]=(0\.?\d{0,3}|1\.?0{0,3}))?",
            member.strip(),
        )
        if match and float(match[2] or 1) > 0:
            members.append((float(match[2] or 1), match[1].lower()))
    return sorted(members, key=lambda pair: -pair[0])


def expected(header: str, texts: dict[str, str], default: str) -> dict[str, str]:
    """D12 word for word."""
    ranges = [tag for _, tag in accepted(header)]
    if ranges[:1] == ["*"]:
        return texts
    by_tag = {tag.lower(): tag for tag in texts}
    for wanted in [*(one for one in ranges if one != "*"), default]:
        subtags = wanted.split("-")
        for length in range(len(subtags), 0, -1):
            tag = "-".join(subtags[:length])
            if tag in by_tag:
                return {by_tag[tag]: texts[by_tag[tag]]}
    if "*" in ranges and by_tag:
        first = by_tag[min(by_tag)]
        return {first: texts[first]}
    return {}


@given(headers, stored, st.sampled_from(["en", "de", "fr"]))
def test_the_shown_translation_is_that_of_the_rule(header: str, texts: dict[str, str], default: str) -> None:
    assert parse_accept_language(header).shown(texts, default) == expected(header, texts, default)


@given(st.text())
def test_no_header_is_ever_an_error(header: str) -> None:
    shown = parse_accept_language(header).shown(TEXTS, "en")
    assert shown.items() <= TEXTS.items()
    assert shown


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        (None, {"en": "Gold"}),
        ("", {"en": "Gold"}),
        ("de", {"de": "Gold!"}),
        ("DE-ch", {"de-CH": "Gould"}),
        ("de-CH-1996", {"de-CH": "Gould"}),
        ("de-AT", {"de": "Gold!"}),
        ("fr;q=0.1, de;q=0.2", {"de": "Gold!"}),
        ("fr, de", {"fr": "Or"}),
        ("fr;q=0, de", {"de": "Gold!"}),
        ("ru", {"en": "Gold"}),
        ("*", TEXTS),
        ("fr;q=0.5, *", TEXTS),
        ("ru, *;q=0.1", {"en": "Gold"}),
        ("ru;q=2, fr", {"fr": "Or"}),
    ],
)
def test_examples(header: str | None, shown: dict[str, str]) -> None:
    assert parse_accept_language(header).shown(TEXTS, "en") == shown


def test_a_low_star_takes_the_alphabetically_first_where_the_default_has_none() -> None:
    assert parse_accept_language("ru, *;q=0.1").shown({"fr": "Or", "de": "G"}, "en") == {"de": "G"}


def test_the_default_language_falls_back_as_others_do() -> None:
    assert parse_accept_language("ru").shown({"pt": "Ouro"}, "pt-BR") == {"pt": "Ouro"}


@pytest.mark.parametrize(
    ("header", "tags", "or_any"),
    [
        ("de", ("de", "en"), False),
        ("en", ("en",), False),
        ("it, *;q=0.1", ("it", "en"), True),
        ("*", ("en",), True),
        ("DE-ch, fr;q=0.5", ("de-ch", "de-CH", "de", "fr", "en"), False),
        ("zh-hant-tw", ("zh-hant-tw", "zh-Hant-TW", "zh-hant", "zh-Hant", "zh", "en"), False),
        ("en-a-bb-latn", ("en-a-bb-latn", "en-a-bb", "en"), False),
    ],
)
def test_texts_sort_by_the_tags_that_are_looked_up_in_their_usual_spellings(
    header: str, tags: tuple[str, ...], or_any: bool
) -> None:
    assert parse_accept_language(header).sorted_by("en") == Languages(tags, or_any=or_any)


@pytest.mark.parametrize("language", ["en", "DE-ch", "zh-Hant-TW", "a" * 8])
def test_a_language_argument_prefers_that_language(language: str) -> None:
    assert preferring(language).ranges == (language,)


@pytest.mark.parametrize(
    ("header", "languages", "parsed"),
    [
        (None, (), ANY_LANGUAGE),
        ("", (), ANY_LANGUAGE),
        ("*", ("en",), ANY_LANGUAGE),
        ("en, *", ("en",), ANY_LANGUAGE),
        ("en", ("en",), ContentLanguage(("en",))),
        (" en ,, DE ", ("en", "de"), ContentLanguage(("en", "DE"))),
        ("ru", (), ContentLanguage(("ru",))),
    ],
)
def test_content_language_names_what_the_body_is_written_in(
    header: str | None, languages: tuple[str, ...], parsed: ContentLanguage
) -> None:
    assert parse_content_language(header, Policy(languages=languages)) == parsed


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("ru", "Following languages are not supported: 'ru'"),
        ("en, ru, fr", "Following languages are not supported: 'ru', 'fr'"),
        ("english_us", "'english_us' is not a language tag such as en or de-CH."),
        ("en;q=1", "'en;q=1' is not a language tag such as en or de-CH."),
    ],
)
def test_content_language_may_not_be_malformed_or_foreign(header: str, message: str) -> None:
    with pytest.raises(InvalidArgument) as raised:
        parse_content_language(header, Policy(languages=("en", "de")))
    assert (raised.value.message, raised.value.path) == (message, ("Content-Language",))


def test_only_one_announced_language_lets_a_text_stand_alone() -> None:
    assert ContentLanguage(("de",)).only == "de"
    assert ContentLanguage(("de", "en")).only is None
    assert ANY_LANGUAGE.only is None


@pytest.mark.parametrize(
    ("written", "announced", "configured", "message"),
    [
        (["ru"], (), ("en",), "Following languages are not supported: 'ru'"),
        (["de"], ("en",), ("en", "de"), "Following languages are not supported: 'de'"),
        (["en", "EN"], (), (), "The language 'EN' is given twice."),
        (["x"], (), (), "'x' is not a language tag such as en or de-CH."),
    ],
)
def test_texts_are_taken_in_configured_and_announced_languages_only(
    written: list[str], announced: tuple[str, ...], configured: tuple[str, ...], message: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        check_languages(written, ContentLanguage(announced), Policy(languages=configured), ("name",))
    assert (raised.value.message, raised.value.path) == (message, ("name",))


@given(st.lists(st.text()))
def test_any_keys_of_a_map_are_taken_or_refused_cleanly(keys: list[str]) -> None:
    try:
        check_languages(keys, ANY_LANGUAGE, Policy(), ("name",))
    except InvalidInput:
        return
    assert len({key.lower() for key in keys}) == len(keys)
