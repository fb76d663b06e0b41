from models.filter.tree import And, Compare, Literal, Operator
from resolvers.assignment_members import GROUP_ASSIGNMENTS
from schema.filter.group_assignment import (
    GroupAssignmentOrder,
    GroupAssignmentOrderField,
    GroupAssignmentWhere,
)
from schema.filter.value import IDFilter
from schema.vocabulary.enums import OrderDirection


def test_members_are_conditions_on_paths() -> None:
    where = GroupAssignmentWhere(group_id=IDFilter(eq="club"))  # type: ignore[arg-type]
    assert where.condition() == And((Compare(("group", "id"), Operator.EQUAL, Literal("club")),))


def test_every_order_is_by_a_field() -> None:
    for field in GroupAssignmentOrderField:
        order = GroupAssignmentOrder(field=field, direction=OrderDirection.DESC).order()
        assert order.descending
        assert GROUP_ASSIGNMENTS.resolve(order.path).subpath == ()
