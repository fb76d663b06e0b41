import pytest

from models.sql.selection import InstantText, JsonText, TranslationText
from schema.engine.plan.compile import row_shape
from schema.engine.plan.shape import RowShape
from schema.engine.plan.unplanned import Unplanned
from tests.schema.engine.plan.compilations import compilation, selection, type_named


def shape_of(fields: str) -> RowShape:
    """The shape of a segment's row that shows these fields."""
    return row_shape(compilation(), type_named("Segment"), [selection(fields)])


@pytest.mark.parametrize(
    ("fields", "columns"),
    [
        ("id status", {"id", "status"}),
        ("name", {TranslationText("name", 0)}),
        ("mixins", {JsonText("mixins")}),
        ("validity { from }", {InstantText("valid_from"), InstantText("valid_to")}),
        ("metadata { version modifiedAt }", {"version", InstantText("modified_at")}),
        ("isActive", {"status", "valid_from", "valid_to"}),
        ("__typename", set()),
    ],
)
def test_a_row_reads_the_columns_that_it_shows(fields: str, columns: set[object]) -> None:
    assert shape_of(fields).columns == columns


def test_the_function_shows_the_row() -> None:
    shape = shape_of("__typename code: id status validity { to }")
    row = {"id": "gold", "status": "ACTIVE", "valid_from as text": None, "valid_to as text": None}
    assert shape.assemble([row], [], []) == [
        {"__typename": "Segment", "code": "gold", "status": "ACTIVE", "validity": None}
    ]


@pytest.mark.parametrize(
    "fields",
    [
        "a: customerAssignments { totalCount } b: customerAssignments { totalCount }",
        "rule { q }",
        "customerAssignments { nodes { segment { id } } edges { node { segment { id } } } }",
        "customerAssignments { edges { a: node { mixins } b: node { mixins } } }",
    ],
)
def test_some_selections_have_no_plan(fields: str) -> None:
    with pytest.raises(Unplanned):
        shape_of(fields)
