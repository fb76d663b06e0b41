"""The OpenAPI document, put together from the table of operations and what is written of them."""

import re
from collections import defaultdict
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

from resolvers.caller import Scope
from resolvers.reading.route import AFTER
from rest_compat.nouns.changes import changes
from rest_compat.openapi.changes import CHANGE_SCHEMAS, CHANGES
from rest_compat.openapi.customers import CUSTOMERS
from rest_compat.openapi.documents import DOCUMENTS
from rest_compat.openapi.groups import GROUPS
from rest_compat.openapi.items import ITEMS
from rest_compat.openapi.page import Page
from rest_compat.openapi.parameters import CHANGES as CHANGE_PARAMETERS
from rest_compat.openapi.parameters import PARAMETERS, PRECONDITIONS, in_path
from rest_compat.openapi.requests import REQUESTS
from rest_compat.openapi.responses import (
    ALWAYS,
    CONDITIONAL,
    CURSOR,
    FAILURES,
    HEADERS,
    NOT_MODIFIED,
    WITH_BODY,
)
from rest_compat.openapi.rules import RULE_PARAMETERS, RULE_SCHEMAS, RULES
from rest_compat.openapi.segments import SEGMENTS
from rest_compat.operations import EXTENSIONS, OPERATIONS
from rest_compat.routing import MOUNTED_AT, Operation

TAGS: Final[Mapping[str, tuple[str, Mapping[str, Page]]]] = {
    "Segments": ("Groups of customers, and what they are called.", SEGMENTS),
    "Customers": ("Who is in a segment, privately or for a company.", CUSTOMERS),
    "Items": ("The products and categories that a segment is offered.", ITEMS),
    "Groups": ("Groups of customers who are in a segment together.", GROUPS),
    "Rules": ("Conditions by which customers are in segments. An extension of the contract.", RULES),
    "Changes": ("What has changed, in the order in which it did. An extension of the contract.", CHANGES),
}

INTRODUCTION: Final = (
    "Segments of a shop's customers, who is in them, and which products and categories they are offered. "
    "Members and parameters that are not described are ignored. Wherever GET is offered, HEAD is too. Every "
    "answer carries an `X-Request-Id`, the request's own if it sent one."
)

SCOPES: Final[Mapping[Scope, str]] = {
    Scope.READ: "Reads everything of the tenant.",
    Scope.READ_OWN: "Reads a customer's own active segments, and what they lead to.",
    Scope.MANAGE: "Writes, and matches products.",
}


def openapi_document() -> dict[str, Any]:
    """The whole document, as JSON values."""
    pages = {
        operation_id: (tag, page) for tag, (_, text) in TAGS.items() for operation_id, page in text.items()
    }
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for operation in (*OPERATIONS, *EXTENSIONS):
        tag, page = pages[operation.operation_id]
        path = paths[f"{MOUNTED_AT}{operation.path}"]
        path[operation.method.lower()] = {"tags": [tag], **_operation(operation, page)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Customer segments",
            "version": version("segment-gateway"),
            "description": INTRODUCTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": description} for name, (description, _) in TAGS.items()],
        "paths": dict(paths),
        "components": {
            "parameters": {**PARAMETERS, **CHANGE_PARAMETERS, **RULE_PARAMETERS},
            "headers": dict(HEADERS),
            "schemas": REQUESTS | DOCUMENTS | CHANGE_SCHEMAS | RULE_SCHEMAS,
            "responses": {str(status): answer for status, answer in FAILURES.items()},
            "securitySchemes": _security_schemes(),
        },
    }


def _operation(operation: Operation, page: Page) -> dict[str, Any]:
    names = [in_path(name) for name in re.findall(r"{(\w+)}", operation.path)]
    conditional = _is_conditional(operation)
    statuses = sorted(
        {*ALWAYS, *page.failures, *(WITH_BODY if page.body else ()), *(CONDITIONAL if conditional else ())}
    )
    success = dict(page.success)
    if conditional and operation.method == "GET":
        success |= NOT_MODIFIED
    is_read = _is_read(operation)
    if not is_read and operation.answer is not changes:
        success = {status: _with_cursor(response) for status, response in success.items()}
    failures = {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}
    return {
        "operationId": operation.operation_id,
        "summary": page.summary,
        "description": f"{page.description}\n\nScope: {_scopes(operation)}.",
        "parameters": [
            {"$ref": f"#/components/parameters/{name}"}
            for name in (
                *names,
                *page.parameters,
                *(PRECONDITIONS if conditional else ()),
                *((AFTER,) if is_read else ()),
                "Emporix-Tenant",
            )
        ],
        **_request_body(operation, page),
        "responses": {str(status): answer for status, answer in success.items()} | failures,
        "security": [{_scheme(scope): [str(scope)]} for scope in operation.scopes],
    }


def _is_read(operation: Operation) -> bool:
    """Whether a standby may answer the operation: the feed of changes is the primary's."""
    if operation.method == "GET":
        return operation.answer is not changes
    return operation.path.endswith(("/search", "/match", "/preview"))


def _with_cursor(response: Mapping[str, Any]) -> dict[str, Any]:
    cursor = {CURSOR: {"$ref": f"#/components/headers/{CURSOR}"}}
    return {**response, "headers": {**response.get("headers", {}), **cursor}}


def _is_conditional(operation: Operation) -> bool:
    """Whether preconditions are evaluated: the others neither select nor change a resource."""
    unconditional = ("/search", "/match", "/changes", "/rule", "/pause", "/preview", "/release")
    return not operation.path.endswith(unconditional)


def _request_body(operation: Operation, page: Page) -> dict[str, Any]:
    if page.body is None:
        return {}
    content = {"schema": page.body.schema, "example": page.body.example}
    return {
        "requestBody": {
            "required": page.body.required,
            "content": dict.fromkeys(operation.media_types, content),
        }
    }


def _scopes(operation: Operation) -> str:
    return " or ".join(f"`{scope}`" for scope in operation.scopes)


def _scheme(scope: Scope) -> str:
    """Who can have the scope: a program, or a customer who has logged in."""
    return "customer" if scope is Scope.READ_OWN else "service"


def _security_schemes() -> dict[str, Any]:
    service = {str(scope): text for scope, text in SCOPES.items() if _scheme(scope) == "service"}
    return {
        "service": {
            "type": "oauth2",
            "description": "A program with credentials of its own, which acts for the tenant.",
            "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": service}},
        },
        "customer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "A customer who has logged in somewhere else: the token names them, and has the "
            f"scope `{Scope.READ_OWN}`. {SCOPES[Scope.READ_OWN]}",
        },
    }
