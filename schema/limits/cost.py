"""How many objects an operation may answer with, estimated before it is executed.

A page counts as many rows as it asks for, every object in a row as one, and each row of a page in a
page once for every row around it. What depends on the document alone is added up once; what depends
on variables is left as a small function of them.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLList,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_interface_type,
    is_object_type,
    value_from_ast_untyped,
)

from resolvers.page import DEFAULT_FIRST

SHORT_LIST: Final = 3
"""What a list without pages is taken to hold: translations, or the branches of a category."""

HIGHEST: Final = 10**15
"""No estimate is above: JSON numbers of clients are exact up to here, and pages in pages multiply."""

ROWS: Final = {"nodes": 1, "edges": 0}
"""The rows of a page, and what each counts; an edge is counted by its `node`."""

Variables: TypeAlias = Mapping[str, Any]
Cost: TypeAlias = Callable[[Variables], int]
_Amount: TypeAlias = int | Cost
"""A number, or what it is for the variables of a request."""
_Value: TypeAlias = Callable[[Variables], Any]


def compile_cost(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> Cost:
    """The estimate of a valid operation, as a function of the variables as they were sent."""
    root = schema.get_root_type(operation.operation)
    if root is None:
        raise ValueError("a valid operation has a root type")
    amount = _Estimator(schema, document, operation).selected(operation.selection_set, root)[0]
    return lambda variables: min(_value(amount, variables), HIGHEST)


class _Estimator:
    """Selections as pairs of amounts: of the selected objects, and of one row of the page around them."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
    ) -> None:
        self._schema = schema
        self._fragments = {
            one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        self._defaults = {
            one.variable.name.value: value_from_ast_untyped(one.default_value)
            for one in operation.variable_definitions or ()
            if one.default_value
        }
        self._known: dict[str, tuple[_Amount, _Amount]] = {}

    def selected(self, selection_set: SelectionSetNode, parent: GraphQLNamedType) -> tuple[_Amount, _Amount]:
        own: _Amount = 0
        row: _Amount = 0
        for selection in selection_set.selections:
            match selection:
                case FieldNode():
                    more = self._field(selection, parent)
                case InlineFragmentNode():
                    more = self.selected(selection.selection_set, self._type(selection, parent))
                case FragmentSpreadNode():
                    more = self._fragment(selection.name.value, parent)
                case _:
                    continue
            own, row = _sum(own, more[0]), _sum(row, more[1])
        return own, row

    def _type(
        self, node: InlineFragmentNode | FragmentDefinitionNode, parent: GraphQLNamedType
    ) -> GraphQLNamedType:
        condition = node.type_condition
        return (self._schema.get_type(condition.name.value) if condition else None) or parent

    def _fragment(self, name: str, parent: GraphQLNamedType) -> tuple[_Amount, _Amount]:
        if name not in self._known:
            node = self._fragments[name]
            self._known[name] = self.selected(node.selection_set, self._type(node, parent))
        return self._known[name]

    def _field(self, node: FieldNode, parent: GraphQLNamedType) -> tuple[_Amount, _Amount]:
        field = _object_field(node, parent)
        if field is None or node.selection_set is None:
            return 0, 0
        own, row = self.selected(node.selection_set, get_named_type(field.type))
        if "first" in field.args:
            return _sum(own, _product(self._page_size(node), row)), 0
        if _is_connection(parent) and node.name.value in ROWS:
            return 0, _sum(own, ROWS[node.name.value])
        each = _sum(own, 1)
        if isinstance(get_nullable_type(field.type), GraphQLList):
            each = _product(self._list_size(node, field), each)
        return each, 0

    def _page_size(self, node: FieldNode) -> _Amount:
        first, last = self._argument(node, "first"), self._argument(node, "last")

        def size(variables: Variables) -> int:
            asked = last(variables)
            if asked is None:
                asked = first(variables)
            return _whole(DEFAULT_FIRST if asked is None else asked)

        return size if self._has_variable(node, ("first", "last")) else size({})

    def _list_size(self, node: FieldNode, field: GraphQLField) -> _Amount:
        """As many as were asked for by a list of ids, otherwise a few."""
        lists = [
            name
            for name, argument in field.args.items()
            if isinstance(get_nullable_type(argument.type), GraphQLList)
        ]
        if not lists:
            return SHORT_LIST
        value = self._argument(node, lists[0])

        def size(variables: Variables) -> int:
            asked = value(variables)
            return len(asked) if isinstance(asked, list) else 1

        return size if self._has_variable(node, lists[:1]) else size({})

    def _argument(self, node: FieldNode, name: str) -> _Value:
        given = _given(node, name)
        if isinstance(given, VariableNode):
            variable = given.name.value
            default = self._defaults.get(variable)
            return lambda variables: variables.get(variable, default)
        if isinstance(given, ListValueNode):
            length = len(given.values)
            return lambda _variables: [None] * length
        value = None if given is None or isinstance(given, NullValueNode) else value_from_ast_untyped(given)
        return lambda _variables: value

    def _has_variable(self, node: FieldNode, names: tuple[str, ...] | list[str]) -> bool:
        return any(isinstance(_given(node, name), VariableNode) for name in names)


def _object_field(node: FieldNode, parent: GraphQLNamedType) -> GraphQLField | None:
    """The field, where it leads to objects of the shop: introspection is free."""
    name = node.name.value
    if name.startswith("__") or not (is_object_type(parent) or is_interface_type(parent)):
        return None
    field: GraphQLField = parent.fields[name]
    return field


def _is_connection(parent: GraphQLNamedType) -> bool:
    return is_object_type(parent) and "pageInfo" in parent.fields


def _given(node: FieldNode, name: str) -> ValueNode | None:
    return next((one.value for one in node.arguments or () if one.name.value == name), None)


def _whole(value: Any) -> int:
    """A page size as a number of rows. What is no whole number is refused when variables are coerced."""
    is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return max(0, int(value)) if is_whole else DEFAULT_FIRST


def _sum(one: _Amount, other: _Amount) -> _Amount:
    if isinstance(one, int) and isinstance(other, int):
        return one + other
    if other == 0:
        return one
    if one == 0:
        return other
    return lambda variables: _value(one, variables) + _value(other, variables)


def _product(one: _Amount, other: _Amount) -> _Amount:
    if isinstance(one, int) and isinstance(other, int):
        return one * other
    if other == 0 or one == 0:
        return 0
    return lambda variables: _value(one, variables) * _value(other, variables)


def _value(amount: _Amount, variables: Variables) -> int:
    return amount if isinstance(amount, int) else amount(variables)
