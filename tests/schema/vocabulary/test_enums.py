from enum import Enum

import pytest

from models.tables.customer_assignment import customer_assignment
from models.tables.item_assignment import item_assignment
from models.tables.reference import customer_group
from models.tables.segment import segment
from schema.vocabulary.enums import AssignmentType, ItemType, SegmentStatus, UserType, describe
from tests.models.tables.declared import checks


@pytest.mark.parametrize(
    ("values", "condition"),
    [
        (SegmentStatus, checks(segment)["ck_segment_status"]),
        (AssignmentType, checks(customer_assignment)["ck_customer_assignment_assignment_type"]),
        (ItemType, checks(item_assignment)["ck_item_assignment_type"]),
        (UserType, checks(customer_group)["ck_customer_group_user_type"]),
    ],
)
def test_words_are_those_of_the_table(values: type[Enum], condition: str) -> None:
    words = ", ".join(f"'{value.name}'" for value in values)
    assert condition.endswith(f"IN ({words})")


def test_every_value_needs_a_description() -> None:
    class Colour(Enum):
        RED = "red"
        BLUE = "blue"

    with pytest.raises(KeyError):
        describe(Colour, "A colour.", {Colour.RED: "Like fire."})
