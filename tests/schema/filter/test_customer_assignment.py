from models.filter.tree import And, Compare, Literal, Operator
from models.sql.ordering import Order
from resolvers.assignment_members import CUSTOMER_ASSIGNMENTS
from schema.filter.customer_assignment import (
    CustomerAssignmentOrder,
    CustomerAssignmentOrderField,
    CustomerAssignmentWhere,
)
from schema.filter.value import EnumFilter, IDFilter
from schema.vocabulary.enums import AssignmentType, OrderDirection


def test_members_are_conditions_on_paths() -> None:
    where = CustomerAssignmentWhere(
        customer_id=IDFilter(eq="anna"),  # type: ignore[arg-type]
        assignment_type=EnumFilter(eq=AssignmentType.MANUAL),
    )
    assert where.condition() == And(
        (
            Compare(("customer", "id"), Operator.EQUAL, Literal("anna")),
            Compare(("assignmentType",), Operator.EQUAL, Literal("MANUAL")),
        )
    )


def test_every_order_is_by_a_field() -> None:
    for field in CustomerAssignmentOrderField:
        order = CustomerAssignmentOrder(field=field, direction=OrderDirection.ASC).order()
        assert order == Order(tuple(str(field.value).split(".")), descending=False)
        assert CUSTOMER_ASSIGNMENTS.resolve(order.path).subpath == ()
