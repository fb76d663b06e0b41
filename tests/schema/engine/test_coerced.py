from graphql import OperationDefinitionNode, parse, print_ast

from schema.engine.coerced import without_variables


def test_only_the_operation_loses_its_definitions() -> None:
    document = parse("query A($x: Int) { a(x: $x) } query B($y: Int) { b(y: $y) }")
    first = document.definitions[0]
    assert isinstance(first, OperationDefinitionNode)
    assert print_ast(without_variables(document, first)) == (
        "query A {\n  a(x: $x)\n}\n\nquery B($y: Int) {\n  b(y: $y)\n}"
    )
