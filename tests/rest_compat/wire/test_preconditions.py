"""Conditional requests (RFC 9110, section 13) on single resources, lists and bulk endpoints."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from tests.rest_compat.rest import Rest, validation

SEGMENT = {"name": {"en": "Gold", "de": "Goldene"}, "siteCode": "main", "status": "ACTIVE"}
ASSIGNMENTS = ["/gold/customers/anna", "/gold/customers/anna/acme", "/gold/items/PRODUCT/drill"]
RESOURCES = ["/gold", *ASSIGNMENTS]
RESOURCE_IDS = dict(zip(RESOURCES, ["gold", "anna", "anna", "drill"], strict=True))
ETAG = re.compile(r'"1-\d{17}-[0-9a-f]{16}"')


def failed(header: str, resource_id: str | None) -> dict[str, Any]:
    shown = {} if resource_id is None else {"resourceId": resource_id}
    return {
        "code": 412,
        "status": "Precondition Failed",
        "message": "The resource is not in the state that the request asks for.",
        **shown,
        "details": {
            "field": header,
            "type": "precondition",
            "message": f"The precondition {header} does not hold.",
        },
    }


def body_of(path: str, **members: Any) -> dict[str, Any]:
    return (SEGMENT if path == "/gold" else {}) | members


async def put(rest: Rest, path: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await rest("PUT", path, body_of(path), headers=named)


async def etag_of(rest: Rest, path: str, **options: Any) -> str:
    response = await rest("GET", path, **options)
    assert response.status_code == 200, response.text
    return response.headers["etag"]


async def version_of(rest: Rest, path: str) -> int:
    version: int = (await rest.json("GET", path))["metadata"]["version"]
    return version


def weak(etag: str) -> str:
    return f"W/{etag}"


@pytest.fixture
async def filled(rest: Rest) -> Rest:
    await rest.json("PUT", "/gold", SEGMENT)
    for path in ASSIGNMENTS:
        await rest.assign(path)
    return rest


@pytest.mark.parametrize("path", RESOURCES)
async def test_a_single_resource_has_an_entity_tag_that_begins_with_its_version(
    filled: Rest, path: str
) -> None:
    first = await etag_of(filled, path)
    assert ETAG.fullmatch(first)
    assert await etag_of(filled, path) == first
    assert (await filled("HEAD", path)).headers["etag"] == first
    assert (await put(filled, path)).status_code == 204
    assert (await etag_of(filled, path)).startswith('"2-')


@pytest.mark.parametrize("path", RESOURCES)
async def test_a_write_is_carried_out_only_on_the_state_that_if_match_names(filled: Rest, path: str) -> None:
    old = await etag_of(filled, path)
    for stale in ('"999"', '"0"', '""', '"01"', old.replace('"1-', '"1-9'), weak(old), 'W/"1"'):
        response = await put(filled, path, If_Match=stale)
        assert (response.status_code, response.json()) == (412, failed("If-Match", RESOURCE_IDS[path])), stale
    assert await version_of(filled, path) == 1
    assert (await put(filled, path, If_Match=old)).status_code == 204
    assert (await put(filled, path, If_Match=old)).status_code == 412
    assert (await put(filled, path, If_Match='"2"')).status_code == 204
    assert (await put(filled, path, If_Match="*")).status_code == 204
    assert await version_of(filled, path) == 4


@pytest.mark.parametrize("path", RESOURCES)
async def test_a_deletion_is_carried_out_only_on_the_state_that_if_match_names(
    filled: Rest, path: str
) -> None:
    at = f"{path}?forceDelete=true"
    refused = await filled("DELETE", at, headers={"If-Match": '"999"'})
    assert (refused.status_code, refused.json()) == (412, failed("If-Match", RESOURCE_IDS[path]))
    etag = await etag_of(filled, path)
    assert (await filled("DELETE", at, headers={"If-None-Match": etag})).status_code == 412
    assert (await filled("DELETE", at, headers={"If-Match": etag})).status_code == 204
    for gone in (etag, '"1"', "*"):
        assert (await filled("DELETE", at, headers={"If-Match": gone})).status_code == 412
    for header in ({}, {"If-None-Match": "*"}, {"If-None-Match": etag}):
        assert (await filled("DELETE", at, headers=header)).status_code == 204


async def test_a_patch_is_applied_only_to_the_state_that_if_match_names(filled: Rest) -> None:
    patch = [{"op": "replace", "path": "/siteCode", "value": "other"}]
    for header in ({"If-Match": '"999"'}, {"If-None-Match": "*"}, {"If-None-Match": 'W/"1"'}):
        response = await filled("PATCH", "/gold", patch, headers=header)
        assert (response.status_code, response.json()) == (412, failed(next(iter(header)), "gold"))
    etag = await etag_of(filled, "/gold")
    assert (await filled("PATCH", "/gold", patch, headers={"If-Match": etag})).status_code == 204
    assert (await filled("PATCH", "/gold", patch, headers={"If-Match": etag})).status_code == 412
    assert await version_of(filled, "/gold") == 2


@pytest.mark.parametrize("path", RESOURCES)
async def test_if_none_match_any_creates_and_never_replaces(rest: Rest, path: str) -> None:
    if path != "/gold":
        await rest.segment("gold")
    refused = await put(rest, path, If_Match="*")
    assert (refused.status_code, refused.json()) == (412, failed("If-Match", RESOURCE_IDS[path]))
    assert (await rest("GET", path)).status_code == 404
    assert (await put(rest, path, If_None_Match="*")).status_code == 201
    refused = await put(rest, path, If_None_Match="*")
    assert (refused.status_code, refused.json()) == (412, failed("If-None-Match", RESOURCE_IDS[path]))
    assert await version_of(rest, path) == 1


@pytest.mark.parametrize("path", RESOURCES)
async def test_a_write_with_if_none_match_is_refused_on_the_states_that_it_names(
    filled: Rest, path: str
) -> None:
    etag = await etag_of(filled, path)
    for current in (etag, weak(etag), '"1"', 'W/"1"', f'"x", {etag}'):
        assert (await put(filled, path, If_None_Match=current)).status_code == 412, current
    assert (await put(filled, path, If_None_Match='"999", W/"7"')).status_code == 204


async def test_a_create_looks_at_the_segment_that_it_would_make(rest: Rest) -> None:
    create = {"id": "gold", **SEGMENT}
    for headers in ({"If-Match": "*"}, {"If-Match": '"1"'}):
        response = await rest("POST", "", create, headers=headers)
        assert (response.status_code, response.json()) == (412, failed("If-Match", None))
    assert (await rest("POST", "", create, headers={"If-None-Match": "*"})).status_code == 201
    response = await rest("POST", "", create, headers={"If-None-Match": "*"})
    assert (response.status_code, response.json()) == (412, failed("If-None-Match", None))
    assert (await rest("POST", "", create, headers={"If-Match": '"1"'})).status_code == 409
    assert (await rest("POST", "", create)).status_code == 409


@pytest.mark.parametrize("path", RESOURCES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_read_of_what_the_client_has_is_304(filled: Rest, method: str, path: str) -> None:
    read = await filled("GET", path)
    etag = read.headers["etag"]
    for known in (etag, weak(etag), f'"x" ,{etag}', f',, {etag} ,"y",', '"1"', "*", f'W/"x",\t{weak(etag)}'):
        response = await filled(method, path, headers={"If-None-Match": known})
        assert (response.status_code, response.content) == (304, b""), known
        assert response.headers["etag"] == etag
        assert response.headers.get("vary") == read.headers.get("vary")
        assert "content-type" not in response.headers
    for unknown in ('"2"', f'"{etag[1:-1]}0"', etag.upper().replace('"1', '"2'), '"*"', '""'):
        assert (await filled(method, path, headers={"If-None-Match": unknown})).status_code == 200, unknown
    await put(filled, path)
    assert (await filled(method, path, headers={"If-None-Match": etag})).status_code == 200


@pytest.mark.parametrize("path", RESOURCES)
async def test_a_read_with_if_match_is_412_unless_it_is_the_current_representation(
    filled: Rest, path: str
) -> None:
    etag = await etag_of(filled, path)
    for current in (etag, '"1"', "*", f'"x", {etag}'):
        assert (await filled("GET", path, headers={"If-Match": current})).status_code == 200
    for other in ('"2"', weak(etag), f'"{etag[1:-1]}0"'):
        response = await filled("GET", path, headers={"If-Match": other})
        assert (response.status_code, response.json()) == (412, failed("If-Match", RESOURCE_IDS[path]))
        both = {"If-Match": other, "If-None-Match": etag}
        assert (await filled("GET", path, headers=both)).status_code == 412
    both = {"If-Match": etag, "If-None-Match": etag}
    assert (await filled("GET", path, headers=both)).status_code == 304


async def test_each_representation_has_a_tag_and_all_of_them_serve_a_write(filled: Rest) -> None:
    variants: Sequence[tuple[str, dict[str, str]]] = [
        ("/gold", {}),
        ("/gold", {"Accept-Language": "de"}),
        ("/gold", {"Accept-Language": "*"}),
        ("/gold?fields=name", {}),
        ("/gold?fields=siteCode", {}),
    ]
    tags = [await etag_of(filled, path, headers=headers) for path, headers in variants]
    assert len(set(tags)) == len(variants)
    for (path, headers), tag in zip(variants, tags, strict=True):
        for other in tags:
            response = await filled("GET", path, headers={**headers, "If-None-Match": other})
            assert response.status_code == (304 if other == tag else 200)
    for tag in tags:
        assert (await put(filled, "/gold", If_None_Match=tag)).status_code == 412
    document = {"metadata": {"version": 1}, **SEGMENT}
    for tag in tags:  # each names the state at version 1, of which the first PUT makes version 2
        response = await filled("PUT", "/gold", document, headers={"If-Match": tag})
        assert response.status_code == (204 if tag == tags[0] else 412)


async def test_reference_data_that_an_assignment_shows_is_part_of_its_tag(filled: Rest) -> None:
    for path, references in (
        ("/gold/customers/anna", {"customers": [{"id": "anna", "firstName": "Anna"}]}),
        ("/gold/customers/anna/acme", {"legal_entities": [{"id": "acme", "name": "Acme"}]}),
        ("/gold/items/PRODUCT/drill", {"products": [{"id": "drill", "code": "D-1"}]}),
    ):
        etag = await etag_of(filled, path)
        await filled.known(**references)
        response = await filled("GET", path, headers={"If-None-Match": etag})
        assert (response.status_code, response.headers["etag"] == etag) == (200, False)
        assert (await put(filled, path, If_Match=etag)).status_code == 204


@pytest.mark.parametrize("path", RESOURCES)
async def test_a_tag_does_not_name_a_resource_that_was_deleted_and_created_again(
    filled: Rest, path: str
) -> None:
    etag = await etag_of(filled, path)
    await filled("DELETE", f"{path}?forceDelete=true")
    await asyncio.sleep(0.002)
    assert (await put(filled, path)).status_code == 201
    assert await version_of(filled, path) == 1
    assert (await filled("GET", path, headers={"If-None-Match": etag})).status_code == 200
    assert (await put(filled, path, If_Match=etag)).status_code == 412
    assert (await filled("DELETE", path, headers={"If-Match": etag})).status_code == 412


async def test_several_lines_of_a_header_are_one_list(filled: Rest) -> None:
    url = f"/customer-segment/{filled.tenant}/segments/gold"
    etag = await etag_of(filled, "/gold")
    token = ("Authorization", filled.token("RM"))
    for lines, read, write in (
        ([("If-None-Match", '"x"'), ("If-None-Match", etag)], 304, 412),
        ([("If-None-Match", etag), ("If-None-Match", '"x"')], 304, 412),
        ([("If-None-Match", '"x"'), ("If-None-Match", '"y"')], 200, 204),
        ([("If-Match", '"x"'), ("If-Match", '"2"')], 200, 204),
        ([("If-Match", "*"), ("If-Match", '"2"')], 400, 400),
    ):
        response = await filled.client.get(url, headers=[token, *lines])
        assert response.status_code == read, lines
        response = await filled.client.put(url, headers=[token, *lines], json=SEGMENT)
        assert response.status_code == write, lines


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
@pytest.mark.parametrize(
    "value",
    [
        *("", " ", ",", "1", "gold", '"1', '1"', '"1" "2"', '*, "1"', '"1", *', "**", 'w/"1"', 'W/ "1"'),
        *("W/1", '"a b"', '"1";x', "'1'", '"1",, x', '"' * 3),
    ],
)
async def test_a_malformed_precondition_is_400_and_never_passed_over(
    filled: Rest, header: str, value: str
) -> None:
    message = 'Entity tags such as "3", in double quotes, or * are expected.'
    for path in RESOURCES[::3]:
        for method in ("GET", "PUT", "DELETE"):
            body = body_of(path) if method == "PUT" else None
            response = await filled(method, path, body, headers={header: value})
            assert (response.status_code, response.json()) == (400, validation(header, message, "parameter"))
    assert (await filled("PATCH", "/gold", [], headers={header: value})).status_code == 400
    assert (await filled("POST", "", SEGMENT, headers={header: value})).status_code == 400
    for path in RESOURCES:
        assert await version_of(filled, path) == 1


async def test_a_tag_may_hold_a_comma_a_backslash_and_letters_beyond_ascii(filled: Rest) -> None:
    for tag in ('"a,b"', '"a\\"', '"a\\", "b"', '"caf\xe9"', '"!#$%&\'()"'):
        url = f"/customer-segment/{filled.tenant}/segments/gold"
        headers = {
            b"Authorization": filled.token("RM").encode(),
            b"If-None-Match": f'{tag}, "1"'.encode("latin-1"),
        }
        assert (await filled.client.get(url, headers=headers)).status_code == 304
        headers = {b"Authorization": filled.token("RM").encode(), b"If-Match": tag.encode("latin-1")}
        assert (await filled.client.put(url, headers=headers, json=SEGMENT)).status_code == 412


async def test_permission_validation_and_existence_come_before_preconditions(filled: Rest) -> None:
    stale = {"If-Match": '"999"', "If-None-Match": "*"}
    assert (await filled("PUT", "/gold", SEGMENT, scopes="R", headers=stale)).status_code == 403
    assert (await filled("DELETE", "/gold", scopes="O", customer="anna", headers=stale)).status_code == 403
    assert (await filled("GET", "/gold", scopes="M", headers=stale)).status_code == 403
    assert (await filled("GET", "/none", headers=stale)).status_code == 404
    assert (await filled("GET", "/gold", scopes="O", customer="eve", headers=stale)).status_code == 404
    assert (await filled("PATCH", "/none", [], headers=stale)).status_code == 404
    assert (await filled("PUT", "/gold", {}, headers=stale)).status_code == 400
    assert (await filled("PUT", "/none/customers/anna", headers=stale)).status_code == 400
    assert (await filled("DELETE", "/gold", headers=stale)).status_code == 412  # not 400, which comes later
    behind = SEGMENT | {"metadata": {"version": 7}}
    assert (await filled("PUT", "/gold", behind, headers=stale)).status_code == 412
    assert (await filled("PUT", "/gold", behind, headers={"If-Match": '"1"'})).status_code == 409


async def test_a_tag_is_the_same_in_the_own_view_and_names_nothing_hidden(filled: Rest) -> None:
    etag = await etag_of(filled, "/gold", scopes="O", customer="anna")
    assert etag == await etag_of(filled, "/gold")
    again = await filled("GET", "/gold", scopes="O", customer="anna", headers={"If-None-Match": etag})
    assert again.status_code == 304
    for known in (etag, "*"):
        hidden = await filled("GET", "/gold", scopes="O", customer="eve", headers={"If-None-Match": known})
        assert hidden.status_code == 404


@pytest.mark.parametrize("path", RESOURCES)
async def test_of_two_writers_with_the_same_if_match_one_wins(filled: Rest, path: str) -> None:
    for version in range(1, 8):
        etag = await etag_of(filled, path)
        responses = await asyncio.gather(*(put(filled, path, If_Match=etag) for _ in range(4)))
        assert sorted(one.status_code for one in responses) == [204, 412, 412, 412]
        assert await version_of(filled, path) == version + 1


@pytest.mark.parametrize("path", RESOURCES)
async def test_of_two_writers_that_create_with_if_none_match_one_wins(rest: Rest, path: str) -> None:
    if path != "/gold":
        await rest.segment("gold")
    for _ in range(5):
        responses = await asyncio.gather(*(put(rest, path, If_None_Match="*") for _ in range(4)))
        assert sorted(one.status_code for one in responses) == [201, 412, 412, 412]
        assert await version_of(rest, path) == 1
        await rest("DELETE", path)


async def test_a_list_has_no_tag_and_a_bulk_endpoint_has_no_representation(filled: Rest) -> None:
    for path in ("", "/gold/customers", "/gold/items", "/items"):
        response = await filled("GET", path)
        assert "etag" not in response.headers
        for headers, status in (
            ({"If-Match": '"1"'}, 412),
            ({"If-Match": "*"}, 200),
            ({"If-None-Match": '"1"'}, 200),
            ({"If-None-Match": "*"}, 304),
            ({"If-Match": "x"}, 400),
        ):
            assert (await filled("GET", path, headers=headers)).status_code == status, (path, headers)
    for method, path, body in (
        ("POST", "/bulk", [{"id": "new", **SEGMENT}]),
        ("PUT", "/bulk", [{"id": "gold", **SEGMENT}]),
        ("DELETE", "/bulk?forceDelete=true", ["gold"]),
        ("PUT", "/gold/customers/bulk", [{"customerId": "anna"}]),
        ("DELETE", "/gold/customers/bulk", [{"customerId": "anna"}]),
        ("PUT", "/gold/items/PRODUCT/bulk", [{"id": "drill"}]),
        ("DELETE", "/gold/items/PRODUCT/bulk", ["drill"]),
    ):
        for tag in ('"1"', "*"):
            response = await filled(method, path, body, headers={"If-Match": tag})
            expected = failed("If-Match", "gold" if path.startswith("/gold") else None)
            assert (response.status_code, response.json()) == (412, expected)
    for path in RESOURCES:
        assert await version_of(filled, path) == 1
    assert (await filled("GET", "/new")).status_code == 404
    body = [{"id": "gold", **SEGMENT}]
    assert (await filled("PUT", "/bulk", body, headers={"If-None-Match": "*"})).status_code == 207
    for path in ("/search", "/gold/customers/search", "/gold/items/search"):
        response = await filled("POST", path, {}, headers={"If-None-Match": "*", "If-Match": '"1"'})
        assert response.status_code == 200


async def test_dates_are_no_preconditions(filled: Rest) -> None:
    for name in ("If-Modified-Since", "If-Unmodified-Since"):
        for date in ("Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "x"):
            read = await filled("GET", "/gold", headers={name: date})
            assert (read.status_code, "last-modified" in read.headers) == (200, False)
            assert (await filled("PUT", "/gold", SEGMENT, headers={name: date})).status_code == 204


async def test_sixty_thousand_bytes_of_tags_are_read(filled: Rest) -> None:
    many = ",".join(['"x"'] * 15_000)
    assert (await put(filled, "/gold", If_Match=many)).status_code == 412
    assert (await put(filled, "/gold", If_Match=f'{many},"1"')).status_code == 204
    assert (await put(filled, "/gold", If_None_Match=f'{many},"2"')).status_code == 412
    for hostile in ("," * 60_000, '"' * 59_999, " ,\t" * 20_000 + "x", '"x"\t' * 15_000):
        assert (await put(filled, "/gold", If_Match=hostile)).status_code == 400
