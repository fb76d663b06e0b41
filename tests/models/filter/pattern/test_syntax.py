import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.filter.pattern.syntax import (
    ALPHABET,
    Range,
    case_variants,
    characters,
    complement,
    with_case_variants,
)

ranges = st.lists(
    st.tuples(st.integers(1, 0x10FFFF), st.integers(0, 5000)).map(lambda pair: (pair[0], sum(pair)))
)


@pytest.mark.parametrize(
    ("overlapping", "merged"),
    [
        ([], ()),
        ([(5, 9), (1, 3)], ((1, 3), (5, 9))),
        ([(1, 3), (4, 9)], ((1, 9),)),
        ([(1, 9), (2, 3)], ((1, 9),)),
    ],
)
def test_ranges_are_merged(overlapping: list[Range], merged: tuple[Range, ...]) -> None:
    assert characters(overlapping) == merged


def test_the_complement_has_no_zero_and_no_surrogate() -> None:
    assert complement([]) == ALPHABET == ((1, 0xD7FF), (0xE000, 0x10FFFF))
    assert complement([(1, 9), (11, 0x10FFFF)]) == ((10, 10),)


@given(ranges)
def test_the_complement_of_the_complement(some: list[Range]) -> None:
    twice = complement(complement(some))
    assert complement(twice) == complement(some)
    assert all(first <= last for first, last in twice)


def test_case_variants() -> None:
    assert with_case_variants([(ord("k"), ord("k"))]) == ((75, 75), (107, 107), (0x212A, 0x212A))
    assert with_case_variants([(ord("1"), ord("9"))]) == ((49, 57),)
    assert sorted(case_variants()[0x3C3]) == ["\u03a3", "\u03c2", "\u03c3"]
    assert 0x131 not in case_variants()
