"""What docs/compiled-plans.md shows is what is generated."""

import ast
import re
from pathlib import Path

from graphql import FieldNode, GraphQLObjectType, OperationDefinitionNode, SelectionSetNode, parse

from schema.engine.plan.compilation import Compilation
from schema.engine.plan.compile import RowCompiler
from schema.engine.plan.generate import Assembler
from schema.engine.plan.list_reading import ListReading
from schema.engine.plan.selection import Selector
from schema.federation.root import federated_schema as schema
from tests.schema.engine.plan.generated.operations import CORE

PAGE = (Path(__file__).parents[4] / "docs" / "compiled-plans.md").read_text()


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)
    assert found
    return found[1]


def selection_below(node: OperationDefinitionNode | FieldNode, *names: str) -> SelectionSetNode:
    assert node.selection_set
    if not names:
        return node.selection_set
    [inner] = [
        one
        for one in node.selection_set.selections
        if isinstance(one, FieldNode) and one.name.value == names[0]
    ]
    return selection_below(inner, *names[1:])


def test_the_page_shows_the_function_that_is_generated_for_its_query() -> None:
    [query] = parse(block("graphql")).definitions
    assert isinstance(query, OperationDefinitionNode)
    segment = CORE.type_map["Segment"]
    assert isinstance(segment, GraphQLObjectType)
    assembler = Assembler()
    compilation = Compilation(schema, Selector(CORE, {}, {}), ListReading(join=True, in_one=False))
    RowCompiler(compilation, segment, assembler).compiled([selection_below(query, "segments", "nodes")])
    assert ast.dump(ast.parse(assembler.source())) == ast.dump(ast.parse(block("python")))
