"""Reading a GraphQL request: bytes in, or a clear refusal that says what is wrong with them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import orjson
from graphql import GraphQLError, StringValueNode, Visitor, parse, visit
from starlette.datastructures import QueryParams
from starlette.types import Receive, Scope

from rest_compat.body import BodyTooLarge, whole_body
from rest_compat.headers import first_value
from schema.limits.limits import Limits

JSON: Final = b"application/json"
SPELLED_NUL: Final = b"\\u0000"
"""JSON has no other way to write U+0000."""
SPELLS_NUL = re.compile(r"\\u(0000|\{0+\})")
WRITTEN_NUL = "The character U+0000 cannot be stored or searched for; remove it."


class RefusedRequest(Exception):
    """The request cannot be executed, whatever the schema says."""

    def __init__(
        self,
        message: str,
        status: int = HTTPStatus.BAD_REQUEST,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.message = message
        self.status = status
        self.headers = headers
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """How much one request may send. A batch of 0 means that batches are not accepted."""

    body: int = 1_000_000
    json_depth: int = 100
    values: int = 50_000
    objects: int = 5_000
    batch: int = 0
    tokens: int = Limits().tokens


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What is to be executed; without a `query`, `extensions` may name a document."""

    query: str | None
    variables: dict[str, Any] | None
    operation_name: str | None
    extensions: dict[str, Any] | None


async def read_request(
    scope: Scope, receive: Receive, limits: RequestLimits
) -> GraphQLRequest | list[GraphQLRequest]:
    """The operation of a GET or POST request, or those of a batch. Raises RefusedRequest."""
    if scope["method"] != "POST":
        return _parsed(_query_members(QueryParams(scope["query_string"]), limits), limits)
    _require_json(first_value(scope, b"content-type"))
    content = _decoded(await _bounded_body(receive, limits), "The request body", limits)
    if not isinstance(content, list) or not limits.batch:
        return _parsed(content, limits)
    if not 1 <= len(content) <= limits.batch:
        raise RefusedRequest(
            f"A batch may have 1 to {limits.batch:,} operations; this one has {len(content):,}."
        )
    return [_parsed(members, limits) for members in content]


def _parsed(members: Any, limits: RequestLimits) -> GraphQLRequest:
    if not isinstance(members, Mapping):
        batches = "or a list of such objects" if limits.batch else "batches are not accepted"
        raise RefusedRequest(f"The request body must be a JSON object; {batches}.")
    query = _member(members, "query", str, "a string")
    if query and _contains_nul(query, limits):
        raise RefusedRequest(WRITTEN_NUL)
    return GraphQLRequest(
        query=query,
        variables=_member(members, "variables", dict, "an object"),
        operation_name=_member(members, "operationName", str, "a string"),
        extensions=_member(members, "extensions", dict, "an object"),
    )


def _query_members(parameters: Mapping[str, str], limits: RequestLimits) -> dict[str, Any]:
    members: dict[str, Any] = {
        name: parameters[name] for name in ("query", "operationName") if name in parameters
    }
    for name in ("variables", "extensions"):
        if parameters.get(name):
            members[name] = _decoded(parameters[name].encode(errors="replace"), f"`{name}`", limits)
    return members


def _require_json(content_type: bytes) -> None:
    if content_type == JSON:
        return
    media_type, _, parameters = content_type.decode("latin-1").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if media_type.strip().lower() != "application/json" or charset not in {"", "utf-8", "utf8"}:
        raise RefusedRequest(
            "The content type must be application/json in UTF-8.", HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        )


async def _bounded_body(receive: Receive, limits: RequestLimits) -> bytes:
    try:
        return await whole_body(receive, limits.body)
    except BodyTooLarge:
        raise RefusedRequest(
            f"The request body is too large: at most {limits.body:,} bytes are allowed.",
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        ) from None


def _decoded(data: bytes, what: str, limits: RequestLimits) -> Any:
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise RefusedRequest(f"{what} is not JSON in UTF-8: {error}.") from None
    if not _is_small(data, limits):
        _check_values(value, limits)
    return value


def _is_small(data: bytes, limits: RequestLimits) -> bool:
    """Whether its text alone says that `_check_values` has nothing to say: true of nearly every request."""
    objects = data.count(b"{")
    return (
        len(data) <= limits.values
        and objects <= limits.objects
        and objects + data.count(b"[") < limits.json_depth
        and SPELLED_NUL not in data
    )


def _check_values(value: Any, limits: RequestLimits) -> None:
    """No string, not even a key, may hold U+0000, and nothing may be nested or repeated beyond all reason.

    Each value of an input type costs tens of microseconds, during which the process answers nobody
    else: a megabyte of small objects would cost ten seconds, and no deadline could cut in.
    """
    pending = [(value, 1)]
    values = objects = 0
    while pending:
        current, depth = pending.pop()
        values += 1
        if depth > limits.json_depth:
            raise RefusedRequest(f"JSON may be nested {limits.json_depth} levels deep, no more.")
        if isinstance(current, str):
            if "\0" in current:
                raise RefusedRequest(WRITTEN_NUL)
        elif isinstance(current, dict):
            objects += 1
            pending.extend((part, depth + 1) for pair in current.items() for part in pair)
        elif isinstance(current, list):
            pending.extend((part, depth + 1) for part in current)
    if values > limits.values or objects > limits.objects:
        raise RefusedRequest(
            f"JSON may have {limits.values:,} names and values, and {limits.objects:,} objects, no more."
        )


def _member(members: Mapping[str, Any], name: str, kind: type, called: str) -> Any:
    value = members.get(name)
    if value is not None and not isinstance(value, kind):
        raise RefusedRequest(f"`{name}` must be {called} or null.")
    return value


def _contains_nul(document: str, limits: RequestLimits) -> bool:
    """Whether a string literal of the document means U+0000. Only a suspicious document is parsed."""
    if not SPELLS_NUL.search(document):
        return False
    try:
        finder = _NulFinder()
        visit(parse(document, no_location=True, max_tokens=limits.tokens), finder)
    except (GraphQLError, RecursionError):
        return False  # the schema will say what is wrong with it
    return finder.has_found


class _NulFinder(Visitor):
    has_found = False

    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        self.has_found = self.has_found or "\0" in node.value
