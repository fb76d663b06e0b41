import asyncio
import re
import resource
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Text, collate, literal, select

from models.connection.database import Database
from models.filter.dialects import dialect_named
from models.filter.errors import FilterError
from models.filter.pattern import PATTERN_BYTES, parse_pattern, re2_pattern, text_matches
from tests.factories.examples import examples

PATTERN_TIMES = 255
"""The most repetitions of the dialect."""


async def matches(database: Database, pattern: str, texts: list[str]) -> list[bool]:
    """The database's own answer for each text."""
    name = database.engine.dialect.name
    columns = [
        dialect_named(name).found(
            pattern, collate(literal(text, Text), "C" if name == "postgresql" else "BINARY")
        )
        for text in texts
    ]
    statement = select(*(column.label(f"text_{index}") for index, column in enumerate(columns)))
    async with database.read() as snapshot:
        (row,) = await snapshot.rows(statement)
    return [bool(value) for value in row.values()]


@pytest.mark.parametrize(
    ("pattern", "found", "not_found"),
    [
        ("gold", ["golden", "marigold"], ["Gold", "", "g old"]),
        ("(?i)gold", ["GOLDEN", "marigOld"], ["g"]),
        ("((?i)straße) Straße", ["STRAẞE Straße"], ["STRAẞE STRAẞE", "STRASSE Straße"]),
        ("(?i)λς", ["ΛΣ", "λσ", "Λς"], ["λs"]),
        ("(?i:a)b", ["Ab", "ab"], ["AB"]),
        ("(?i)[^a-y]", ["z", "Z", "1"], ["A", "y"]),
        (r"^\d+$", ["123"], ["123\n", "١٢٣", "12a", "a\n1"]),
        (r"\bfoo\b", ["a foo.", "foo", "éfoo"], ["foobar", "_foo"]),
        (r"a\Bb", ["ab"], ["a b"]),
        (r"[]\-^\\]", ["]", "-", "^", "\\"], ["[", "a"]),
        ("a.c", ["abc", "a c", "aéc", "a😀c"], ["a\nc", "ac"]),
        (r"a\s\S\w\W\D", ["a\vb_ -", "a xx--"], ["a\u00a0xx--"]),
        ("(a|b|)c{2}(?:d{1,2}?)+", ["acccd", "ccdd"], ["acd", "cc"]),
        (r"100\%|\$\{x\}|\(\)", ["100%", "${x}", "()"], ["100", "$x"]),
        ("x{0}y?", ["", "anything"], []),
        (r"'; DROP TABLE segment; --|\\y", ["'; DROP TABLE segment; --", "\\y"], ["y"]),
        (r"\t|\n|[\r\f]", ["a\tb", "\n", "\f"], ["t", "n"]),
    ],
)
async def test_the_dialect(database: Database, pattern: str, found: list[str], not_found: list[str]) -> None:
    assert await matches(database, pattern, [*found, *not_found]) == [True] * len(found) + [False] * len(
        not_found
    )


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("", "A regular expression must not be empty."),
        ("a" * 257, "A regular expression may have at most 256 characters."),
        ("a\x00", "The character U+0000 is not allowed."),
        ("\ud800", "The text is not valid Unicode."),
        ("(a", "character 3: a group is not closed."),
        ("a)", "character 2: a parenthesis is closed that was not opened."),
        ("[a", "character 3: a bracket is not closed."),
        ("*a", "character 1: there is nothing to repeat."),
        ("^*", "character 3: there is nothing to repeat."),
        ("a**", "character 3: a repetition is repeated."),
        ("a++", "character 3: possessive repetition is not supported."),
        ("a{2", r"character 2: write {2}, {2,} or {2,5} to repeat, \{ for a brace."),
        ("{a}", r"character 1: write \{ for a brace."),
        ("a{3,2}", "character 2: the bounds of a repetition are in the wrong order."),
        ("a{256}", "character 2: at most 255 repetitions."),
        ("[z-a]", "character 5: the bounds of a range are in the wrong order."),
        (r"[a-\d]", r"character 5: \d is not known; a backslash stands before punctuation."),
        (r"[\s\S^]|[^\s\S]", "character 16: no character can match."),
        ("[[:alpha:]]", "character 2: named classes are not supported."),
        (r"(a)\1", "character 5: references to groups are not supported."),
        (r"\p{L}", r"character 2: \p is not known; a backslash stands before punctuation."),
        ("a\\", "character 3: \\ is not known; a backslash stands before punctuation."),
        ("(?=a)", "character 1: after (? only (?: and (?i: are known, and (?i) at the start of a group."),
        ("(?<n>a)", "character 1: after (? only (?: and (?i: are known, and (?i) at the start of a group."),
        ("a(?i)", "character 2: after (? only (?: and (?i: are known, and (?i) at the start of a group."),
        ("(" * 31 + ")" * 31, "character 31: groups may be nested 30 deep."),
        ("((a{50}){50}){50}", "The regular expression is too complex: write fewer or smaller repetitions."),
        (r"(\b|a)*" * 5, "The regular expression is too complex: write fewer or smaller repetitions."),
    ],
)
def test_what_is_not_in_the_dialect_is_refused(pattern: str, message: str) -> None:
    with pytest.raises(FilterError) as refusal:
        parse_pattern(pattern)
    assert refusal.value.message.removeprefix("The regular expression is not valid at ") == message


@given(st.text(max_size=300))
def test_any_text_is_a_pattern_that_compiles_or_is_refused(pattern: str) -> None:
    try:
        text_matches(re2_pattern(pattern), "x")
    except FilterError as refusal:
        assert refusal.message  # noqa: PT017  # either outcome is right


LETTERS = "abAB_1 -\nßé"


@pytest.mark.parametrize(
    "part", ["x", r"\w", r"\W", "[^x]", "(?i)ß", "[à-ÿ]", ".", "(?i)[a-zà-ÿ]", r"[\W\D\S]"]
)
def test_the_largest_patterns_compile_within_their_memory(part: str) -> None:
    for times in range(PATTERN_TIMES, 0, -1):
        pattern = f"{part}{{{times}}}"
        try:
            parse_pattern(pattern)
        except FilterError:
            continue
        assert text_matches(re2_pattern(pattern), "x" * 300) is not None
        return
    raise AssertionError("no pattern is small enough")


def test_a_pattern_takes_no_more_memory_than_it_is_weighed_by() -> None:
    """Each of these takes 1.2 MB in an RE2 without a limit."""
    letters = Random(1)  # noqa: S311  (no secret)
    text = "".join(letters.choice("ab") for _ in range(20_000))
    before = memory()
    for number in range(100):
        assert text_matches(re2_pattern(f"(a|b)*a(a|b){{15}}c{number}"), text) is False
    assert memory() - before < 100 * PATTERN_BYTES


def memory() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


literals = st.sampled_from([*"abAB1_-", r"\.", " ", "é", "ß"])
classes = st.sampled_from(
    [".", r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", "[ab]", "[^a-c]", r"[\d_]", r"[^\w\n]"]
)
assertions = st.sampled_from(["^", r"\b", r"\B"])
quantifiers = st.sampled_from(["?", "*", "+", "??", "*?", "{2}", "{0,2}", "{1,}"])
# Python finds no \B in the empty text before 3.14, so texts have a character.
texts_of_letters = st.lists(st.text(LETTERS, min_size=1, max_size=8), min_size=1, max_size=8)
patterns = st.recursive(
    st.one_of(literals, classes, assertions),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.tuples(inner, quantifiers).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    ),
    max_leaves=8,
)


@settings(
    max_examples=examples(300), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pattern=patterns, texts=texts_of_letters)
async def test_both_databases_agree_with_python(database: Database, pattern: str, texts: list[str]) -> None:
    try:
        parse_pattern(pattern)
    except FilterError:
        return
    expected = [re.search(pattern, text, re.ASCII) is not None for text in texts]
    assert await matches(database, pattern, texts) == expected


@pytest.mark.parametrize(
    "pattern",
    [
        "(?:[^a]?[^b]?[^c]?[^d]?){38}z",
        "(?:a*[^b]*c*[^d]*){30}z",
        "(x+x+)+y",
        "(.?){130}z",
        r"(\b|a)*(\B|b)*(^|c)*($|d)*z",
        r"(?i)[a-zà-ɏ]{60}9",
        "(a|b)*a(a|b){90}c",
    ],
)
async def test_no_pattern_takes_long(database: Database, pattern: str) -> None:
    async with asyncio.timeout(60):  # an engine that tries one way after the other takes hours
        assert await matches(database, pattern, ["ax" * 5000]) == [False]
