import pytest

from models.sql.selection import InstantText, Join, Joined, TranslationText, Wanted
from models.tables.reference import customer
from schema.engine.plan.compilation import Compilation, Selected
from schema.engine.plan.expression import NotJoined, RowExpressions
from schema.engine.plan.generate import Assembler
from tests.schema.engine.plan.compilations import compilation, selection, type_named


def expressions(
    fields: str, parent: str = "Segment", join: Join | None = None
) -> tuple[RowExpressions, list[Selected]]:
    made: Compilation = compilation()
    type_ = type_named(parent)
    selected = [field for field in made.selected(type_, [selection(fields)]) if isinstance(field, Selected)]
    return RowExpressions(made, type_, Assembler(), join), selected


@pytest.mark.parametrize(
    ("fields", "expression"),
    [
        ("id", "r['id']"),
        ("status", "r['status']"),
        (
            "validity { __typename from }",
            (
                "(None if r['valid_from as text'] is None and r['valid_to as text'] is None "
                "else {'__typename': 'Validity', 'from': r['valid_from as text']})"
            ),
        ),
    ],
)
def test_the_expression_of_a_field(fields: str, expression: str) -> None:
    own, [field] = expressions(fields)
    assert own.expression(field) == expression


@pytest.mark.parametrize(
    ("fields", "columns"),
    [
        ("name", {TranslationText("name", 0)}),
        ("validity { from }", {InstantText("valid_from"), InstantText("valid_to")}),
        ("isActive", {"status", "valid_from", "valid_to"}),
    ],
)
def test_the_columns_of_a_field(fields: str, columns: set[Wanted]) -> None:
    own, [field] = expressions(fields)
    assert set(own.columns(field)) == columns


def test_a_joined_row_has_columns_of_its_join() -> None:
    join = Join(customer, "customer_id")
    own, [field] = expressions("email", "Customer", join)
    assert own.expression(field) == "r['customer: email']"
    assert own.wanted("email") == Joined(join, "email")


def test_a_joined_row_is_only_columns() -> None:
    own, [field] = expressions("nodeId", "Customer", Join(customer, "customer_id"))
    with pytest.raises(NotJoined, match="nodeId"):
        own.expression(field)
