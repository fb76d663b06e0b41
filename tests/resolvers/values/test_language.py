"""Which translation a reader sees, and which languages a writer may use (behaviour "Languages")."""

import re
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.sql.ordering import Languages
from resolvers.errors import InvalidArgument, InvalidInput
from resolvers.policy import Policy
from resolvers.values.language import (
    ANY_LANGUAGE,
    ContentLanguage,
    LanguagePreference,
    check_languages,
    parse_accept_language,
    parse_content_language,
    preferring,
    written_by_tag,
)

NAMED = ", ".join(repr(f"a{letter}") for letter in "abcdefghij")
TEXTS = {"en": "Gold", "de": "Gold!", "de-CH": "Gould", "fr": "Or"}

tags = st.sampled_from(["en", "EN", "de", "de-CH", "de-ch-1996", "fr-CH", "zh-Hant-TW", "zh-x-a", "xx", "*"])
weights = st.sampled_from(["", ";q=1", ";q=0.9", "; q=0.9", ";Q=0.5", ";q=0.001", ";q=0", ";q=0.000"])
malformed = st.sampled_from(["", " ", "e", "en_US", "en;q=2", "en;q=", "en;x=1", "en;q=0.1234", ";q=1", "\0"])
headers = st.lists(st.tuples(tags, weights).map("".join) | malformed, max_size=15).map(",".join)
stored = st.dictionaries(
    st.sampled_from(["en", "de", "de-CH", "fr", "zh", "zh-Hant", "fr-CH"]),
    st.text() | st.sampled_from(["", " ", "\t\n", "\u00a0\u2003", "\u200b"]),
    max_size=5,
)


def accepted(header: str) -> list[tuple[float, str]]:
    """The first ten well-formed members with a weight above zero, best first."""
    members = []
    for member in header.split(","):
        match = re.fullmatch(
            r"(\*|[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*[qQ]=(0\.?\d{0,3}|1\.?0{0,3}))?",
            member.strip(),
        )
        if match and float(match[2] or 1) > 0:
            members.append((float(match[2] or 1), match[1].lower()))
    return sorted(members[:10], key=lambda pair: -pair[0])


def expected(header: str, texts: dict[str, str], default: str) -> dict[str, str]:
    """D12 word for word."""
    ranges = [tag for _, tag in accepted(header)]
    if ranges[:1] == ["*"]:
        return texts
    by_tag = {tag.lower(): tag for tag, text in texts.items() if text.strip()}
    for wanted in [*(one for one in ranges if one != "*"), default]:
        subtags = wanted.split("-")
        for length in range(len(subtags), 0, -1):
            tag = "-".join(subtags[:length]).lower()
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
        ("DE-ch, fr;q=0.5", ("de-CH", "de", "fr", "en"), False),
        ("zh-hant-tw", ("zh-Hant-TW", "zh-Hant", "zh", "en"), False),
        ("I-KLINGON, x-A-Klingon", ("i-klingon", "x-a-klingon", "en"), False),
        ("en-US, en, en-us;q=0.9", ("en-US", "en"), False),
        ("en-a-bb-latn", ("en-a-bb-latn", "en-a-bb", "en"), False),
    ],
)
def test_texts_sort_by_the_tags_that_are_looked_up(header: str, tags: tuple[str, ...], or_any: bool) -> None:
    assert parse_accept_language(header).looked_up("en") == Languages(tags, or_any=or_any)


@pytest.mark.parametrize(
    ("language", "canonical"),
    [
        ("en", "en"),
        ("DE-ch", "de-CH"),
        ("zh-HANT-tw", "zh-Hant-TW"),
        ("I-Klingon", "i-klingon"),
        ("a" * 8, "a" * 8),
    ],
)
def test_a_language_argument_prefers_that_language(language: str, canonical: str) -> None:
    assert preferring(language).ranges == (canonical,)


@pytest.mark.parametrize("language", ["", "e", "en_US", "*", "en,de", "en-", "x" * 900_000, "en" + "-a" * 10])
def test_a_language_argument_that_is_no_tag_is_refused_briefly(language: str) -> None:
    with pytest.raises(InvalidArgument) as raised:
        preferring(language)
    assert raised.value.message == f"{language[:50]!r} is not a language tag such as en or de-CH."


def test_the_first_ten_usable_ranges_count() -> None:
    unusable = ["", "en_US", "de;q=0", "de;q=2", "de;x=1"]
    ten = [f"a{letter};q=0.{number}" for number, letter in enumerate("jihgfedcba")][1:]
    header = ",".join([*unusable, "fr;q=0.05", *ten, "de", "*"])
    preference = parse_accept_language(header)
    assert preference == LanguagePreference(("aa", "ab", "ac", "ad", "ae", "af", "ag", "ah", "ai", "fr"))


def test_a_header_is_read_up_to_a_bound() -> None:
    long = f"fr, {'x' * 5_000}, de"
    assert parse_accept_language(long) == LanguagePreference(("fr",))
    cut_in_two = "_," * 2_046 + "de-CH"
    assert len(cut_in_two) > 4_096
    assert parse_accept_language(cut_in_two) == LanguagePreference()
    assert parse_accept_language("_," * 2_045 + "de-CH") == LanguagePreference(("de-CH",))


def test_no_header_leads_to_more_than_a_hundred_and_ten_tags() -> None:
    subtags = "-".join(f"a{number:07}" for number in range(9))
    header = ",".join(f"a{letter}-{subtags}" for letter in "abcdefghijk")
    assert len(parse_accept_language(header).lookup_tags("en-Latn-US")) == 103
    assert len(parse_accept_language("de" + ",x" + "-a" * 40).lookup_tags("en")) == 2


def test_the_same_languages_are_the_same_preference_however_they_are_written() -> None:
    one = parse_accept_language("de-CH, fr;q=0.5, *;q=0.1")
    for header in ("DE-ch,FR;q=0.7,*;q=0.001", "*;q=0.2 , fr;q=0.3 , de-ch", f"de-CH,fr,{' ' * 300}*"):
        assert parse_accept_language(header) == one


def test_nothing_is_kept_of_a_long_header() -> None:
    long, short = f"de,{uuid4().hex * 20}", f"de,{uuid4().hex}"
    assert parse_accept_language(long) is not parse_accept_language(long)
    assert parse_accept_language(short) is parse_accept_language(short)


@pytest.mark.parametrize(
    ("header", "languages", "parsed"),
    [
        (None, (), ANY_LANGUAGE),
        ("", (), ANY_LANGUAGE),
        ("*", ("en",), ANY_LANGUAGE),
        ("en, *", ("en",), ANY_LANGUAGE),
        ("en", ("en",), ContentLanguage(("en",))),
        (" en ,, DE ", ("en", "de"), ContentLanguage(("en", "de"))),
        ("de, DE", ("de",), ContentLanguage(("de",))),
        ("ru", (), ContentLanguage(("ru",))),
        ("I-KLINGON", (), ContentLanguage(("i-klingon",))),
        (",".join(["de"] * 100), (), ContentLanguage(("de",))),
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
        ("e" * 5_000, f"'{'e' * 50}' is not a language tag such as en or de-CH."),
        (",".join(["de"] * 101), "The header names more than 100 languages."),
        (
            ",".join(f"a{letter}" for letter in "abcdefghijkl"),
            f"Following languages are not supported: {NAMED} and 2 more",
        ),
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
        (["zh-Hant", "zh-hant"], (), (), "The language 'zh-hant' is given twice."),
        (["x"], (), (), "'x' is not a language tag such as en or de-CH."),
        (["i-nonsense"], (), (), "'i-nonsense' is not a language tag such as en or de-CH."),
    ],
)
def test_texts_are_taken_in_configured_and_announced_languages_only(
    written: list[str], announced: tuple[str, ...], configured: tuple[str, ...], message: str
) -> None:
    def read() -> None:
        tags = written_by_tag(written, ("name",))
        check_languages(tags, ContentLanguage(announced), Policy(languages=configured), ("name",))

    with pytest.raises(InvalidInput) as raised:
        read()
    assert (raised.value.message, raised.value.path) == (message, ("name",))


@given(st.lists(st.text()))
def test_any_keys_of_a_map_are_taken_or_refused_cleanly(keys: list[str]) -> None:
    try:
        written_by_tag(keys, ("name",))
    except InvalidInput:
        return
    assert len({key.lower() for key in keys}) == len(keys)
