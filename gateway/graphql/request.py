"""Reading and checking a GraphQL request."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from graphql import GraphQLError, StringValueNode, Visitor, parse, visit
from starlette.types import Receive, Scope

from models.cache import size_of
from resolvers.background import LARGE
from resolvers.errors import InvalidArgument
from resolvers.values.json_text import (
    InvalidJson,
    JsonLimits,
    JsonTooLarge,
    has_text,
    read_json,
    received_json,
)
from rest_compat.call import parse_query
from rest_compat.wire.body import BodyTooLarge, whole_body
from rest_compat.wire.content import BOM, check_content_coding, check_media_type, check_utf_8
from rest_compat.wire.errors import Refused
from rest_compat.wire.headers import first_value
from schema.engine.limits.limits import Limits

JSON: Final = b"application/json"
MEDIA_TYPES: Final = (JSON.decode(),)
NOT_JSON: Final = "The content type must be application/json in UTF-8."
MEMBERS: Final[Mapping[str, tuple[type, str]]] = {
    "query": (str, "a string"),
    "variables": (dict, "an object"),
    "operationName": (str, "a string"),
    "extensions": (dict, "an object"),
}
SPELLED_NUL: Final = b"\\u0000"
"""JSON has no other way to write U+0000."""
SPELLS_NUL = re.compile(r"\\u(0000|\{0+\})")
WRITTEN_NUL = "The character U+0000 cannot be stored or searched for; remove it."


def bad_request(message: str) -> Refused:
    """The refusal of a request with status 400.

    The reason does not depend on the schema.
    """
    return Refused(HTTPStatus.BAD_REQUEST, message=message)


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """The limits of one request.

    With `batch` 0, batches are not accepted.
    """

    body: int = 1_000_000
    json: JsonLimits = field(default_factory=JsonLimits)
    batch: int = 0
    tokens: int = Limits().tokens


@dataclass(slots=True)
class GraphQLRequest:
    """A GraphQL operation to execute.

    Without a `query`, `extensions` may name a document. An empty `operationName` is none, as clients with an
    empty input field send it. Where `is_large` is set, another thread does what depends on the size.
    """

    query: str | None
    variables: dict[str, Any] | None
    operation_name: str | None
    extensions: dict[str, Any] | None
    is_large: bool = False

    @property
    def size(self) -> int:
        """An estimate of the bytes held while it waits."""
        return size_of(self.query, self.variables, self.extensions)


async def read_request(
    scope: Scope, receive: Receive, limits: RequestLimits
) -> GraphQLRequest | list[GraphQLRequest]:
    """Read a GET or POST request, or a batch.

    Raises Refused.
    """
    if scope["method"] != "POST":
        return parsed_request(_query_members(scope["query_string"], limits), limits)
    body = await _body(scope, receive, limits)
    is_large = len(body) > LARGE
    try:
        content = await received_json(body, limits.json) if is_large else read_json(body, limits.json)
    except InvalidJson as error:
        raise _refused_body(body, error) from None
    refuse_nul(body, content)
    if not isinstance(content, list) or not limits.batch:
        return parsed_request(content, limits, is_large=is_large)
    if not 1 <= len(content) <= limits.batch:
        raise bad_request(
            f"A batch may have 1 to {limits.batch:,} operations; this one has {len(content):,}."
        )
    return [parsed_request(members, limits, is_large=is_large) for members in content]


def parsed_request(members: Any, limits: RequestLimits, *, is_large: bool = False) -> GraphQLRequest:
    """Make a request of a JSON object's members.

    Raises Refused.
    """
    if not isinstance(members, dict):
        batches = "or a list of such objects" if limits.batch else "batches are not accepted"
        raise bad_request(f"The request body must be a JSON object; {batches}.")
    for name, (kind, called) in MEMBERS.items():
        value = members.get(name)
        if value is not None and not isinstance(value, kind):
            raise bad_request(f"`{name}` must be {called} or null.")
    query = members.get("query")
    if query and _contains_nul(query, limits):
        raise bad_request(WRITTEN_NUL)
    return GraphQLRequest(
        query,
        members.get("variables"),
        members.get("operationName") or None,
        members.get("extensions"),
        is_large,
    )


def _query_members(query_string: bytes, limits: RequestLimits) -> dict[str, Any]:
    try:
        parameters = parse_query(query_string)
    except InvalidArgument as error:
        raise bad_request(error.message) from None
    members: dict[str, Any] = {
        name: parameters[name] for name in ("query", "operationName") if name in parameters
    }
    for name in ("variables", "extensions"):
        if parameters.get(name):
            text = parameters[name].encode()
            try:
                members[name] = read_json(text, limits.json)
            except InvalidJson as error:
                raise _refused_json(f"`{name}`", error) from None
            refuse_nul(text, members[name])
    return members


async def _body(scope: Scope, receive: Receive, limits: RequestLimits) -> bytes:
    """Read the bytes of a POST, which are to be JSON."""
    content_type = first_value(scope, b"content-type")
    if content_type != JSON:
        check_media_type(content_type.decode("latin-1"), MEDIA_TYPES, NOT_JSON)
    check_content_coding(scope["headers"])
    try:
        return (await whole_body(receive, limits.body)).removeprefix(BOM)
    except BodyTooLarge:
        message = f"The request body is too large: at most {limits.body:,} bytes are allowed."
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message=message) from None


def _refused_body(body: bytes, error: InvalidJson) -> Refused:
    """The refusal of a body that is not JSON; raises another one where it is not UTF-8."""
    if not isinstance(error, JsonTooLarge):
        check_utf_8(body, MEDIA_TYPES)
    return _refused_json("The request body", error)


def _refused_json(subject: str, error: InvalidJson) -> Refused:
    if isinstance(error, JsonTooLarge):
        return bad_request(str(error))
    return bad_request(f"{subject} is not JSON in UTF-8: {error}.")


def refuse_nul(data: bytes, value: Any) -> None:
    """Raise Refused for a string or name with U+0000.

    `data` is the JSON of the value.
    """
    if SPELLED_NUL in data and has_text(value, "\0"):
        raise bad_request(WRITTEN_NUL)


def _contains_nul(document: str, limits: RequestLimits) -> bool:
    """Whether a string literal of the document contains U+0000.

    Only a suspicious document is parsed.
    """
    if "\\u" not in document or not SPELLS_NUL.search(document):
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
