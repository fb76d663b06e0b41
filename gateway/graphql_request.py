"""Reading a GraphQL request: bytes in, or a clear refusal that says what is wrong with them."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from graphql import GraphQLError, StringValueNode, Visitor, parse, visit
from starlette.requests import Request
from strawberry.http import GraphQLRequestData

LARGEST_BODY = 1_000_000
DEEPEST_JSON = 100
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


async def read_request(request: Request) -> GraphQLRequestData:
    """The operation of a GET or POST request. Raises RefusedRequest."""
    if request.method == "POST":
        _require_json(request)
        members = _decoded(await _bounded_body(request), "The request body")
    else:
        members = _query_members(request.query_params)
    if not isinstance(members, Mapping):
        raise RefusedRequest("The request body must be a JSON object; batches are not accepted.")
    data = GraphQLRequestData(
        query=_member(members, "query", str, "a string"),
        variables=_member(members, "variables", dict, "an object"),
        operation_name=_member(members, "operationName", str, "a string"),
        extensions=_member(members, "extensions", dict, "an object"),
    )
    if not data.query:
        raise RefusedRequest("The request has no `query`.")
    if _contains_nul(data.query):
        raise RefusedRequest(WRITTEN_NUL)
    return data


def _query_members(parameters: Mapping[str, str]) -> dict[str, Any]:
    members: dict[str, Any] = {
        name: parameters[name] for name in ("query", "operationName") if name in parameters
    }
    for name in ("variables", "extensions"):
        if parameters.get(name):
            members[name] = _decoded(parameters[name].encode(errors="replace"), f"`{name}`")
    return members


def _require_json(request: Request) -> None:
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if media_type.strip().lower() != "application/json" or charset not in {"", "utf-8", "utf8"}:
        raise RefusedRequest(
            "The content type must be application/json in UTF-8.", HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        )


async def _bounded_body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise RefusedRequest("The request body is too large.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return bytes(body)


def _decoded(data: bytes, what: str) -> Any:
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise RefusedRequest(f"{what} is not JSON in UTF-8: {error}.") from None
    _check_values(value)
    return value


def _check_values(value: Any) -> None:
    """No string, not even a key, may hold U+0000, and nothing may be nested beyond all reason."""
    pending = [(value, 1)]
    while pending:
        current, depth = pending.pop()
        if depth > DEEPEST_JSON:
            raise RefusedRequest(f"JSON may be nested {DEEPEST_JSON} levels deep, no more.")
        if isinstance(current, str):
            if "\0" in current:
                raise RefusedRequest(WRITTEN_NUL)
        elif isinstance(current, dict):
            pending.extend((part, depth + 1) for pair in current.items() for part in pair)
        elif isinstance(current, list):
            pending.extend((part, depth + 1) for part in current)


def _member(members: Mapping[str, Any], name: str, kind: type, called: str) -> Any:
    value = members.get(name)
    if value is not None and not isinstance(value, kind):
        raise RefusedRequest(f"`{name}` must be {called} or null.")
    return value


def _contains_nul(document: str) -> bool:
    """Whether a string literal of the document means U+0000. Only a suspicious document is parsed."""
    if not SPELLS_NUL.search(document):
        return False
    try:
        finder = _NulFinder()
        visit(parse(document, no_location=True, max_tokens=100_000), finder)
    except (GraphQLError, RecursionError):
        return False  # the schema will say what is wrong with it
    return finder.has_found


class _NulFinder(Visitor):
    has_found = False

    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        self.has_found = self.has_found or "\0" in node.value
