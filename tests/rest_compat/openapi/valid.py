"""Examples of the OpenAPI document, checked with the schemas beside them."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs
import orjson

from rest_compat.openapi.document import openapi_document
from rest_compat.openapi.page import Page
from rest_compat.operations import EXTENSIONS, OPERATIONS

PATHS = {operation.operation_id: operation.path for operation in (*OPERATIONS, *EXTENSIONS)}


def below(path: str) -> set[str]:
    """The operations whose path goes through a name."""
    return {operation_id for operation_id, whole in PATHS.items() if path in whole.split("/")}


def faults(pages: Mapping[str, Page]) -> list[str]:
    """The operations with an example that is not of its schema."""
    return [
        operation_id
        for operation_id, page in pages.items()
        for schema, example in _examples(page)
        if not _is_valid(schema, example)
    ]


def _examples(page: Page) -> Iterator[tuple[Any, Any]]:
    if page.body is not None:
        yield page.body.schema, page.body.example
    for answer in page.success.values():
        content = answer.get("content", {}).get("application/json")
        if content is not None:
            yield content["schema"], content["example"]


def _is_valid(schema: Any, example: Any) -> bool:
    document = {**schema, "components": _components()}
    return bool(
        jsonschema_rs.is_valid(orjson.loads(orjson.dumps(document)), orjson.loads(orjson.dumps(example)))
    )


@cache
def _components() -> Any:
    return openapi_document()["components"]
