"""The one catalogue as REST clients see it, the limits, and the order of checks."""

from collections.abc import AsyncIterator

import pytest

from resolvers import errors
from resolvers.errors import GatewayError
from rest_compat.wire.errors import RENDERINGS, error_response, field_name
from tests.rest_compat.rest import Rest, validation

FAILURES = [
    (errors.Unauthenticated(), 401),
    (errors.Forbidden(), 403),
    (errors.NotFound("x"), 404),
    (errors.AlreadyExists(resource_id="x"), 409),
    (errors.VersionConflict(resource_id="x"), 409),
    (errors.InvalidInput(path=("name", "en")), 400),
    (errors.InvalidArgument(path=("q",)), 400),
    (errors.UnknownSegment("x"), 400),
    (errors.UnknownReference(path=("customerId",), resource_id="x"), 400),
    (errors.SegmentInUse("x"), 400),
    (errors.ReferenceInUse(resource_id="x"), 409),
    (errors.TooManyElements(200), 400),
    (errors.AnswerTooLarge(2, 1), 400),
    (errors.CursorExpired(), 410),
    (errors.CursorUnknown(), 410),
    (errors.ChangesOff(), 501),
    (errors.TooManyStreams(), 429),
    (errors.WebhooksOff(), 501),
    (errors.LimitReached(), 409),
    (errors.Unavailable(), 503),
    (errors.TimedOut(), 504),
]


def test_every_failure_of_the_catalogue_has_a_rendering() -> None:
    catalogue = {
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, GatewayError) and value is not GatewayError
    }
    assert set(RENDERINGS) == catalogue == {type(failure) for failure, _ in FAILURES}


@pytest.mark.parametrize(("failure", "status"), FAILURES)
def test_a_failure_is_rendered_with_its_status(failure: GatewayError, status: int) -> None:
    response = error_response(failure)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    assert ("retry-after" in response.headers) == (status in {429, 503})


def test_a_member_is_named_as_it_is_written() -> None:
    assert field_name(("name", "en")) == "name.en"
    assert field_name((3, "path")) == "[3].path"
    assert field_name(("items", 0, "id")) == "items[0].id"


async def test_bodies_that_are_no_json_are_400(rest: Rest) -> None:
    bad = [b"{", b"nope", b'{"name": NaN}', b'{"a":"\\ud800"}', b"[" * 100, b"{} {}"]
    for content in bad:
        response = await rest("POST", content=content, headers={"Content-Type": "application/json"})
        assert response.status_code == 400, content[:20]
        body = response.json()
        assert body == validation(None, body["details"]["message"])
        assert body["details"]["message"].startswith("The body is not JSON: ")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (None, None),
        ([], None),
        ("text", None),
        ({}, "name"),
        ({"name": {}}, "name"),
        ({"name": {"en": "  "}}, "name"),
        ({"name": "Gold"}, "name"),
        ({"name": {"en": 1}}, "name.en"),
        ({"name": {"en": "a\0b"}}, "name.en"),
        ({"name": {"e n": "x"}}, "name"),
        ({"name": {"en": "x"}}, "siteCode"),
        ({"name": {"en": "x"}, "siteCode": " "}, "siteCode"),
        ({"id": "a b", "name": {"en": "x"}, "siteCode": "main"}, "id"),
        ({"id": "bulk", "name": {"en": "x"}, "siteCode": "main"}, "id"),
        ({"id": 1, "name": {"en": "x"}, "siteCode": "main"}, "id"),
        ({"name": {"en": "x"}, "siteCode": "main", "status": "active"}, "status"),
        ({"name": {"en": "x"}, "siteCode": "main", "validity": {"from": "soon"}}, "validity.from"),
        ({"name": {"en": "x"}, "siteCode": "main", "mixins": {"a": 1}}, "mixins.a"),
        ({"name": {"en": "x"}, "siteCode": "main", "mixins": {"a": {"b": "\0"}}}, "mixins.a.b"),
        ({"name": {"en": "x"}, "siteCode": "main", "metadata": {"mixins": {"a": "b"}}}, "metadata.mixins.a"),
    ],
)
async def test_a_body_at_fault_names_the_member(rest: Rest, body: object, field: str | None) -> None:
    response = await rest("POST", "", body)
    assert response.status_code == 400
    assert response.json() == validation(field, response.json()["details"]["message"])
    assert await rest.json("GET") == []


async def test_a_version_that_is_no_number_is_400(rest: Rest) -> None:
    for version in (-1, 1.5, "1", True, 10**30):
        body = {"name": {"en": "x"}, "siteCode": "main", "metadata": {"version": version}}
        response = await rest("PUT", "/gold", body)
        expected = validation("metadata.version", "The version is a whole number from 0.")
        assert (response.status_code, response.json()) == (400, expected)


async def test_a_body_above_ten_megabytes_is_413_with_and_without_a_length(rest: Rest) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b" " * 1024 * 1024

    expected = {
        "code": 413,
        "status": "Request Entity Too Large",
        "message": "The request body is too large.",
    }
    for content in (b" " * (10 * 1024 * 1024 + 1), chunks()):
        response = await rest.client.post(
            f"/customer-segment/{rest.tenant}/segments",
            content=content,
            headers={"Authorization": rest.token("M"), "Content-Type": "text/plain"},
        )
        assert (response.status_code, response.json()) == (413, expected)
    response = await rest("POST", content=b"{}", headers={"Content-Length": "9" * 5000})
    assert response.status_code == 413


async def test_a_body_of_ten_megabytes_is_read(rest: Rest) -> None:
    content = b'{"name": {"en": "x"}, "siteCode": "main"}'.ljust(10 * 1024 * 1024)
    response = await rest("POST", content=content, headers={"Content-Type": "application/json"})
    assert response.status_code == 201


async def test_a_body_of_another_media_type_is_415(rest: Rest) -> None:
    headers: list[dict[str, str]] = [{"Content-Type": "text/plain"}, {"Content-Type": "application/xml"}, {}]
    for header in headers:
        response = await rest("POST", "/search", content=b'{"q": ""}', headers=header)
        assert response.status_code == 415
        assert response.json() == {
            "code": 415,
            "status": "Unsupported Media Type",
            "message": "The content type must be application/json.",
        }


@pytest.mark.parametrize("media_type", ["application/json", "Application/JSON; charset=utf-8"])
async def test_json_is_recognised_with_parameters_and_in_any_case(rest: Rest, media_type: str) -> None:
    response = await rest("POST", "/search", content=b"{}", headers={"Content-Type": media_type})
    assert response.status_code == 200


async def test_checks_come_in_the_order_of_the_contract(rest: Rest) -> None:
    """Each request has faults of every later kind than the one it is refused for."""
    path = f"/customer-segment/{rest.tenant}/segments"
    foreign = {"Authorization": rest.token("R", tenant="elsewhere"), "Content-Type": "text/plain"}
    for method, url, headers, status in (
        ("PUT", "/customer-segment/X/segments/bulk/", {}, 404),
        ("PATCH", "/customer-segment/X/segments/bulk", {}, 405),
        ("PUT", "/customer-segment/X/segments/a%20b", {}, 401),
        ("PUT", "/customer-segment/X/segments/a%20b", foreign, 400),
        ("PUT", f"{path}/a%20b", foreign, 403),
        ("PUT", f"{path}/a%20b", foreign | {"Authorization": rest.token("R")}, 403),
        ("PUT", f"{path}/a%20b", foreign | {"Authorization": rest.token("M")}, 415),
    ):
        response = await rest.client.request(method, url, content=b"{", headers=headers)
        assert response.status_code == status, url
    assert (await rest("PATCH", "/none", [{"op": "test"}])).status_code == 400
    assert (await rest("PATCH", "/none", [])).status_code == 404
