"""Estimates the size of introspection results.

It counts values in the schema without executing the operation.
"""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLList,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    introspection_types,
    is_object_type,
)

from schema.engine.limits.limits import require_at_most

SCHEMA, TYPE = "__schema", "__type"
MOST_COUNTS: Final = 50_000
"""Pairs of object and selection set that are counted, which takes a tenth of a second."""
META_FIELDS = frozenset({SCHEMA, TYPE})
"""The fields of the query type that lead to the schema."""


def check_introspection(schema: GraphQLSchema, document: DocumentNode, maximum: int) -> None:
    """Check the introspection size of a valid document.

    Raises LimitExceeded if an operation requests more values of the schema than `maximum`.
    """
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            count = _Count(schema, document, maximum)
            require_at_most("introspection", maximum, count.of_root(definition.selection_set))


class _Count:
    """Counts the introspection values of an operation.

    Each object of the schema counts once for each of its selection sets.
    """

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, maximum: int) -> None:
        self._schema = schema
        self._info = SimpleNamespace(schema=schema)
        self._maximum = maximum
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._known: dict[tuple[int, int], tuple[Any, int]] = {}
        """The counts with their objects: an object must live as long as its address is a key."""
        self._root_fragments: dict[str, int] = {}

    def of_root(self, selection_set: SelectionSetNode) -> int:
        """The number of values below `__schema` and `__type`.

        The selections are those of the query type.
        """
        return sum(map(self._of_root_selection, selection_set.selections))

    def _of_root_selection(self, node: SelectionNode) -> int:
        match node:
            case FieldNode(name=name, selection_set=SelectionSetNode() as inner) if name.value == SCHEMA:
                return self._of_object(inner, introspection_types["__Schema"], self._schema)
            case FieldNode(name=name, selection_set=SelectionSetNode() as inner) if name.value == TYPE:
                types = self._schema.type_map.values()
                return max(self._of_object(inner, introspection_types["__Type"], type_) for type_ in types)
            case InlineFragmentNode():
                return self.of_root(node.selection_set)
            case FragmentSpreadNode():
                return self._of_root_fragment(node.name.value)
        return 0

    def _of_root_fragment(self, name: str) -> int:
        if name not in self._root_fragments:
            self._root_fragments[name] = self.of_root(self._fragments[name].selection_set)
        return self._root_fragments[name]

    def _of_object(self, selection_set: SelectionSetNode, type_: GraphQLNamedType, value: Any) -> int:
        key = id(selection_set), id(value)
        if key not in self._known:
            require_at_most("introspection", max(self._maximum, MOST_COUNTS), len(self._known))
            parts = (self._of_selection(selection, type_, value) for selection in selection_set.selections)
            self._known[key] = value, sum(parts)
        return self._known[key][1]

    def _of_selection(self, node: SelectionNode, type_: GraphQLNamedType, value: Any) -> int:
        match node:
            case FieldNode():
                return 1 + sum(self._of_field(node, type_, value))
            case InlineFragmentNode():
                return self._of_object(node.selection_set, type_, value)
            case FragmentSpreadNode():
                return self._of_object(self._fragments[node.name.value].selection_set, type_, value)
        return 0

    def _of_field(self, node: FieldNode, type_: GraphQLNamedType, value: Any) -> Iterable[int]:
        if node.selection_set is None or not is_object_type(type_):
            return
        field = type_.fields[node.name.value]
        arguments = {"includeDeprecated": True} if "includeDeprecated" in field.args else {}
        resolve: Any = field.resolve
        result = resolve(value, self._info, **arguments)
        if result is None:
            return
        is_list = isinstance(get_nullable_type(field.type), GraphQLList)
        for member in result if is_list else [result]:
            yield self._of_object(node.selection_set, get_named_type(field.type), member)
