"""The table for the two pages: the explorer of the REST API, and GraphiQL's commands for curl."""

import re
from typing import Any, Final

import orjson
from graphql import GraphQLEnumType

from docs.generate.rest_and_graphql.counterpart import Counterpart
from docs.generate.rest_and_graphql.table import COUNTERPARTS, EXTENSIONS
from rest_compat import operations
from rest_compat.operations import OPERATIONS
from schema.root import schema

FILE: Final = "gateway/graphiql/web/src/rest/counterparts.json"


ORDER: Final = re.compile(r"\$orderBy: \[(\w+)!\]")


def counterparts() -> bytes:
    """The method, path, GraphQL document and note of each operation, by operationId, as JSON."""
    described = {**COUNTERPARTS, **EXTENSIONS}
    table = {
        operation.operation_id: {
            "method": operation.method,
            "path": operation.path,
            "document": described[operation.operation_id].document,
            "note": described[operation.operation_id].note,
            **_sort(described[operation.operation_id]),
        }
        for operation in (*OPERATIONS, *operations.EXTENSIONS)
    }
    return orjson.dumps(table, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def _sort(counterpart: Counterpart) -> dict[str, Any]:
    """The path of the parameter `sort` for each field of `orderBy`."""
    order = ORDER.search(counterpart.graphql)
    if order is None:
        return {}
    fields = schema._schema.type_map[f"{order[1]}Field"]  # noqa: SLF001  (as Strawberry's own extensions)
    assert isinstance(fields, GraphQLEnumType)  # noqa: S101  (for the type checker)
    return {"sort": {name: value.value for name, value in fields.values.items()}}
