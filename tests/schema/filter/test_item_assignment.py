from models.filter.tree import And, Compare, Literal, Operator
from resolvers.assignment_members import ITEM_ASSIGNMENTS
from schema.filter.item_assignment import ItemAssignmentOrder, ItemAssignmentOrderField, ItemAssignmentWhere
from schema.filter.value import EnumFilter, StringFilter
from schema.vocabulary.enums import ItemType, OrderDirection


def test_members_are_conditions_on_paths() -> None:
    where = ItemAssignmentWhere(type=EnumFilter(eq=ItemType.PRODUCT), item_code=StringFilter(eq="D1"))
    assert where.condition() == And(
        (
            Compare(("type",), Operator.EQUAL, Literal("PRODUCT")),
            Compare(("item", "code"), Operator.EQUAL, Literal("D1")),
        )
    )


def test_every_order_is_by_a_field() -> None:
    for field in ItemAssignmentOrderField:
        order = ItemAssignmentOrder(field=field, direction=OrderDirection.ASC).order()
        assert ITEM_ASSIGNMENTS.resolve(order.path).subpath == ()
