"""Plans by document: a known document is neither parsed nor validated nor compiled again."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import strawberry
from graphql import (
    DirectiveNode,
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    get_operation_ast,
    get_variable_values,
    parse,
    validate,
    visit,
)
from graphql.execution.values import VariableValues

from schema.context import Context
from schema.plan.plan import Plan, compile_plan
from schema.plan.unplanned import Unplanned

DOCUMENTS: Final = 1_000
LONGEST_DOCUMENT: Final = 20_000
MOST_CHARACTERS: Final = 2_000_000
"""Of all documents, counted again for each plan. A character takes up to 100 bytes of memory, so whoever
sends ever new documents fills 200 MB and no more."""
VARIANTS: Final = 32
"""Plans of one document: one for each combination of the variables in its @skip and @include."""


@dataclass(slots=True)
class _Document:
    """A valid operation, and its plans so far; None where the standard execution has to answer."""

    characters: int
    document: DocumentNode
    operation: OperationDefinitionNode
    conditions: tuple[str, ...]
    plans: dict[tuple[Any, ...], Plan | None] = field(default_factory=dict)


_Key: TypeAlias = tuple[str, str | None]
"""A document's text and the name of the operation."""


class Plans:
    """The plans of one schema, for the documents seen last. `hits` and `misses` are for metrics."""

    def __init__(self, schema: strawberry.Schema, size: int = DOCUMENTS) -> None:
        self._schema = schema
        self._core = schema._schema  # noqa: SLF001  (Strawberry's own extensions use it as well)
        self._size = size
        self._documents: OrderedDict[_Key, _Document | None] = OrderedDict()
        self._characters = 0
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._documents)

    async def run(
        self, query: str, operation_name: str | None, variables: Mapping[str, Any] | None, context: Context
    ) -> dict[str, Any] | None:
        """The `data` of the answer, or None where the standard execution has to give it.

        Whatever goes wrong here goes wrong there as well, and there it becomes proper errors.
        """
        try:
            document = self._document(query, operation_name)
            if document is None:
                return None
            values = self._coerced(document, variables)
            plan = self._plan(document, values)
            if plan is None:
                return None
            data = await plan.run(context, values)
        except Exception:  # noqa: BLE001  (see above)
            await context.start_over()
            return None
        context.operation_type, context.way = "query", "planned"
        return data

    def _document(self, query: str, operation_name: str | None) -> _Document | None:
        if len(query) + len(operation_name or "") > LONGEST_DOCUMENT:
            return None
        key = (query, operation_name)
        if key in self._documents:
            self._documents.move_to_end(key)
            self.hits += 1
            return self._documents[key]
        self.misses += 1
        document = self._documents[key] = self._read(query, operation_name)
        self._keep(len(query))
        return document

    def _keep(self, characters: int) -> None:
        """Count what was added, and forget what was not asked for the longest time until there is room."""
        self._characters += characters
        while self._characters > MOST_CHARACTERS or len(self._documents) > self._size:
            (query, _), document = self._documents.popitem(last=False)
            self._characters -= len(query) * (1 + (len(document.plans) if document else 0))

    def _read(self, query: str, operation_name: str | None) -> _Document | None:
        try:
            document = parse(query, no_location=True)  # half the memory; errors are told elsewhere
        except GraphQLError:
            return None
        operation = get_operation_ast(document, operation_name)
        if operation is None or validate(self._core, document):
            return None
        finder = _ConditionFinder()
        visit(document, finder)
        return _Document(len(query), document, operation, tuple(sorted(finder.names)))

    def _coerced(self, document: _Document, variables: Mapping[str, Any] | None) -> VariableValues:
        definitions = document.operation.variable_definitions or ()
        values = get_variable_values(self._core, definitions, dict(variables or {}))
        if isinstance(values, list):
            raise Unplanned("the variables do not fit")
        return values

    def _plan(self, document: _Document, values: VariableValues) -> Plan | None:
        conditions = {name: values.coerced.get(name) for name in document.conditions}
        variant = tuple(conditions.values())
        if variant not in document.plans:
            if len(document.plans) >= VARIANTS:
                return None
            document.plans[variant] = self._compiled(document, conditions)
            self._keep(document.characters)
        return document.plans[variant]

    def _compiled(self, document: _Document, conditions: Mapping[str, Any]) -> Plan | None:
        try:
            return compile_plan(self._schema, document.document, document.operation, conditions)
        except Unplanned:
            return None


class _ConditionFinder(Visitor):
    """The variables that directives depend on."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.names.add(argument.value.name.value)
