"""Creating, replacing and deleting one segment (behaviour "Segments")."""

from typing import Any

import pytest

from resolvers.policy import Policy
from tests.factories.documents import segment
from tests.schema.client import USER_ERRORS, Graph

SEGMENT = """segment {
    id name nameTranslations { language text } descriptionTranslations { language text }
    status validity { from to } siteCode mixins metadata { version createdAt modifiedAt mixins }
}"""
CREATE = f"$input: SegmentCreateInput! => segmentCreate(input: $input) {{ {SEGMENT} {USER_ERRORS} }}"
UPSERT = (
    "$id: ID!, $input: SegmentUpsertInput!, $version: Int => "
    f"segmentUpsert(id: $id, input: $input, expectedVersion: $version) {{ effect {SEGMENT} {USER_ERRORS} }}"
)
DELETE = (
    "$id: ID!, $force: Boolean => "
    f"segmentDelete(id: $id, forceDelete: $force) {{ deletedSegmentId {USER_ERRORS} }}"
)
PATCH = f"$id: ID! => segmentPatch(id: $id, operations: []) {{ segment {{ id }} {USER_ERRORS} }}"
NAME = [{"language": "en", "text": "Gold"}]
LEAST = {"name": NAME, "siteCode": "main"}
WHOLE: dict[str, Any] = {
    "name": [{"language": "en", "text": "Gold"}, {"language": "de-CH", "text": "Gould"}],
    "description": [{"language": "en", "text": "The best"}],
    "status": "ACTIVE",
    "siteCode": "other",
    "validity": {"from": "2026-01-01T01:00:00.1239+01:00", "to": None},
    "mixins": {"loyalty": {"points": 1.0, "tags": ["a", None]}},
    "mixinSchemas": {"loyalty": "https://example.com/loyalty.json"},
}


async def create(graph: Graph, **input_: Any) -> Any:
    return await graph.mutate(CREATE, {"input": LEAST | input_})


async def upsert(graph: Graph, segment_id: str, version: int | None = None, **input_: Any) -> Any:
    return await graph.mutate(UPSERT, {"id": segment_id, "input": LEAST | input_, "version": version})


def problem(payload: Any) -> tuple[str, list[str]]:
    """Code and path of the one failure."""
    assert payload["segment"] is None
    [error] = payload["userErrors"]
    return error["code"], error["path"]


async def test_a_segment_is_created_as_it_was_sent(graph: Graph) -> None:
    payload = await create(graph, **WHOLE, id="Gold:1~2_3.4-5")
    created = payload["segment"]["metadata"].pop("createdAt")
    assert payload["segment"]["metadata"].pop("modifiedAt") == created
    assert payload == {
        "segment": {
            "id": "Gold:1~2_3.4-5",
            "name": "Gold",
            "nameTranslations": [{"language": "de-CH", "text": "Gould"}, {"language": "en", "text": "Gold"}],
            "descriptionTranslations": [{"language": "en", "text": "The best"}],
            "status": "ACTIVE",
            "validity": {"from": "2026-01-01T00:00:00.123Z", "to": None},
            "siteCode": "other",
            "mixins": {"loyalty": {"points": 1, "tags": ["a", None]}},
            "metadata": {"version": 1, "mixins": {"loyalty": "https://example.com/loyalty.json"}},
        },
        "userErrors": [],
    }
    stored = await graph(f'{{ segment(id: "Gold:1~2_3.4-5") {SEGMENT.removeprefix("segment")} }}')
    assert stored["segment"]["metadata"] == {
        **payload["segment"]["metadata"],
        "createdAt": created,
        "modifiedAt": created,
    }
    assert stored["segment"]["mixins"] == payload["segment"]["mixins"]


@pytest.mark.parametrize("segment_id", ["a b", "bulk", "x" * 129, ""])
async def test_what_cannot_be_an_id_is_refused_and_looked_up_in_vain(graph: Graph, segment_id: str) -> None:
    refused = {"code": "INVALID_INPUT", "path": ["id"]}
    deleted = await graph.mutate(DELETE, {"id": segment_id})
    patched = await graph.mutate(PATCH, {"id": segment_id})
    for payload, member in ((deleted, "deletedSegmentId"), (patched, "segment")):
        assert payload[member] is None
        [error] = payload["userErrors"]
        assert {"code": error["code"], "path": error["path"]} == refused
    assert problem(await upsert(graph, segment_id)) == ("INVALID_INPUT", ["id"])
    assert await graph("query ($id: ID!) { segment(id: $id) { id } }", {"id": segment_id}) == {
        "segment": None
    }


async def test_what_is_left_out_is_absent_and_the_status_inactive(graph: Graph) -> None:
    payload = await create(graph, id="least", status=None)
    del payload["segment"]["metadata"]["createdAt"], payload["segment"]["metadata"]["modifiedAt"]
    assert payload["segment"] == {
        "id": "least",
        "name": "Gold",
        "nameTranslations": [{"language": "en", "text": "Gold"}],
        "descriptionTranslations": [],
        "status": "INACTIVE",
        "validity": None,
        "siteCode": "main",
        "mixins": {},
        "metadata": {"version": 1, "mixins": {}},
    }


async def test_a_segment_without_an_id_gets_one(graph: Graph) -> None:
    made = {(await create(graph))["segment"]["id"] for _ in range(3)}
    assert len(made) == 3
    assert all(len(id_) == 24 and set(id_) <= set("0123456789abcdef") for id_ in made)


async def test_an_id_is_taken_only_once(graph: Graph) -> None:
    await create(graph, id="gold")
    before = await graph.shop.rows()
    payload = await create(graph, id="gold", siteCode="other")
    assert problem(payload) == ("ALREADY_EXISTS", ["input", "id"])
    assert payload["userErrors"][0]["message"] == "The resource already exists."
    assert await graph.shop.rows() == before
    assert (await create(graph, id="Gold"))["userErrors"] == []


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"name": []}, ["name"]),
        ({"name": [{"language": "en", "text": " \t"}]}, ["name"]),
        ({"name": [*NAME, *NAME]}, ["name"]),
        ({"name": [{"language": "e", "text": "x"}]}, ["name"]),
        ({"name": [*NAME, {"language": "EN", "text": "x"}]}, ["name"]),
        ({"description": [{"language": "en", "text": "x" * 10_001}]}, ["description", "en"]),
        ({"siteCode": " "}, ["siteCode"]),
        ({"siteCode": "x" * 257}, ["siteCode"]),
        ({"validity": {"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}}, ["validity"]),
        ({"mixins": []}, ["mixins"]),
        ({"mixins": {"loyalty": 1}}, ["mixins", "loyalty"]),
        ({"mixinSchemas": {"loyalty": "ftp://example.com"}}, ["mixinSchemas", "loyalty"]),
        ({"id": ""}, ["id"]),
        ({"id": "a/b"}, ["id"]),
        ({"id": "bulk"}, ["id"]),
    ],
)
async def test_what_is_not_valid_is_named_and_not_stored(
    graph: Graph, wrong: dict[str, Any], path: list[str]
) -> None:
    assert problem(await create(graph, **wrong)) == ("INVALID_INPUT", ["input", *path])
    if "id" not in wrong:
        assert problem(await upsert(graph, "gold", **wrong)) == ("INVALID_INPUT", ["input", *path])
    assert (await graph.shop.rows())["segment"] == []


async def test_only_configured_languages_are_taken(graph: Graph) -> None:
    policy = Policy(languages=("en", "de"))
    payload = await graph.mutate(
        CREATE, {"input": LEAST | {"name": [{"language": "ru", "text": "x"}]}}, policy=policy
    )
    assert problem(payload) == ("INVALID_INPUT", ["input", "name"])
    assert payload["userErrors"][0]["message"] == "Following languages are not supported: 'ru'"


async def test_an_upsert_creates_then_replaces_the_whole_segment(graph: Graph) -> None:
    created = await upsert(graph, "gold", **WHOLE)
    assert (created["effect"], created["segment"]["metadata"]["version"]) == ("CREATED", 1)
    replaced = await upsert(graph, "gold")
    assert replaced["effect"] == "UPDATED"
    assert replaced["segment"]["status"] == "INACTIVE"
    assert replaced["segment"]["nameTranslations"] == NAME
    assert replaced["segment"]["descriptionTranslations"] == []
    assert replaced["segment"]["validity"] is None
    assert replaced["segment"]["mixins"] == replaced["segment"]["metadata"]["mixins"] == {}


async def test_every_write_moves_version_and_time_even_if_nothing_changes(graph: Graph) -> None:
    metadata = [(await upsert(graph, "gold"))["segment"]["metadata"] for _ in range(3)]
    assert [one["version"] for one in metadata] == [1, 2, 3]
    assert len({one["createdAt"] for one in metadata}) == 1
    modified = [one["modifiedAt"] for one in metadata]
    assert modified == sorted(modified)
    assert modified[0] == metadata[0]["createdAt"]
    assert modified[2] > modified[0]


async def test_an_expected_version_must_be_the_stored_one(graph: Graph) -> None:
    await upsert(graph, "gold")
    assert (await upsert(graph, "gold", 1))["segment"]["metadata"]["version"] == 2
    before = await graph.shop.rows()
    for stale in (0, 1, 3):
        payload = await upsert(graph, "gold", stale, siteCode="other")
        assert problem(payload) == ("VERSION_CONFLICT", ["expectedVersion"])
    assert await graph.shop.rows() == before


async def test_an_expected_version_of_what_is_not_there_is_ignored(graph: Graph) -> None:
    payload = await upsert(graph, "gold", 7)
    assert (payload["effect"], payload["segment"]["metadata"]["version"]) == ("CREATED", 1)


async def test_a_negative_version_is_refused(graph: Graph) -> None:
    assert problem(await upsert(graph, "gold", -1)) == ("INVALID_INPUT", ["expectedVersion"])


@pytest.mark.parametrize("segment_id", ["bulk", "a b", "", "x" * 129, "me"])
async def test_an_upsert_needs_a_usable_id(graph: Graph, segment_id: str) -> None:
    assert problem(await upsert(graph, segment_id)) == ("INVALID_INPUT", ["id"])


async def test_a_deleted_segment_is_gone_and_deleting_it_again_is_no_error(graph: Graph) -> None:
    await upsert(graph, "gold")
    assert await graph.mutate(DELETE, {"id": "gold"}) == {"deletedSegmentId": "gold", "userErrors": []}
    assert await graph.mutate(DELETE, {"id": "gold"}) == {"deletedSegmentId": None, "userErrors": []}
    assert (await graph.shop.rows())["segment"] == []


@pytest.mark.parametrize("kind", ["customer", "item"])
async def test_a_segment_in_use_is_deleted_only_by_force(graph: Graph, kind: str) -> None:
    await graph.shop.segments(segment("gold"), segment("silver"))
    if kind == "customer":
        await graph.shop.customers(("gold", "anna"), ("silver", "anna"))
    else:
        await graph.shop.items(("gold", "PRODUCT", "drill"), ("silver", "PRODUCT", "drill"))
    before = await graph.shop.rows()
    payload = await graph.mutate(DELETE, {"id": "gold", "force": False})
    assert payload["deletedSegmentId"] is None
    assert payload["userErrors"] == [
        {
            "code": "SEGMENT_IN_USE",
            "path": ["forceDelete"],
            "message": "The segment has customers, items or groups assigned.",
        }
    ]
    assert await graph.shop.rows() == before
    payload = await graph.mutate(DELETE, {"id": "gold", "force": True})
    assert payload == {"deletedSegmentId": "gold", "userErrors": []}
    after = await graph.shop.rows()
    assert [row["id"] for row in after["segment"]] == ["silver"]
    assert [row["segment_id"] for row in after[f"{kind}_assignment"]] == ["silver"]
