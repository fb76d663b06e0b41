"""The columns read of each type by an operation.

They are for the standard execution.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final
from weakref import WeakKeyDictionary

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)

from schema.engine.document import Operation
from schema.vocabulary.declaration import (
    Computed,
    LocalizedColumn,
    SameRow,
    ShownColumn,
    declaration_of,
)
from schema.vocabulary.relation import ToOne

ID: Final = frozenset({"id"})
Columns = Mapping[str, Collection[str]]


class OperationColumns:
    """The columns of operations, cached per operation.

    They are dropped with the operation.
    """

    def __init__(self, core: GraphQLSchema) -> None:
        self._core = core
        self._by_operation: WeakKeyDictionary[Operation, Columns] = WeakKeyDictionary()

    def of(self, operation: Operation) -> Columns:
        """The columns by type name.

        A type is missing if a field may read any of its columns.
        """
        columns = self._by_operation.get(operation)
        if columns is None:
            columns = self._by_operation[operation] = _Columns(self._core, operation).by_type()
        return columns


class _Columns:
    """Collects the columns of one operation.

    Directives are ignored: skipped fields count as well.
    """

    def __init__(self, core: GraphQLSchema, operation: Operation) -> None:
        self._core = core
        self._operation = operation
        self._fragments = {
            node.name.value: node
            for node in operation.document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self._visited: set[tuple[str, str]] = set()
        self._columns: dict[str, set[str]] = {}
        self._of_any_column: set[str] = set()

    def by_type(self) -> Columns:
        root = self._core.get_root_type(self._operation.node.operation)
        self._visit(root, self._operation.node.selection_set, ())
        self._columns.pop(getattr(root, "name", ""), None)
        return {
            name: frozenset(columns) | ID
            for name, columns in self._columns.items()
            if name not in self._of_any_column
        }

    def _visit(self, type_: Any, selections: SelectionSetNode, row_types: Collection[str]) -> None:
        """Collect the columns of a selection.

        `row_types` has the names of the types over the same row.
        """
        for node in selections.selections:
            match node:
                case FieldNode():
                    self._visit_field(type_, node, row_types or self._object_types(type_))
                case InlineFragmentNode(type_condition=condition):
                    inner = type_ if condition is None else self._core.get_type(condition.name.value)
                    self._visit(inner, node.selection_set, row_types)
                case FragmentSpreadNode():
                    self._visit_fragment(node.name.value, row_types)

    def _visit_fragment(self, name: str, row_types: Collection[str]) -> None:
        key = (name, ",".join(sorted(row_types)))
        if key not in self._visited:
            self._visited.add(key)
            fragment = self._fragments[name]
            type_ = self._core.get_type(fragment.type_condition.name.value)
            self._visit(type_, fragment.selection_set, row_types)

    def _visit_field(self, type_: Any, node: FieldNode, row_types: Collection[str]) -> None:
        definition: GraphQLField | None = getattr(type_, "fields", {}).get(node.name.value)
        if definition is None:  # __typename, or a field of introspection
            return
        declaration = declaration_of(definition.extensions["strawberry-definition"])
        match declaration:
            case None:
                self._of_any_column.update(row_types)
            case ShownColumn(columns=columns) | LocalizedColumn(columns=columns) | Computed(columns=columns):
                self._add(row_types, columns)
            case ToOne(columns=columns):
                self._add(row_types, columns)
            case SameRow(null_without=optional):
                self._add(row_types, [text.column for text in optional])
            case _:
                self._add(row_types, ())
        named_type = get_named_type(definition.type)
        if node.selection_set is not None and is_composite_type(named_type):
            inner_rows = row_types if isinstance(declaration, SameRow) else ()
            self._visit(named_type, node.selection_set, inner_rows)

    def _add(self, row_types: Collection[str], columns: Collection[str]) -> None:
        for name in row_types:
            self._columns.setdefault(name, set()).update(columns)

    def _object_types(self, type_: Any) -> list[str]:
        return [possible.name for possible in self._possible(type_)]

    def _possible(self, type_: Any) -> Iterator[GraphQLObjectType]:
        if is_abstract_type(type_):
            yield from self._core.get_possible_types(type_)
        else:
            yield type_
