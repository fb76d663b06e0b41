"""The schema explains itself: whatever a client can write or read has a description."""

from collections.abc import Iterator

import pytest
from graphql import (
    DirectiveDefinitionNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    Node,
    ObjectTypeDefinitionNode,
    parse,
)

from schema.root import schema

PARTS = {
    ObjectTypeDefinitionNode: "fields",
    InterfaceTypeDefinitionNode: "fields",
    InputObjectTypeDefinitionNode: "fields",
    EnumTypeDefinitionNode: "values",
    FieldDefinitionNode: "arguments",
}
DOCUMENT = parse(schema.as_str())


def described(node: Node, above: str = "") -> Iterator[tuple[str, str]]:
    """(name, description) of a definition and of all that is in it."""
    name = f"{above}.{node.name.value}" if above else str(node.name.value)  # type: ignore[attr-defined]
    description = node.description  # type: ignore[attr-defined]
    yield name, description.value if description else ""
    for part in getattr(node, PARTS.get(type(node), ""), None) or ():
        yield from described(part, name)


DESCRIPTIONS = {
    name: description
    for definition in DOCUMENT.definitions
    if not isinstance(definition, DirectiveDefinitionNode) and hasattr(definition, "description")
    for name, description in described(definition)
}


def test_everything_has_a_description() -> None:
    assert [name for name, description in DESCRIPTIONS.items() if not description.strip()] == []


@pytest.mark.parametrize("name", ["Segment.customerAssignments.first", "SegmentOrderField.VALID_TO"])
def test_arguments_and_enum_values_are_looked_at(name: str) -> None:
    assert name in DESCRIPTIONS


def test_descriptions_are_sentences() -> None:
    endings = (".", ".`", "…")
    assert [name for name, text in DESCRIPTIONS.items() if text and not text.strip().endswith(endings)] == []
