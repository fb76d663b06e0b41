"""Language tags: which are well-formed, and their canonical case (RFC 5646, sections 2.1 and 2.1.1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.language_tag import canonical_range, canonical_tag

IRREGULAR = [
    "en-GB-oed",
    "i-ami",
    "i-bnn",
    "i-default",
    "i-enochian",
    "i-hak",
    "i-klingon",
    "i-lux",
    "i-mingo",
    "i-navajo",
    "i-pwn",
    "i-tao",
    "i-tay",
    "i-tsu",
    "sgn-BE-FR",
    "sgn-BE-NL",
    "sgn-CH-DE",
]
REGULAR = [
    "art-lojban",
    "cel-gaulish",
    "no-bok",
    "no-nyn",
    "zh-guoyu",
    "zh-hakka",
    "zh-min",
    "zh-min-nan",
    "zh-xiang",
]
EXAMPLES = [
    "de",
    "fr",
    "ja",
    "i-enochian",
    "zh-Hant",
    "zh-Hans",
    "sr-Cyrl",
    "sr-Latn",
    "zh-cmn-Hans-CN",
    "cmn-Hans-CN",
    "zh-yue-HK",
    "yue-HK",
    "zh-Hans-CN",
    "sr-Latn-RS",
    "sl-rozaj",
    "sl-rozaj-biske",
    "sl-nedis",
    "de-CH-1901",
    "sl-IT-nedis",
    "hy-Latn-IT-arevela",
    "de-DE",
    "en-US",
    "es-419",
    "de-CH-x-phonebk",
    "az-Arab-x-aze-derbend",
    "x-whatever",
    "qaa-Qaaa-QM-x-southern",
    "de-Qaaa",
    "sr-Latn-QM",
    "sr-Qaaa-RS",
    "en-US-u-islamcal",
    "zh-CN-a-myext-x-private",
    "en-a-myext-b-another",
    "mn-Cyrl-MN",
    "mN-cYrL-Mn",
    "zh-Latn-CN-variant1-a-extend1-x-wadegile-private1",
    "en-x-us",
    "en-a-aa-latn",
    "de-1996",
    "abcd",
    "abcdefgh",
    "ar-a-aaa-b-bbb-a-ccc",
    "de-DE-u-co-phonebk-x-us",
]
"""Those of appendix A, and others of the text."""
MALFORMED = [
    "x",
    "e",
    "a-DE",
    "en-",
    "-en",
    "en--US",
    "en_US",
    "en-a",
    "en-a-b",
    "en-x",
    "de-419-DE",
    "ar-a-x",
    "i-nonsense",
    "i",
    "abcdefghi",
    "en-abcdefghi",
    "en-12",
    "en-Latn-Cyrl",
    "*",
    "en-u-a",
    "de-DE-DE-DE",
    "\u017fa",
    "en-\u017f\u017f",
    "\u0130-a",
]


@pytest.mark.parametrize("tag", [*IRREGULAR, *REGULAR, *EXAMPLES])
def test_a_tag_in_any_case_has_one_canonical_case(tag: str) -> None:
    canonical = "mn-Cyrl-MN" if tag == "mN-cYrL-Mn" else tag
    for written in (tag, tag.lower(), tag.upper(), tag.title(), tag.swapcase()):
        assert canonical_tag(written) == canonical_range(written) == canonical


@pytest.mark.parametrize("text", [*MALFORMED, "", " en", "en\n", "en US", "en-a" + "-bb" * 9, "en\u0000"])
def test_what_is_no_tag_has_no_canonical_form(text: str) -> None:
    assert canonical_tag(text) is None


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("EN-a", "en-a"),
        ("en-LATN-cyrl", "en-Latn-Cyrl"),
        ("x", None),
        ("a-DE", None),
        ("i-nonsense", "i-nonsense"),
        ("en_US", None),
        ("*", None),
    ],
)
def test_a_reader_may_name_what_only_looks_like_a_tag(text: str, canonical: str | None) -> None:
    assert canonical_range(text) == canonical


def test_a_tag_has_at_most_ten_subtags() -> None:
    assert canonical_tag("en-x" + "-a" * 8) == "en-x-a-a-a-a-a-a-a-a"
    assert canonical_tag("en-x" + "-a" * 9) is None
    assert canonical_tag("abcdefgh" + "-abcdefgh" * 9) is not None


@given(st.text(alphabet="aAxX1-\u0130\u017f", max_size=100) | st.text())
def test_what_is_canonical_stays_as_it_is(text: str) -> None:
    for canonical in (canonical_tag, canonical_range):
        tag = canonical(text)
        assert tag is None or (canonical(tag), tag.lower()) == (tag, text.lower())
