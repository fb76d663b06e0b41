from models.filter.tree import And, Compare, Condition, Literal, Not, Operator, Or, Present
from models.sql.ordering import Order
from resolvers.segment.members import SEGMENTS
from schema.filter.combined import combined, filter_values, order_by
from schema.filter.value import IDFilter, StringFilter
from schema.types.segment_members import SegmentOrderField, SegmentWhere
from schema.vocabulary.enums import OrderDirection

EMAIL = Present(("email",))


class Nested:
    def condition(self) -> Condition:
        return EMAIL


def test_members_and_nested_filters_all_hold() -> None:
    equals = Compare(("id",), Operator.EQUAL, Literal("a"))
    condition = combined({("id",): IDFilter(eq="a"), ("status",): None}, [Nested()], [Nested()], Nested())  # type: ignore[arg-type]
    assert condition == And((equals, EMAIL, Or((EMAIL,)), Not(EMAIL)))


def test_an_empty_or_never_holds_and_an_empty_and_always() -> None:
    assert combined({}, [], [], None) == And((Or(()),))
    assert combined({}, None, None, None) == And(())


def test_filters_are_found_by_their_columns() -> None:
    site = StringFilter(eq="main")
    values = filter_values(SegmentWhere(site_code=site), SEGMENTS)
    assert values["siteCode",] is site
    assert ("validity", "from") in values
    assert ("mixins",) not in values


def test_an_order_is_a_path_and_a_direction() -> None:
    assert order_by(SegmentOrderField.VALID_FROM, OrderDirection.DESC) == Order(
        ("validity", "from"), descending=True
    )
    assert order_by(SegmentOrderField.ID, OrderDirection.ASC) == Order(("id",), descending=False)
