"""What a test of one selection begins with."""

from typing import Any

from graphql import OperationDefinitionNode, SelectionSetNode, parse

from schema.engine.plan.compilation import Compilation
from schema.engine.plan.list_reading import ListReading
from schema.engine.plan.selection import Selector
from schema.root import schema
from tests.schema.engine.plan.generated.operations import CORE


def compilation(*, join: bool = True, in_one: bool = False) -> Compilation:
    return Compilation(schema, Selector(CORE, {}, {}), ListReading(join, in_one))


def type_named(name: str) -> Any:
    return CORE.type_map[name]


def selection(fields: str) -> SelectionSetNode:
    [operation] = parse(f"{{ {fields} }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    return operation.selection_set
