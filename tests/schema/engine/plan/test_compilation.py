from typing import Any, cast

import pytest

from schema.engine.plan.compilation import Compilation, Selected
from schema.engine.plan.shape import RowShape
from schema.engine.plan.unplanned import Unplanned
from schema.types.segment_link import SEGMENT
from tests.schema.engine.plan.compilations import compilation, selection, type_named


def selected(made: Compilation, fields: str, parent: str = "Segment") -> list[Selected | str]:
    return made.selected(type_named(parent), [selection(fields)])


def test_fields_have_their_key_and_definition() -> None:
    key, field = selected(compilation(), "__typename code: id")
    assert key == "__typename"
    assert isinstance(field, Selected)
    assert (field.key, field.field.python_name, field.named_type.name) == ("code", "id", "ID")


def test_introspection_has_no_plan() -> None:
    with pytest.raises(Unplanned, match="__schema"):
        selected(compilation(), "__schema { queryType { name } }", "Query")


def test_equal_languages_share_a_number() -> None:
    made = compilation()
    fields = cast(
        "list[Selected]",
        selected(made, 'a: name(language: "de") b: name(language: "en") c: description(language: "de")'),
    )
    assert [made.language(field) for field in fields] == [0, 1, 0]
    assert len(made.languages) == 2


def test_an_interface_has_its_possible_types() -> None:
    made = compilation()
    [item] = cast("list[Selected]", selected(made, "item { id }", "ItemAssignment"))
    assert sorted(type_.name for type_ in made.possible_types(item)) == ["Category", "Product"]
    [segment] = cast("list[Selected]", selected(made, "segment { id }", "ItemAssignment"))
    assert [type_.name for type_ in made.possible_types(segment)] == ["Segment"]


def test_links_of_a_relation_have_the_columns_of_all() -> None:
    made = compilation()
    shape: Any = RowShape(frozenset({"status"}), (), (), lambda *_: [])
    assert made.columns_behind(SEGMENT, []) == {"id"}
    columns = made.columns_behind(SEGMENT, [shape])
    assert made.columns_behind(SEGMENT, []) is columns
    assert columns == {"id", "status"}


def test_objects_are_completed_by_their_type() -> None:
    made = compilation()
    complete = made.object_completer([selection("__typename tenant")])
    with pytest.raises(Unplanned, match=r"Segment\.membership"):
        made.object_completer([selection("membership")])(type_named("Segment"))
    assert complete(type_named("Viewer")) is not None
