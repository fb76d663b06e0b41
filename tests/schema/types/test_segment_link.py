import pytest
from strawberry.types import get_object_definition

from resolvers.errors import Forbidden
from schema.types.customer_assignment import CustomerAssignment
from schema.types.group_assignment import GroupAssignment
from schema.types.item_assignment import ItemAssignment
from schema.types.segment_link import SEGMENT
from schema.vocabulary.declaration import declaration_of
from schema.vocabulary.node import Node
from schema.vocabulary.relation import linked_row

ROW = {"segment_id": "gold"}


def test_the_link_leads_to_the_segment_of_the_row() -> None:
    assert (SEGMENT.key(ROW), SEGMENT.node(ROW)) == ("gold", "Segment")


def test_of_a_withheld_segment_the_id_is_shown() -> None:
    row = linked_row(SEGMENT, ROW, None)
    assert row is not None
    assert row["id"] == "gold"
    with pytest.raises(Forbidden):
        row["name"]


@pytest.mark.parametrize("node_type", [CustomerAssignment, GroupAssignment, ItemAssignment])
def test_all_assignments_share_the_link(node_type: type[Node]) -> None:
    fields = get_object_definition(node_type, strict=True).fields
    [field] = [field for field in fields if field.python_name == "segment"]
    assert declaration_of(field) is SEGMENT
