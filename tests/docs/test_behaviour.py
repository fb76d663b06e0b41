"""docs/behaviour.md has each rule that the repository cites, and no other."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "behaviour.md"
FOLDERS: Final = ("benchmarks", "docs", "gateway", "models", "resolvers", "rest_compat", "schema", "tests")
SUFFIXES: Final = frozenset({".graphql", ".lark", ".md", ".py"})
RULE: Final = re.compile(r"(?<![\w%.])D([1-9][0-9]?)(?: to D([1-9][0-9]?))?(?!\w)")
SECTION: Final = re.compile(r'behaviour ((?:"[^"]+"(?:, )?)+)')
SECTION_NUMBER: Final = re.compile(r"behaviour (?:sections? )?[0-9]")
LINK: Final = re.compile(r"\[[^\]]*\]\([^)]*\)")


def sources() -> Iterator[Path]:
    yield from ROOT.glob("*.md")
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in SUFFIXES and "node_modules" not in path.parts and path != Path(__file__):
                yield path


def rules_in(text: str) -> set[int]:
    """The numbers that a text cites; `D44 to D46` are three."""
    return {
        number for first, last in RULE.findall(text) for number in range(int(first), int(last or first) + 1)
    }


TEXTS: Final = {path: path.read_text() for path in sources()}
RULES: Final = [
    int(number) for number in re.findall(r"^### D([0-9]+)$", PAGE.read_text(), flags=re.MULTILINE)
]
HEADINGS: Final = frozenset(re.findall(r"^## (.+)$", PAGE.read_text(), flags=re.MULTILINE))


def test_ranges_and_lists_are_read_and_escapes_are_not() -> None:
    assert rules_in("behaviour D5, D44 to D46; g%D0%BE, %D9%A1") == {5, 44, 45, 46}


def test_every_rule_stands_once() -> None:
    assert len(RULES) == len(set(RULES))


def test_every_cited_rule_is_on_the_page() -> None:
    missing = {
        (str(path.relative_to(ROOT)), number)
        for path, text in TEXTS.items()
        for number in rules_in(text) - set(RULES)
    }
    assert missing == set()


def test_every_rule_is_cited_by_code_tests_or_another_page() -> None:
    cited = {number for path, text in TEXTS.items() if path != PAGE for number in rules_in(text)}
    assert set(RULES) - cited == set()


def test_every_cited_section_is_on_the_page() -> None:
    cited = {
        name
        for text in TEXTS.values()
        for names in SECTION.findall(text)
        for name in re.findall(r'"([^"]+)"', names)
    }
    assert cited
    assert cited - HEADINGS == set()


def test_sections_are_cited_by_name() -> None:
    assert [path for path, text in TEXTS.items() if SECTION_NUMBER.search(text)] == []


@pytest.mark.parametrize("page", sorted(path for path in TEXTS if path.suffix == ".md" and path != PAGE))
def test_pages_link_the_rules_that_they_cite(page: Path) -> None:
    assert rules_in(LINK.sub("", TEXTS[page])) == set()
    for link in LINK.findall(TEXTS[page]):
        if match := re.fullmatch(r"\[D([0-9]+)\]\((.*)\)", link):
            assert match[2].endswith(f"behaviour.md#d{match[1]}")
