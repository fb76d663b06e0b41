import pytest
from graphql import FragmentDefinitionNode, GraphQLObjectType, OperationDefinitionNode, parse

from schema.engine.plan.selection import MOST_SELECTIONS, Selector
from schema.engine.plan.unplanned import Unplanned
from schema.root import schema

CORE = schema._schema  # noqa: SLF001  (graphql-core's schema has the types)


def keys(query: str, **conditions: bool | None) -> list[str]:
    document = parse(query)
    [operation] = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    parent = CORE.query_type
    assert isinstance(parent, GraphQLObjectType)
    fields = Selector(CORE, fragments, conditions).fields(parent, [operation.selection_set])
    return [f"{key}:{len(nodes)}" for key, nodes in fields.items()]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ a x: b }", ["a:1", "x:1"]),
        ("{ a { c } a { d } }", ["a:2"]),
        ("{ ... on Query { a } ... on Segment { b } ... { c } }", ["a:1", "c:1"]),
        ("{ ...F ...F } fragment F on Query { a }", ["a:1"]),
        ("{ a @skip(if: true) b @include(if: true) c @include(if: false) }", ["b:1"]),
        ("{ a @skip(if: true) @include(if: true) }", []),
    ],
)
def test_fields_by_key(query: str, expected: list[str]) -> None:
    assert keys(query) == expected


def test_conditions_may_be_variables() -> None:
    query = "{ a @include(if: $x) b @skip(if: $x) }"
    assert keys(query, x=True) == ["a:1"]
    assert keys(query, x=False) == ["b:1"]
    with pytest.raises(Unplanned, match="a condition is null"):
        keys(query, x=None)


def test_other_directives_and_large_selections_have_no_plan() -> None:
    with pytest.raises(Unplanned, match="@defer"):
        keys("{ a @defer }")
    with pytest.raises(Unplanned):
        keys("{ " + "a " * (MOST_SELECTIONS + 1) + "}")
