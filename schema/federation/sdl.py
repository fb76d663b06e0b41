"""The SDL of the subgraph, which composition reads."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final, cast

from graphql import (
    ConstDirectiveNode,
    DefinitionNode,
    DocumentNode,
    FieldDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    parse,
    print_ast,
)

VERSION: Final = "v2.4"
"""The first version with subscriptions. More composers accept an old version than a new one."""
LINK: Final = (
    f'extend schema @link(url: "https://specs.apollo.dev/federation/{VERSION}", '
    'import: ["@key", "@shareable"])'
)
KEY: Final = '@key(fields: "id")'
SHAREABLE: Final = "@shareable"
VALUE_TYPES: Final = ("PageInfo", "Translation", "Validity", "Metadata")
"""Object types without an id. Other subgraphs may define them with the same fields."""
NODE: Final = "Node"
FIELDS_OF_NODES: Final = frozenset({"node", "nodes"})
"""The fields of Query by global id. Each subgraph has its own ids, and no router can tell them apart."""


def subgraph_sdl(sdl: str, entities: Collection[str]) -> str:
    """The SDL with directives of federation, and without the lookup by global id.

    `entities` are the names of the types with the key `id`.
    """
    directives = {
        **dict.fromkeys(entities, _directives(KEY)),
        **dict.fromkeys(VALUE_TYPES, _directives(SHAREABLE)),
    }
    definitions = [
        _composed(definition, directives.get(definition.name.value, ()))
        if isinstance(definition, ObjectTypeDefinitionNode)
        else definition
        for definition in parse(sdl, no_location=True).definitions
        if not _is_node(definition)
    ]
    return f"{LINK}\n\n{print_ast(DocumentNode(definitions=tuple(definitions)))}\n"


def _is_node(definition: DefinitionNode) -> bool:
    return isinstance(definition, InterfaceTypeDefinitionNode) and definition.name.value == NODE


def _composed(
    definition: ObjectTypeDefinitionNode, directives: Sequence[ConstDirectiveNode]
) -> ObjectTypeDefinitionNode:
    return replace(
        definition,
        directives=(*(definition.directives or ()), *directives),
        interfaces=tuple(
            interface for interface in definition.interfaces or () if interface.name.value != NODE
        ),
        fields=tuple(field for field in definition.fields or () if not _is_field_of_nodes(definition, field)),
    )


def _is_field_of_nodes(definition: ObjectTypeDefinitionNode, field: FieldDefinitionNode) -> bool:
    return definition.name.value == "Query" and field.name.value in FIELDS_OF_NODES


def _directives(text: str) -> Sequence[ConstDirectiveNode]:
    [definition] = parse(f"type T {text}", no_location=True).definitions
    return cast("ObjectTypeDefinitionNode", definition).directives or ()
