"""The REST API's own OpenAPI document: valid, complete, true to itself, and served to anybody."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import orjson
import pytest
from openapi_spec_validator import validate
from starlette.applications import Starlette
from starlette.routing import Route

from rest_compat.openapi.document import TAGS, openapi_document
from rest_compat.openapi.endpoint import openapi_json
from rest_compat.operations import EXTENSIONS, OPERATIONS
from tests.rest_compat.conformance import Conformance, closed

DOCUMENT: Mapping[str, Any] = orjson.loads(orjson.dumps(openapi_document()))

ALL = (*OPERATIONS, *EXTENSIONS)


def described() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_document_is_valid() -> None:
    validate(DOCUMENT)


def test_it_describes_every_operation_once_and_no_other() -> None:
    written = [operation_id for _, pages in TAGS.values() for operation_id in pages]
    assert sorted(written) == sorted(operation.operation_id for operation in ALL)
    assert {(method, path) for path, method, _ in described()} == {
        (one.method.lower(), f"/customer-segment{one.path}") for one in ALL
    }


def test_everything_has_a_summary_a_description_and_its_scopes() -> None:
    scopes = {operation.operation_id: list(operation.scopes) for operation in ALL}
    for _, _, operation in described():
        assert operation["summary"]
        assert operation["description"]
        asked = [scope for way in operation["security"] for names in way.values() for scope in names]
        assert asked == scopes[operation["operationId"]]
        assert all(scope in operation["description"] for scope in asked)
    for parameter in DOCUMENT["components"]["parameters"].values():
        assert parameter["description"], parameter
    for answer in DOCUMENT["components"]["responses"].values():
        assert answer["description"], answer


def test_reads_take_a_cursor_and_writes_answer_with_one() -> None:
    after = {"$ref": "#/components/parameters/Segments-After"}
    cursor = {"$ref": "#/components/headers/Segments-Cursor"}
    for path, method, operation in described():
        has_cursor = [
            answer.get("headers", {}).get("Segments-Cursor") == cursor
            for status, answer in operation["responses"].items()
            if status.startswith("2")
        ]
        takes_cursor = after in operation["parameters"]
        if path.endswith("/changes"):
            assert (takes_cursor, has_cursor) == (False, [False])
        elif method == "get" or path.endswith(("/search", "/match", "/preview")):
            assert (takes_cursor, set(has_cursor)) == (True, {False}), (method, path)
        else:
            assert (takes_cursor, set(has_cursor)) == (False, {True}), (method, path)


def test_nothing_in_the_components_is_left_unused() -> None:
    text = orjson.dumps(DOCUMENT).decode()
    for kind in ("parameters", "headers", "schemas", "responses"):
        for name in DOCUMENT["components"][kind]:
            assert f'"#/components/{kind}/{name}"' in text, (kind, name)


def examples() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for _, _, operation in described():
        bodies = [("request", operation.get("requestBody", {})), *operation["responses"].items()]
        for name, body in bodies:
            for media_type, content in body.get("content", {}).items():
                yield f"{operation['operationId']} {name} {media_type}", content
    for status, answer in DOCUMENT["components"]["responses"].items():
        yield status, answer["content"]["application/json"]


def test_every_body_has_an_example_that_fits_its_schema() -> None:
    conformance = Conformance(closed(DOCUMENT))
    shown = list(examples())
    assert len(shown) == 70
    for name, content in shown:
        assert conformance.problems((name, ""), closed(content["schema"]), content["example"]) == [], name


@pytest.mark.parametrize(
    ("status", "body", "complaint"),
    [
        (200, b'{"id": "gold", "colour": "red"}', "colour"),
        (200, b'{"name": {"en": "x"}}', "id"),
        (200, b'{"id": "gold", "metadata": {"createdAt": "yesterday"}}', "date-time"),
        (418, b"{}", "not described"),
        (400, b'{"message": "x"}', "code"),
    ],
)
async def test_an_answer_that_is_not_described_is_noticed(status: int, body: bytes, complaint: str) -> None:
    request = httpx.Request("GET", "http://shop/customer-segment/acme/segments/gold")
    headers = {"Content-Type": "application/json"}
    response = httpx.Response(status, content=body, headers=headers, request=request)
    with pytest.raises(AssertionError, match=complaint):
        await Conformance(closed(DOCUMENT)).check(response)


async def test_it_is_served_without_a_token_and_only_once_to_each() -> None:
    app = Starlette(routes=[Route("/openapi.json", openapi_json)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
        first = await client.get("/openapi.json")
        assert (first.status_code, first.headers["content-type"]) == (200, "application/json")
        assert first.json() == DOCUMENT
        etag = first.headers["etag"]
        for known in (etag, f'"other", W/{etag}', "*", f'"a,b",{etag}'):
            again = await client.get("/openapi.json", headers={"If-None-Match": known})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        lines = [("If-None-Match", '"other"'), ("If-None-Match", etag)]
        assert (await client.get("/openapi.json", headers=lines)).status_code == 304
        assert (await client.get("/openapi.json", headers={"If-None-Match": '"other"'})).status_code == 200
        assert (await client.get("/openapi.json", headers={"If-Match": '"other"'})).status_code == 412
        assert (await client.get("/openapi.json", headers={"If-None-Match": "other"})).status_code == 400
        assert (await client.head("/openapi.json")).content == b""
