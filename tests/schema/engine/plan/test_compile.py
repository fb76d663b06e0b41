from typing import Any

import pytest
from graphql import DocumentNode, OperationDefinitionNode, parse

from models.sql.selection import InstantText, JsonText, TranslationText
from schema.engine.plan.compile import Compiler
from schema.engine.plan.selection import Selector
from schema.engine.plan.shape import RowShape
from schema.engine.plan.unplanned import Unplanned
from schema.root import schema


def compiler() -> Compiler:
    return Compiler(schema, Selector(schema._schema, {}, {}))  # noqa: SLF001  (graphql-core's schema)


def row_shape(fields: str) -> tuple[Compiler, RowShape]:
    """The shape of a segment's row that shows these fields."""
    document: DocumentNode = parse(f"{{ {fields} }}")
    [operation] = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    made = compiler()
    segment: Any = made.core.type_map["Segment"]
    return made, made.row_shape(segment, [operation.selection_set])


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
    assert row_shape(fields)[1].columns == columns


def test_each_language_has_a_number() -> None:
    made, shape = row_shape('a: name(language: "de") b: name(language: "en") c: description(language: "de")')
    assert shape.columns == {
        TranslationText("name", 0),
        TranslationText("name", 1),
        TranslationText("description", 0),
    }
    assert len(made.languages) == 2


def test_the_function_shows_the_row() -> None:
    _, shape = row_shape("__typename code: id status validity { to }")
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
        row_shape(fields)
