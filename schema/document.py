"""Documents by text: a known one is not parsed, counted or validated again, however it is executed."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import strawberry
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)

from schema.limits.cost import Cost, compile_cost
from schema.limits.limits import LimitExceeded, Limits, require_at_most
from schema.limits.shape import check_shape
from schema.variables import ReadVariables

DOCUMENTS: Final = 1_000
LONGEST_DOCUMENT: Final = 20_000
"""Characters of a document that is worth keeping."""
MOST_CHARACTERS: Final = 1_000_000
"""Of all documents, counted again for each plan. A character takes up to 200 bytes of memory, so whoever
sends ever new documents fills 200 MB and no more."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Operation:
    """One operation of a valid document, and all that depends on the document alone."""

    text: str
    document: DocumentNode
    node: OperationDefinitionNode
    cost: Cost
    variables: ReadVariables


class Document:
    """What a text says: its operations, or what is wrong with it."""

    def __init__(
        self,
        text: str,
        nodes: Mapping[str | None, OperationDefinitionNode] | None = None,
        errors: tuple[GraphQLError, ...] = (),
        operations: Mapping[str | None, Operation] | None = None,
    ) -> None:
        self.text = text
        self.nodes = nodes or {}
        self.errors = errors
        self.operations = operations or {}
        self.weight = len(text)

    def name_of(self, operation_name: str | None) -> str | None:
        """The operation that a request means. Raises KeyError where that is none, or not clear."""
        if operation_name is None and len(self.nodes) == 1:
            return next(iter(self.nodes))
        if operation_name not in self.nodes:
            raise KeyError(operation_name)
        return operation_name


class Documents:
    """The documents seen last, within the limits of one gateway. `hits` and `misses` are for metrics."""

    def __init__(
        self, schema: strawberry.Schema, limits: Limits | None = None, size: int = DOCUMENTS
    ) -> None:
        self.core: GraphQLSchema = schema._schema  # noqa: SLF001  (Strawberry's own extensions use it as well)
        self.limits = limits or Limits()
        self._rules = specified_rules
        if not self.limits.introspection:
            self._rules = (*specified_rules, NoSchemaIntrospectionCustomRule)
        self._size = size
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._weight = 0
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._kept)

    def read(self, text: str) -> Document:
        """The document, with its errors if it has any."""
        known = self._kept.get(text)
        if known is not None:
            self.hits += 1
            self._kept.move_to_end(text)
            return known
        self.misses += 1
        document = self._read(text)
        if len(text) <= LONGEST_DOCUMENT:
            self._kept[text] = document
            self._make_room(document.weight)
        return document

    def grow(self, text: str) -> None:
        """Count a document once more: something as large was made of it."""
        document = self._kept.get(text)
        if document is not None:
            document.weight += len(text)
            self._make_room(len(text))

    def _make_room(self, added: int) -> None:
        """Forget what was not asked for the longest time until what was added fits."""
        self._weight += added
        while self._weight > MOST_CHARACTERS or len(self._kept) > self._size:
            _, forgotten = self._kept.popitem(last=False)
            self._weight -= forgotten.weight

    def _read(self, text: str) -> Document:
        try:
            node = self._parsed(text)
        except GraphQLError as error:
            return Document(text, errors=(error.with_traceback(None),))
        nodes = {
            one.name.value if one.name else None: one
            for one in node.definitions
            if isinstance(one, OperationDefinitionNode)
        }
        errors = self._errors(node) if nodes else ()
        if errors:
            return Document(text, nodes, errors)
        operations = {
            name: Operation(
                text,
                node,
                operation,
                compile_cost(self.core, node, operation),
                ReadVariables(self.core, operation, hide_suggestions=not self.limits.introspection),
            )
            for name, operation in nodes.items()
        }
        return Document(text, nodes, operations=operations)

    def _parsed(self, text: str) -> DocumentNode:
        """The syntax tree. Raises GraphQLError, LimitExceeded among them."""
        limits = self.limits
        require_at_most("characters", limits.characters, len(text))
        try:
            return parse(text, max_tokens=limits.tokens)
        except GraphQLError as error:
            if not error.message.endswith(f"more than {limits.tokens} tokens. Parsing aborted."):
                raise
            raise LimitExceeded("tokens", limits.tokens, limits.tokens + 1) from None

    def _errors(self, node: DocumentNode) -> tuple[GraphQLError, ...]:
        """What is wrong with a document. It is counted first: validating a huge one would take long."""
        limits = self.limits
        try:
            check_shape(node, limits)
        except LimitExceeded as error:
            return (error.with_traceback(None),)
        return tuple(
            validate(
                self.core,
                node,
                self._rules,
                max_errors=limits.validation_errors,
                hide_suggestions=not limits.introspection,
            )
        )
