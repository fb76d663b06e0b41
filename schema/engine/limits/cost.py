"""Estimates the cost of operations in objects.

The estimate is made before the execution. A page counts as many rows as its arguments request, every
object in a row as one, and each row of a page in a page once for every row around it. Results of a bulk
mutation count once for each element of its input. Work without an object in the response has a price: a
`totalCount`, a forest of categories however deep it is selected, each id to be matched.

Amounts that depend on the document alone are added up once; those that depend on variables are kept as a
small function of them.
"""

from collections.abc import Callable
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

from resolvers.reading.page import DEFAULT_FIRST
from schema.engine.limits.amount import Amount, Variables, add, larger, multiply, value_of

SHORT_LIST: Final = 3
"""The assumed length of a list without pages: translations, or the branches of a category."""

HIGHEST: Final = 10**15
"""The highest estimate: JSON numbers of clients are exact up to here, and pages in pages multiply."""

PRICE_OF_COUNT: Final = 200
"""The price of a `totalCount`: it reads all rows of its list, usually in the time of so many objects."""
SIZE_OF_FOREST: Final = 5_000
"""Categories of a large taxonomy, all of which the trees of a caller may show."""
SIZE_OF_BATCH: Final = 100
"""Changes that a subscription sends at a time."""
COUNT: Final = "totalCount"
FOREST, BRANCHES, TREE = "categoryTrees", "subcategories", "CategoryTree"
PREVIEW, FORECAST = "RulePreview", "forecast"
"""Each of its counts is a count of a list, and its forecast as well."""
RESULTS: Final = "results"
"""The list of a payload that has one member for each element of the mutation's input."""

ROWS: Final = {"nodes": 1, "edges": 0}
"""The rows of a page and their amounts; an edge is counted by its `node`."""

Cost: TypeAlias = Callable[[Variables], int]
_Value: TypeAlias = Callable[[Variables], Any]


def compile_cost(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> Cost:
    """Compile the cost estimate of a valid operation.

    The estimate is a function of the variables as they were sent.
    """
    root = schema.get_root_type(operation.operation)
    if root is None:
        raise ValueError("a valid operation has a root type")
    amount = _Estimator(schema, document, operation).selected(operation.selection_set, root)[0]
    return lambda variables: min(value_of(amount, variables), HIGHEST)


class _Estimator:
    """Estimates selections as pairs of amounts.

    The first amount is of the selected objects, the second of one member of the list around them. The list
    is the page, the results of a bulk mutation, or the forest of categories.
    """

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
    ) -> None:
        self._schema = schema
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._defaults = {
            definition.variable.name.value: value_from_ast_untyped(definition.default_value)
            for definition in operation.variable_definitions or ()
            if definition.default_value
        }
        self._known: dict[str, tuple[Amount, Amount]] = {}

    def selected(self, selection_set: SelectionSetNode, parent: GraphQLNamedType) -> tuple[Amount, Amount]:
        root: Amount = 0
        row: Amount = 0
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
            root, row = add(root, more[0]), add(row, more[1])
        return root, row

    def _type(
        self, node: InlineFragmentNode | FragmentDefinitionNode, parent: GraphQLNamedType
    ) -> GraphQLNamedType:
        condition = node.type_condition
        return (self._schema.get_type(condition.name.value) if condition else None) or parent

    def _fragment(self, name: str, parent: GraphQLNamedType) -> tuple[Amount, Amount]:
        if name not in self._known:
            node = self._fragments[name]
            self._known[name] = self.selected(node.selection_set, self._type(node, parent))
        return self._known[name]

    def _field(self, node: FieldNode, parent: GraphQLNamedType) -> tuple[Amount, Amount]:
        field = _object_field(node, parent)
        if field is None:
            return 0, 0
        if node.selection_set is None:
            return self._leaf(node, field, parent), 0
        root, row = self.selected(node.selection_set, get_named_type(field.type))
        if "first" in field.args:
            return add(root, multiply(self._page_size(node, field), row)), 0
        if _is_batch(get_named_type(field.type)):
            return add(root, multiply(SIZE_OF_BATCH, row)), 0
        if _is_connection(parent) and node.name.value in ROWS:
            return 0, add(root, ROWS[node.name.value])
        return self._member(node, field, parent, root, row)

    def _leaf(self, node: FieldNode, field: GraphQLField, parent: GraphQLNamedType) -> Amount:
        """The amount of a leaf: zero or its price."""
        if parent.name == PREVIEW or (_is_connection(parent) and node.name.value == COUNT):
            return PRICE_OF_COUNT
        return self._list_size(node, field) if _is_list(field) and _list_arguments(field) else 0

    def _member(
        self, node: FieldNode, field: GraphQLField, parent: GraphQLNamedType, root: Amount, row: Amount
    ) -> tuple[Amount, Amount]:
        match node.name.value:
            case name if name == FORECAST and parent.name == PREVIEW:
                days = self._size(node, field, ("days",))
                return add(PRICE_OF_COUNT, multiply(days, add(root, 1))), 0
            case name if name == FOREST or (name == BRANCHES and parent.name == TREE):
                tree = larger(add(root, 1), row)  # each category is at one level, and shown as that
                return (multiply(SIZE_OF_FOREST, tree), 0) if name == FOREST else (0, tree)
            case name if name == RESULTS and parent.name.endswith("Payload"):
                return 0, add(root, 1)
            case _ if _is_list(field) and _is_batch(parent):
                return 0, add(root, 1)
        if row != 0:
            return add(add(root, 1), multiply(self._list_size(node, field), row)), 0
        element = add(root, 1)
        if _is_list(field):
            element = multiply(self._list_size(node, field), element)
        return element, 0

    def _page_size(self, node: FieldNode, field: GraphQLField) -> Amount:
        return self._size(node, field, ("last", "first"))

    def _size(self, node: FieldNode, field: GraphQLField, names: tuple[str, ...]) -> Amount:
        """The value of the first present argument.

        Otherwise it is the default of the last of the arguments.
        """
        values = [self._argument(node, name) for name in names]
        usual = _whole(field.args[names[-1]].default_value)

        def size(variables: Variables) -> int:
            size = next((number for value in values if (number := value(variables)) is not None), None)
            return usual if size is None else _whole(size)

        return size if self._has_variable(node, names) else size({})

    def _list_size(self, node: FieldNode, field: GraphQLField) -> Amount:
        """The length of a list argument, else SHORT_LIST.

        The argument is a list of ids or elements.
        """
        lists = _list_arguments(field)
        if not lists:
            return SHORT_LIST
        value = self._argument(node, lists[0])

        def size(variables: Variables) -> int:
            number = value(variables)
            return len(number) if isinstance(number, list) else 1

        return size if self._has_variable(node, lists[:1]) else size({})

    def _argument(self, node: FieldNode, name: str) -> _Value:
        argument = _given(node, name)
        if isinstance(argument, VariableNode):
            variable = argument.name.value
            default = self._defaults.get(variable)
            return lambda variables: variables.get(variable, default)
        if isinstance(argument, ListValueNode):
            length = len(argument.values)
            return lambda _variables: [None] * length
        value = (
            None
            if argument is None or isinstance(argument, NullValueNode)
            else value_from_ast_untyped(argument)
        )
        return lambda _variables: value

    def _has_variable(self, node: FieldNode, names: tuple[str, ...] | list[str]) -> bool:
        return any(isinstance(_given(node, name), VariableNode) for name in names)


def _object_field(node: FieldNode, parent: GraphQLNamedType) -> GraphQLField | None:
    """The definition of a field outside introspection.

    Fields of introspection have no cost.
    """
    name = node.name.value
    if name.startswith("__") or not (is_object_type(parent) or is_interface_type(parent)):
        return None
    field: GraphQLField = parent.fields[name]
    return field


def _list_arguments(field: GraphQLField) -> list[str]:
    return [
        name
        for name, argument in field.args.items()
        if isinstance(get_nullable_type(argument.type), GraphQLList)
    ]


def _is_list(field: GraphQLField) -> bool:
    return isinstance(get_nullable_type(field.type), GraphQLList)


def _is_batch(parent: GraphQLNamedType) -> bool:
    """Whether a type is one batch of a list.

    Its list has as many members as the argument `first` of the field with this type.
    """
    return is_object_type(parent) and "hasMore" in parent.fields


def _is_connection(parent: GraphQLNamedType) -> bool:
    return is_object_type(parent) and "pageInfo" in parent.fields


def _given(node: FieldNode, name: str) -> ValueNode | None:
    return next((argument.value for argument in node.arguments or () if argument.name.value == name), None)


def _whole(value: Any) -> int:
    """A page size as a number of rows.

    A value other than a whole number is refused later, in the coercion of variables.
    """
    is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return max(0, int(value)) if is_whole else DEFAULT_FIRST
