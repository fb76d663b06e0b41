"""Writing and reading one segment (behaviour "Segments")."""

import re
from typing import Any

import pytest

from resolvers.policy import Policy
from tests.rest_compat.rest import Rest, validation

GOLD = {
    "id": "gold",
    "name": {"de": "Gold", "en": "Golden"},
    "description": {"en": "The best"},
    "validity": {"from": "2024-04-17T08:00:00.000Z", "to": "2025-04-17T08:00:00.000Z"},
    "status": "ACTIVE",
    "siteCode": "main",
    "mixins": {"loyalty": {"points": 3, "tier": "A"}},
}
SCHEMAS = {"mixins": {"loyalty": "https://example.com/loyalty.json"}}
ALL_LANGUAGES = {"Accept-Language": "*"}
EXISTS = {
    "code": 409,
    "status": "Conflict",
    "message": "The resource already exists.",
    "resourceId": "gold",
}
CHANGED = EXISTS | {"message": "The resource you are attempting to access has changed."}


async def test_a_created_segment_is_answered_with_its_id_and_read_as_written(rest: Rest) -> None:
    response = await rest("POST", "", {**GOLD, "metadata": SCHEMAS | {"version": 7, "createdAt": "x"}})
    assert (response.status_code, response.json()) == (201, {"id": "gold"})
    read = await rest("GET", "/gold", headers=ALL_LANGUAGES)
    metadata = read.json()["metadata"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", metadata["createdAt"])
    stamp = {"createdAt": metadata["createdAt"], "modifiedAt": metadata["createdAt"], "version": 1}
    assert list(read.json().items()) == list({**GOLD, "metadata": stamp | SCHEMAS}.items())
    assert list(metadata) == ["createdAt", "modifiedAt", "version", "mixins"]
    assert read.headers["content-type"] == "application/json"
    assert read.headers["vary"] == "Accept-Language"


async def test_members_without_content_are_left_out(rest: Rest) -> None:
    document = {
        "id": "gold",
        "name": {"en": "Gold"},
        "siteCode": "main",
        "description": {},
        "validity": None,
        "status": None,
    }
    await rest.json("POST", "", {**document, "mixins": {}, "metadata": None})
    assert list(await rest.json("GET", "/gold")) == ["id", "name", "status", "siteCode", "metadata"]


async def test_an_id_is_made_up_where_none_is_given(rest: Rest) -> None:
    made_up = await rest.json("POST", "", {"name": {"en": "x"}, "siteCode": "main"})
    assert re.fullmatch("[0-9a-f]{24}", made_up["id"])
    assert (await rest.json("GET", f"/{made_up['id']}"))["status"] == "INACTIVE"


async def test_a_second_creation_of_an_id_is_409(rest: Rest) -> None:
    await rest.json("POST", "", GOLD)
    response = await rest("POST", "", GOLD)
    assert (response.status_code, response.json()) == (409, EXISTS)


async def test_put_creates_with_an_id_and_then_replaces_without_a_body(rest: Rest) -> None:
    created = await rest("PUT", "/gold", {**GOLD, "metadata": {"version": 9}})
    assert (created.status_code, created.json()) == (201, {"id": "gold"})
    replaced = await rest("PUT", "/gold", {"name": {"fr": "Or"}, "siteCode": "b"})
    assert (replaced.status_code, replaced.content) == (204, b"")
    segment = await rest.json("GET", "/gold", headers=ALL_LANGUAGES)
    assert segment["metadata"].pop("version") == 2
    del segment["metadata"]
    assert segment == {"id": "gold", "name": {"fr": "Or"}, "status": "INACTIVE", "siteCode": "b"}


async def test_a_stale_version_is_409_and_changes_nothing(rest: Rest) -> None:
    await rest.segment("gold")
    before = await rest.json("GET", "/gold")
    response = await rest("PUT", "/gold", {**GOLD, "metadata": {"version": 2}})
    assert (response.status_code, response.json()) == (409, CHANGED)
    assert await rest.json("GET", "/gold") == before
    assert (await rest("PUT", "/gold", {**GOLD, "metadata": {"version": 1}})).status_code == 204


async def test_put_refuses_the_id_of_another_segment(rest: Rest) -> None:
    response = await rest("PUT", "/gold", {**GOLD, "id": "iron"})
    expected = validation("id", "The id is not the one in the path.")
    assert (response.status_code, response.json()) == (400, expected)


async def test_patch_changes_what_it_names(rest: Rest) -> None:
    await rest.json("POST", "", GOLD)
    operations: list[dict[str, Any]] = [
        {"op": "replace", "path": "/status", "value": "INACTIVE"},
        {"op": "add", "path": "/name/fr", "value": "Or"},
        {"op": "remove", "path": "/description"},
        {"op": "replace", "path": "/mixins/loyalty/points", "value": 15},
        {"op": "add", "path": "/mixins/loyalty/vip", "value": True},
        {"op": "add", "path": "/metadata/mixins/loyalty", "value": "https://example.com/loyalty.json"},
    ]
    headers = {"Content-Type": "application/json-patch+json"}
    response = await rest("PATCH", "/gold", operations, headers=headers)
    assert (response.status_code, response.content) == (204, b"")
    segment = await rest.json("GET", "/gold", headers=ALL_LANGUAGES)
    assert segment["metadata"] | {"createdAt": "", "modifiedAt": ""} == {
        "createdAt": "",
        "modifiedAt": "",
        "version": 2,
        **SCHEMAS,
    }
    del segment["metadata"]
    assert segment == {
        "id": "gold",
        "name": {"de": "Gold", "en": "Golden", "fr": "Or"},
        "validity": GOLD["validity"],
        "status": "INACTIVE",
        "siteCode": "main",
        "mixins": {"loyalty": {"points": 15, "tier": "A", "vip": True}},
    }


@pytest.mark.parametrize(
    ("operation", "field"),
    [
        ({"op": "test", "path": "/status", "value": "ACTIVE"}, "[0].op"),
        ({"op": "Replace", "path": "/status", "value": "ACTIVE"}, "[0].op"),
        ({"op": "replace", "path": "/id", "value": "x"}, "[0].path"),
        ({"op": "replace", "path": "", "value": {}}, "[0].path"),
        ({"op": "replace", "path": "/metadata/version", "value": 1}, "[0].path"),
        ({"op": "replace", "path": "status", "value": "ACTIVE"}, "[0].path"),
        ({"op": "replace", "path": "/mixins/none", "value": {}}, "[0].path"),
        ({"op": "add", "path": "/status"}, "[0].value"),
        ({"op": "remove", "path": "/name"}, "name"),
        ({"op": "add", "path": "/name/de", "value": 1}, "name.de"),
        ("replace", "[0]"),
    ],
)
async def test_a_patch_at_fault_names_its_operation_and_changes_nothing(
    rest: Rest, operation: object, field: str
) -> None:
    await rest.segment("gold")
    before = await rest.json("GET", "/gold")
    response = await rest("PATCH", "/gold", [operation])
    assert response.status_code == 400
    assert response.json() == validation(field, response.json()["details"]["message"])
    assert await rest.json("GET", "/gold") == before


async def test_an_empty_patch_makes_no_version(rest: Rest) -> None:
    await rest.segment("gold")
    assert (await rest("PATCH", "/gold", [])).status_code == 204
    assert (await rest.json("GET", "/gold"))["metadata"]["version"] == 1


async def test_what_does_not_exist_is_404_to_read_and_patch_and_204_to_delete(rest: Rest) -> None:
    expected = {
        "code": 404,
        "status": "Not Found",
        "message": "The resource with id none has not been found.",
        "resourceId": "none",
    }
    for method, body in (("GET", None), ("PATCH", [])):
        response = await rest(method, "/none", body)
        assert (response.status_code, response.json()) == (404, expected)
    response = await rest("DELETE", "/none")
    assert (response.status_code, response.content) == (204, b"")


async def test_a_segment_in_use_goes_only_by_force(rest: Rest) -> None:
    await rest.segment("gold")
    await rest.assign("/gold/customers/c")
    await rest.assign("/gold/items/PRODUCT/p")
    for query in ("", "?forceDelete=false", "?forceDelete=FALSE"):
        response = await rest("DELETE", f"/gold{query}")
        message = "The segment has customers, items or groups assigned."
        assert response.status_code == 400
        assert response.json() == {
            "code": 400,
            "status": "Bad Request",
            "message": message,
            "resourceId": "gold",
            "details": {"field": "forceDelete", "type": "validation", "message": message},
        }
    assert (await rest("DELETE", "/gold?forceDelete=True")).status_code == 204
    assert await rest.json("GET") == []
    assert await rest.json("GET", "/items") == []


async def test_a_flag_is_true_or_false(rest: Rest) -> None:
    for value in ("1", "yes", "true "):
        response = await rest("DELETE", f"/gold?forceDelete={value}")
        expected = validation("forceDelete", "true or false is expected.", of="parameter")
        assert (response.status_code, response.json()) == (400, expected)


async def test_content_language_bounds_the_languages_of_the_body(rest: Rest) -> None:
    refused = await rest("POST", "", GOLD, headers={"Content-Language": "en"})
    expected = validation("name", "Following languages are not supported: 'de'")
    assert (refused.status_code, refused.json()) == (400, expected)
    for header in ("en, de", "*", ""):
        response = await rest("PUT", "/gold", GOLD, headers={"Content-Language": header})
        assert response.status_code in {201, 204}
    refused = await rest("PUT", "/gold", GOLD, headers={"Content-Language": "e n"})
    assert refused.status_code == 400
    assert refused.json()["details"]["field"] == "Content-Language"


async def test_a_bare_text_is_stored_under_the_one_language_of_the_body(rest: Rest) -> None:
    body = {**GOLD, "name": "Gold", "description": "Gut"}
    await rest.json("POST", "", body, headers={"Content-Language": "de"})
    segment = await rest.json("GET", "/gold", headers=ALL_LANGUAGES)
    assert (segment["name"], segment["description"]) == ({"de": "Gold"}, {"de": "Gut"})


@pytest.mark.parametrize("policy", [Policy(languages=("en", "de"))])
async def test_only_configured_languages_are_written(rest: Rest) -> None:
    response = await rest("POST", "", {**GOLD, "name": {"en": "x", "ru": "y"}})
    expected = validation("name", "Following languages are not supported: 'ru'")
    assert (response.status_code, response.json()) == (400, expected)
    response = await rest("POST", "", GOLD, headers={"Content-Language": "ru"})
    assert response.json()["details"]["field"] == "Content-Language"


@pytest.mark.parametrize(
    ("accepted", "name", "description"),
    [
        (None, {"en": "Golden"}, {"en": "The best"}),
        ("", {"en": "Golden"}, {"en": "The best"}),
        ("de", {"de": "Gold"}, {"en": "The best"}),
        ("DE-ch", {"de": "Gold"}, {"en": "The best"}),
        ("fr, de;q=0.5, en;q=0.9", {"en": "Golden"}, {"en": "The best"}),
        ("fr", {"en": "Golden"}, {"en": "The best"}),
        ("*", GOLD["name"], GOLD["description"]),
        ("no such language!", {"en": "Golden"}, {"en": "The best"}),
    ],
)
async def test_a_reader_gets_one_translation_per_text(
    rest: Rest, accepted: str | None, name: dict[str, str], description: dict[str, str]
) -> None:
    await rest.json("POST", "", GOLD)
    headers = {} if accepted is None else {"Accept-Language": accepted}
    single = await rest.json("GET", "/gold", headers=headers)
    assert (single["name"], single["description"]) == (name, description)
    for method, path in (("GET", ""), ("POST", "/search")):
        response = await rest(method, path, headers=headers)
        assert response.json() == [single]
        assert response.headers["vary"] == "Accept-Language"
        assert "content-language" not in response.headers


async def test_a_text_without_an_accepted_translation_is_an_empty_map(rest: Rest) -> None:
    await rest.json("POST", "", {**GOLD, "description": {"ja": "x"}})
    assert (await rest.json("GET", "/gold"))["description"] == {}
