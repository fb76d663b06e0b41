"""Cached documents by their texts.

A cached document is not parsed, counted or validated again, by either kind of execution.
"""

import sys
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

from models.cache import BUDGET, Budget, Cache
from resolvers.background import in_background
from schema.engine.limits.cost import Cost, compile_cost
from schema.engine.limits.introspection import check_introspection
from schema.engine.limits.limits import LimitExceeded, Limits, require_at_most
from schema.engine.limits.shape import FieldCount, check_shape
from schema.engine.variables import ReadVariables

SHORT_DOCUMENT: Final = 1_500
"""Characters of a document that is read within 10 to 20 ms, whatever its content."""
LONGEST_DOCUMENT: Final = 20_000
"""Characters of the longest cached document."""
DOCUMENT_BYTES: Final = 30_000
TOKEN_BYTES: Final = 600
"""Estimated bytes of a document, and of each token with its node, measured with tracemalloc."""
FIELD_BYTES: Final = 900
ARGUMENT_BYTES: Final = 32
"""Estimated bytes of a plan for each field, fragments expanded, and for each token of its arguments."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Operation:
    """An operation of a valid document.

    It has all data that depends on the document alone.
    """

    text: str
    document: DocumentNode
    node: OperationDefinitionNode
    cost: Cost
    variables: ReadVariables
    type: str
    """`query`, `mutation` or `subscription`."""


class Document:
    """A parsed document: its operations or its errors.

    `size` estimates its bytes, and `plan_size` those of a plan of it.
    """

    def __init__(
        self,
        text: str,
        nodes: Mapping[str | None, OperationDefinitionNode] | None = None,
        errors: tuple[GraphQLError, ...] = (),
        operations: Mapping[str | None, Operation] | None = None,
        size: int = DOCUMENT_BYTES,
        plan_size: int = 0,
    ) -> None:
        self.text = text
        self.nodes = nodes or {}
        self.errors = errors
        self.operations = operations or {}
        self.size = size
        self.plan_size = plan_size

    def name_of(self, operation_name: str | None) -> str | None:
        """The name of the requested operation.

        Raises KeyError if there is no such operation, or the choice is ambiguous.
        """
        if operation_name is None and len(self.nodes) == 1:
            return next(iter(self.nodes))
        if operation_name not in self.nodes:
            raise KeyError(operation_name)
        return operation_name


class Documents:
    """The cache of recently used documents.

    It checks the limits of one gateway. Documents of anonymous callers have a small cache of their own:
    they cannot displace the others. `hits` and `misses` are for metrics.
    """

    def __init__(
        self, schema: strawberry.Schema, limits: Limits | None = None, budget: Budget = BUDGET
    ) -> None:
        self.core: GraphQLSchema = schema._schema  # noqa: SLF001  (Strawberry's own extensions use it as well)
        self.limits = limits or Limits()
        self._rules = specified_rules
        if not self.limits.introspection:
            self._rules = (*specified_rules, NoSchemaIntrospectionCustomRule)
        self._known = Cache("documents", share=0.2, largest=0.3, size_of=_size_of_document, budget=budget)
        self._known_to_anonymous = Cache(
            "anonymous_documents", share=0.03, largest=0.3, size_of=_size_of_document, budget=budget
        )

    def __len__(self) -> int:
        return len(self._known) + len(self._known_to_anonymous)

    @property
    def hits(self) -> int:
        return self._known.hits + self._known_to_anonymous.hits

    @property
    def misses(self) -> int:
        return self._known.misses + self._known_to_anonymous.misses

    def read(self, text: str, *, is_anonymous: bool = False) -> Document:
        """The document of a text, with its errors."""
        if len(text) > LONGEST_DOCUMENT:
            self._known.misses += 1
            return self._read(text)
        cache = self._known_to_anonymous if is_anonymous else self._known
        return cache.get(text, lambda: self._read(text))

    async def received(self, text: str, *, is_anonymous: bool = False) -> Document:
        """The document of a text, read without blocking.

        A long document that is not cached is read in another thread. Comparing fields with each other,
        as validation does, takes up to 0.3 s within the limits.
        """
        is_known = text in self._known_to_anonymous if is_anonymous else text in self._known
        if is_known or len(text) <= SHORT_DOCUMENT:
            return self.read(text, is_anonymous=is_anonymous)
        return await in_background(lambda: self.read(text, is_anonymous=is_anonymous))

    def grow(self, operation: Operation) -> bool:
        """Add a plan's size; return whether it may be kept."""
        for cache in (self._known, self._known_to_anonymous):
            document = cache.peek(operation.text)
            if document is not None and operation in document.operations.values():
                return cache.grow(operation.text, document.plan_size)
        return False

    def _read(self, text: str) -> Document:
        size = DOCUMENT_BYTES + 2 * sys.getsizeof(text)
        try:
            node = self._parsed(text)
        except GraphQLError as error:
            return Document(text, errors=(error.with_traceback(None),), size=size)
        nodes = {
            definition.name.value if definition.name else None: definition
            for definition in node.definitions
            if isinstance(definition, OperationDefinitionNode)
        }
        tokens = _token_count(node)
        size += TOKEN_BYTES * tokens
        fields = FieldCount(0, 0)
        errors: tuple[GraphQLError, ...] = ()
        if nodes:
            try:
                fields = check_shape(node, self.limits)  # first: validating a huge one would take long
            except LimitExceeded as error:
                errors = (error.with_traceback(None),)
            else:
                errors = self._errors(node)
        if errors:
            return Document(text, nodes, errors, size=size)
        operations = {
            name: Operation(
                text,
                node,
                operation,
                compile_cost(self.core, node, operation),
                ReadVariables(self.core, operation, hide_suggestions=not self.limits.introspection),
                operation.operation.value,
            )
            for name, operation in nodes.items()
        }
        return Document(text, nodes, operations=operations, size=size, plan_size=_plan_size(fields, tokens))

    def _parsed(self, text: str) -> DocumentNode:
        """Parse the text into a syntax tree.

        Raises GraphQLError, of which LimitExceeded is a subclass.
        """
        limits = self.limits
        require_at_most("characters", limits.characters, len(text))
        try:
            return parse(text, max_tokens=limits.tokens)
        except GraphQLError as error:
            if not error.message.endswith(f"more than {limits.tokens} tokens. Parsing aborted."):
                raise
            raise LimitExceeded("tokens", limits.tokens, limits.tokens + 1) from None

    def _errors(self, node: DocumentNode) -> tuple[GraphQLError, ...]:
        """Validate a document within the limits."""
        limits = self.limits
        errors = validate(
            self.core,
            node,
            self._rules,
            max_errors=limits.validation_errors,
            hide_suggestions=not limits.introspection,
        )
        if not errors:
            try:
                check_introspection(self.core, node, limits.introspection_values)
            except LimitExceeded as error:
                return (error.with_traceback(None),)
        return tuple(errors)


def _size_of_document(_text: str, document: Document) -> int:
    return document.size


def _token_count(node: DocumentNode) -> int:
    token = node.loc.start_token if node.loc else None
    count = 0
    while token is not None:
        count += 1
        token = token.next
    return count


def _plan_size(fields: FieldCount, tokens: int) -> int:
    tokens_of_a_field = tokens // max(1, fields.in_text)
    return fields.expanded * (FIELD_BYTES + ARGUMENT_BYTES * tokens_of_a_field)
