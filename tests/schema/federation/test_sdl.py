"""What the subgraph's SDL adds to the schema's, and what it leaves out."""

from graphql import ObjectTypeDefinitionNode, parse

from schema.federation.query import SDL
from schema.root import schema


def objects(sdl: str) -> dict[str, ObjectTypeDefinitionNode]:
    return {
        definition.name.value: definition
        for definition in parse(sdl).definitions
        if isinstance(definition, ObjectTypeDefinitionNode)
    }


SUBGRAPH, WHOLE = objects(SDL), objects(schema.as_str())


def with_directive(name: str) -> list[str]:
    return [
        type_name
        for type_name, definition in SUBGRAPH.items()
        if name in [directive.name.value for directive in definition.directives or ()]
    ]


def test_the_types_with_an_id_of_the_contract_have_a_key() -> None:
    assert with_directive("key") == ["Category", "Customer", "Group", "LegalEntity", "Product", "Segment"]


def test_values_without_an_id_are_shareable() -> None:
    assert with_directive("shareable") == ["Metadata", "PageInfo", "Translation", "Validity"]


def test_only_the_lookup_by_global_id_is_left_out() -> None:
    assert SUBGRAPH.keys() == WHOLE.keys()
    fields = {
        name: {field.name.value for field in WHOLE[name].fields or ()}
        - {field.name.value for field in SUBGRAPH[name].fields or ()}
        for name in WHOLE
    }
    assert {name: left_out for name, left_out in fields.items() if left_out} == {"Query": {"node", "nodes"}}
    assert "Node" not in SDL.replace("nodes", "").replace("nodeId", "")


def test_it_links_the_version_that_all_composers_accept() -> None:
    version = "https://specs.apollo.dev/federation/v2.4"
    assert SDL.startswith(f'extend schema @link(url: "{version}", import: ["@key", "@shareable"])\n')
