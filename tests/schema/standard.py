"""The schema for tests, which reads each text once: validation takes longer than most answers."""

import copy
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from graphql import DocumentNode, GraphQLError, parse, specified_rules
from strawberry import Schema
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

from schema.federation.root import federated_schema
from schema.root import schema


class ValidDocuments(SchemaExtension):
    """Gives Strawberry the document of a valid text.

    Strawberry reads the other texts itself and reports their errors.
    """

    def on_parse(self) -> Iterator[None]:
        document = _valid_document(self.execution_context.schema, self.execution_context.query or "")
        if document is not None:
            self.execution_context.graphql_document = document
            self.execution_context.pre_execution_errors = []  # so that Strawberry does not validate it
        yield


@lru_cache(maxsize=200)
def _valid_document(schema: Schema, text: str) -> DocumentNode | None:
    try:
        document = parse(text)
    except GraphQLError:
        return None
    core = schema._schema  # noqa: SLF001  (Strawberry's own extensions use it as well)
    return None if validate_document(core, document, specified_rules) else document


def _with_valid_documents(schema: Schema) -> Schema:
    result = copy.copy(schema)
    result.extensions = (*schema.extensions, ValidDocuments)
    return result


SCHEMA: Final = _with_valid_documents(schema)
FEDERATED_SCHEMA: Final = _with_valid_documents(federated_schema)
"""It has all fields of the other one, and those for routers."""
