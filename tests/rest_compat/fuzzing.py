"""Cases that schemathesis makes up from a document, sent to the API under test, and judged."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final, TypeAlias

import httpx
import orjson
import requests
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.rest_compat.conformance import Conformance
from tests.rest_compat.slips import TRANSPORT

AnyCase: TypeAlias = Case[Any]
BASE_URL: Final = "http://shop"
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
PLAIN_ID: Final = {"type": "string", "pattern": "^[a-z0-9]{1,12}$"}
PLAIN_TEXTS: Final = {
    "type": "object",
    "required": ["en"],
    "properties": {tag: {"type": "string", "pattern": "^[A-Za-z]{1,9}$"} for tag in ("en", "de")},
    "additionalProperties": False,
}
PLAIN_EMPTY: Final = {"type": "object", "additionalProperties": False}
PLAIN: Final[Mapping[str, Any]] = {
    "id": PLAIN_ID,
    "customerId": PLAIN_ID,
    "legalEntityId": PLAIN_ID,
    "siteCode": PLAIN_ID,
    "name": PLAIN_TEXTS,
    "description": PLAIN_TEXTS,
    "validity": PLAIN_EMPTY,
    "mixins": PLAIN_EMPTY,
}
NUMBERS: Final = ("pageSize", "pageNumber")
FLAGS: Final = ("forceDelete", "onlyActive")
OF_ANY_SERVER: Final = TRANSPORT - {500, 503, 504}


def narrowed(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with bodies and ids that the server has no reason to refuse.

    The contract leaves it to the server what a language, an id or a mixin may be, so that data made up
    from it is hardly ever stored.
    """
    narrow = deepcopy(dict(document))
    schemas, parameters = narrow["components"]["schemas"], narrow["components"]["parameters"]
    for schema in schemas.values():
        for part in [schema, *schema.get("allOf", [])]:
            part.get("properties", {}).update(
                {name: PLAIN[name] for name in PLAIN.keys() & part.get("properties", {}).keys()}
            )
    parameters["segmentId"]["schema"] = PLAIN_ID
    parameters.get("contentLanguage", {})["schema"] = {"type": "string", "enum": ["*"]}
    return narrow


async def sent(client: httpx.AsyncClient, case: AnyCase, authorization: str) -> httpx.Response:
    """The answer to a case, written as the library would send it."""
    request = requests.Request(**case.as_transport_kwargs(base_url=BASE_URL)).prepare()
    headers = [
        (name.encode("latin-1"), value if isinstance(value, bytes) else value.encode("utf-8"))
        for name, value in request.headers.items()
        if name.lower() not in {"authorization", "content-length"}
    ]
    headers.append((b"Authorization", authorization.encode()))
    body: Any = request.body
    content: bytes | None = body.encode() if isinstance(body, str) else body
    return await client.request(str(request.method), str(request.url), headers=headers, content=content)


def judge(case: AnyCase, response: httpx.Response, own: Conformance) -> None:
    """Raise where the answer is not one of the document's, or where bad data was taken for good."""
    if response.status_code in OF_ANY_SERVER:
        return
    case.validate_response(response, checks=CHECKS)
    try:
        case.validate_response(response, checks=[negative_data_rejection])
    except FailureGroup:
        if not _is_accepted_on_purpose(case, response, own):
            raise


def _is_accepted_on_purpose(case: AnyCase, response: httpx.Response, own: Conformance) -> bool:
    """Whether our document, which knows more, has nothing against what the generating one calls bad."""
    meta = case.meta
    bad = (
        {location.name for location, one in meta.components.items() if one.mode.is_negative}
        if meta
        else set()
    )
    if "QUERY" in bad and _is_good_query(response.request.url.params):
        bad.remove("QUERY")
    if "BODY" in bad and (_is_good_body(response, own) or _refuses_an_element(response)):
        bad.remove("BODY")
    return not bad


def _is_good_query(query: httpx.QueryParams) -> bool:
    """Parameters that are not known are ignored (D3), and those that are known are texts but for these.

    An empty one is absent.
    """
    numbers = [value for name in NUMBERS for value in query.get_list(name) if value]
    flags = [value for name in FLAGS for value in query.get_list(name) if value]
    return all(map(str.isdecimal, numbers)) and all(value.lower() in {"true", "false"} for value in flags)


def _is_good_body(response: httpx.Response, own: Conformance) -> bool:
    """Null and absent optional members are the same, for one (D65)."""
    operation = own.operation_of(response.request)
    described: Mapping[str, Any] | None = operation and operation.get("requestBody")
    if operation is None or described is None:
        return True
    content = response.request.content
    if not content.strip():
        return not described["required"]
    schema = described["content"]["application/json"]["schema"]
    return own.problems((operation["operationId"], "request"), schema, orjson.loads(content)) == []


def _refuses_an_element(response: httpx.Response) -> bool:
    """In bulk, each element has its own 400 (D47)."""
    return response.status_code == 207 and any(entry["code"] == 400 for entry in response.json())
