from types import SimpleNamespace
from typing import Any

from schema.vocabulary.column import column, enum_column, mixins_column
from schema.vocabulary.declaration import ShownColumn, declaration_of
from schema.vocabulary.enums import SegmentStatus


def shown(field: Any, **row: Any) -> Any:
    return field.base_resolver.wrapped_func(SimpleNamespace(row=row))


def test_a_column_shows_its_value_or_null() -> None:
    field = column("valid_from", "From when.", graphql_name="from")
    assert (shown(field, valid_from=5), shown(field)) == (5, None)
    assert (field.graphql_name, field.description) == ("from", "From when.")
    assert declaration_of(field) == ShownColumn("valid_from")


def test_mixins_of_an_unknown_row_are_empty() -> None:
    field = mixins_column("Attributes.")
    assert (shown(field, mixins={"a": {}}), shown(field, mixins=None), shown(field)) == ({"a": {}}, {}, {})
    assert declaration_of(field) == ShownColumn("mixins", unknown="{}")


def test_a_word_is_a_value_of_its_enum() -> None:
    field = enum_column("status", SegmentStatus, "Status.")
    assert shown(field, status="ACTIVE") is SegmentStatus.ACTIVE
    assert declaration_of(field) == ShownColumn("status")
