"""What is read of a representation, and how much."""

import pytest

from resolvers.errors import InvalidArgument, TooManyElements
from schema.vocabulary.representation import MOST_REPRESENTATIONS, read_representations

TYPES = ("Segment", "Customer")


class Unread(dict[str, object]):
    """A member that may not be looked at."""

    def __iter__(self) -> None:  # type: ignore[override]
        raise AssertionError("it was walked")


def test_references_keep_their_places() -> None:
    values = [{"__typename": "Customer", "id": 7}, {"id": "gold"}, {"__typename": "Segment", "id": "gold"}]
    first, failure, last = read_representations(values, TYPES)
    assert (first, last) == (("Customer", "7"), ("Segment", "gold"))
    assert isinstance(failure, InvalidArgument)
    assert failure.path == ("representations", 1, "__typename")


def test_other_members_are_not_read() -> None:
    value = {"__typename": "Segment", "id": "gold", "mixins": Unread()}
    assert read_representations([value], TYPES) == [("Segment", "gold")]


def test_a_failure_repeats_nothing_of_the_representation() -> None:
    [failure] = read_representations([{"__typename": "\ud800" * 1_000_000, "id": "\ud800"}], TYPES)
    assert isinstance(failure, InvalidArgument)
    assert failure.message == "`__typename` must be one of Customer, Segment."


def test_too_many_are_not_read_at_all() -> None:
    values = [{"__typename": "Segment", "id": "gold"}] * MOST_REPRESENTATIONS
    assert len(read_representations(values, TYPES)) == MOST_REPRESENTATIONS
    with pytest.raises(TooManyElements):
        read_representations([*values, None], TYPES)
