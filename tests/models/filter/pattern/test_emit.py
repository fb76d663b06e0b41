import pytest

from models.filter.pattern.emit import POSTGRESQL, RE2, emit
from models.filter.pattern.parse import parse_pattern


@pytest.mark.parametrize(
    ("pattern", "re2", "postgresql"),
    [
        ("gold", "gold", "gold"),
        ("a-é", r"a\x{2D}\x{E9}", r"a\U0000002D\U000000E9"),
        ("^a$", r"\Aa\z", r"\Aa\Z"),
        (r"\ba\B", r"\ba\B", r"\ya\Y"),
        ("[a-c_]", r"[\x{5F}a-c]", r"[\U0000005Fa-c]"),
        ("a|b", "a|b", "a|b"),
        ("(a|b)c", "(?:a|b)c", "(?:a|b)c"),
        ("(ab)+", "(?:ab){1,}", "(?:ab){1,}"),
        ("a?", "a{0,1}", "a{0,1}"),
        ("(a{2})*", "(?:a{2,2}){0,}", "(?:a{2,2}){0,}"),
    ],
)
def test_both_spellings(pattern: str, re2: str, postgresql: str) -> None:
    node = parse_pattern(pattern)
    assert emit(node, RE2) == re2
    assert emit(node, POSTGRESQL) == postgresql
