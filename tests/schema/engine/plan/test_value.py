from enum import Enum
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
)
from orjson import Fragment

from schema.engine.plan.unplanned import Unplanned
from schema.engine.plan.value import completer, json_as_it_is


class Colour(Enum):
    RED = "red"


OBJECT = GraphQLObjectType("Thing", {})
ENUM = GraphQLEnumType("Colour", Colour)


def complete_object(type_: GraphQLObjectType) -> Any:
    return lambda value: {"type": type_.name, "value": value}


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        (GraphQLInt, 5, 5),
        (GraphQLInt, None, None),
        (ENUM, "red", "RED"),
        (GraphQLList(GraphQLInt), [1, None], [1, None]),
        (GraphQLList(GraphQLInt), None, None),
        (GraphQLNonNull(OBJECT), 7, {"type": "Thing", "value": 7}),
    ],
)
def test_values_are_completed(type_: GraphQLOutputType, value: Any, expected: Any) -> None:
    assert completer(type_, complete_object)(value) == expected


def test_a_missing_value_is_left_to_the_standard_execution() -> None:
    with pytest.raises(Unplanned, match="a value is missing"):
        completer(GraphQLList(GraphQLNonNull(GraphQLInt)), complete_object)([1, None])


def test_an_interface_has_no_completer() -> None:
    with pytest.raises(Unplanned):
        completer(GraphQLInterfaceType("Any", {}), complete_object)


def test_json_is_passed_on() -> None:
    assert json_as_it_is(None) is None
    assert isinstance(json_as_it_is("{}"), Fragment)
