"""Telling the gateway about customers, legal entities, groups, products and categories."""

from typing import Any

import pytest

from resolvers.values.text import JSON_BYTES
from tests.schema.client import USER_ERRORS, Graph

NODES = {
    "customers": "id firstName lastName email mixins legalEntities { id name mixins }",
    "legalEntities": "id name mixins",
    "groups": "id userType nameTranslations { language text } legalEntity { id }",
    "products": "id code nameTranslations { language text }",
    "categories": "id parentId code ecn position published nameTranslations { language text } "
    "descriptionTranslations { language text } slugTranslations { language text } validity { from to }",
}
TYPES = {
    "customers": "CustomerInput",
    "legalEntities": "LegalEntityInput",
    "groups": "GroupInput",
    "products": "ProductInput",
    "categories": "CategoryInput",
}
TEXTS = [{"language": "de", "text": "Säge"}, {"language": "en", "text": "Saw"}]
EXAMPLES: dict[str, dict[str, Any]] = {
    "customers": {
        "id": "anna",
        "firstName": "Anna",
        "lastName": "Archer",
        "email": "a@example.com",
        "legalEntityIds": ["globex", "acme", "acme"],
        "mixins": {"shop": {"turnover": 1200.5, "lastOrder": "2026-01-31", "tags": ["vip", None]}},
    },
    "legalEntities": {"id": "acme", "name": "Acme", "mixins": {"company": {"country": "DE"}}},
    "groups": {
        "id": "club",
        "userType": "CUSTOMER",
        "name": TEXTS,
        "legalEntityId": "acme",
        "customerIds": ["anna", "bob", "anna"],
    },
    "products": {"id": "saw", "code": "S1", "name": TEXTS, "categoryIds": ["tools", "saws"]},
    "categories": {
        "id": "saws",
        "parentId": "tools",
        "code": "C1",
        "name": TEXTS,
        "description": TEXTS,
        "slug": TEXTS,
        "ecn": ["1", "2"],
        "validity": {"from": "2026-01-01T00:00:00Z"},
        "position": -3,
        "published": False,
    },
}


REQUIRED = {"groups": {"userType": "EMPLOYEE"}}


def bare(noun: str) -> dict[str, Any]:
    """A record that says as little as it may."""
    return {"id": EXAMPLES[noun]["id"], **REQUIRED.get(noun, {})}


async def upsert(graph: Graph, noun: str, *records: dict[str, Any]) -> Any:
    field = (
        f"$records: [{TYPES[noun]}!]! => {noun}Upsert({noun}: $records) "
        f"{{ results {{ index effect node {{ {NODES[noun]} }} {USER_ERRORS} }} {USER_ERRORS} }}"
    )
    return await graph.mutate(field, {"records": list(records)})


def effects(payload: Any) -> list[str | None]:
    assert payload["userErrors"] == []
    return [one["effect"] for one in payload["results"]]


@pytest.mark.parametrize("noun", EXAMPLES)
async def test_a_record_that_says_nothing_new_is_left_alone(graph: Graph, noun: str) -> None:
    record = EXAMPLES[noun]
    assert effects(await upsert(graph, noun, record)) == ["CREATED"]
    before = await graph.shop.rows()
    assert effects(await upsert(graph, noun, record, record)) == ["UNCHANGED", "UNCHANGED"]
    assert await graph.shop.rows() == before


@pytest.mark.parametrize("noun", EXAMPLES)
async def test_a_record_replaces_all_that_was_known(graph: Graph, noun: str) -> None:
    await upsert(graph, noun, EXAMPLES[noun])
    payload = await upsert(graph, noun, bare(noun))
    assert effects(payload) == ["UPDATED"]
    node = payload["results"][0]["node"]
    assert {name: node.pop(name) for name in bare(noun)} == bare(noun)
    assert all(value in (None, [], {}) for value in node.values())
    rows = await graph.shop.rows()
    assert rows["customer_legal_entity"] == rows["product_category"] == rows["customer_group_member"] == []


async def test_all_of_a_category_is_kept(graph: Graph) -> None:
    await upsert(graph, "categories", EXAMPLES["categories"])
    data = await graph(f'{{ category(id: "saws") {{ {NODES["categories"]} }} }}')
    assert data["category"] == {
        "id": "saws",
        "parentId": "tools",
        "code": "C1",
        "ecn": ["1", "2"],
        "position": -3,
        "published": False,
        "nameTranslations": TEXTS,
        "descriptionTranslations": TEXTS,
        "slugTranslations": TEXTS,
        "validity": {"from": "2026-01-01T00:00:00.000Z", "to": None},
    }


async def test_links_are_a_set_and_unknown_legal_entities_show_their_id(graph: Graph) -> None:
    await upsert(graph, "legalEntities", EXAMPLES["legalEntities"])
    payload = await upsert(graph, "customers", EXAMPLES["customers"])
    [result] = payload["results"]
    assert result["node"] == {
        "id": "anna",
        "firstName": "Anna",
        "lastName": "Archer",
        "email": "a@example.com",
        "mixins": {"shop": {"turnover": 1200.5, "lastOrder": "2026-01-31", "tags": ["vip", None]}},
        "legalEntities": [
            {"id": "acme", "name": "Acme", "mixins": {"company": {"country": "DE"}}},
            {"id": "globex", "name": None, "mixins": {}},
        ],
    }
    changed = await upsert(graph, "customers", {"id": "anna", "legalEntityIds": ["acme", "initech"]})
    assert [one["id"] for one in changed["results"][0]["node"]["legalEntities"]] == ["acme", "initech"]


@pytest.mark.parametrize(
    ("noun", "record", "path"),
    [
        ("customers", {"id": ""}, ["id"]),
        ("customers", {"id": "a/b"}, ["id"]),
        ("customers", {"id": "a", "email": "x" * 1001}, ["email"]),
        ("customers", {"id": "a", "legalEntityIds": ["ok", ""]}, ["legalEntityIds", "1"]),
        ("customers", {"id": "a", "mixins": []}, ["mixins"]),
        ("customers", {"id": "a", "mixins": {"shop": 1}}, ["mixins", "shop"]),
        ("customers", {"id": "a", "mixins": {"shop": {"note": "x" * JSON_BYTES}}}, ["mixins"]),
        ("legalEntities", {"id": "a", "name": "x" * 1001}, ["name"]),
        ("legalEntities", {"id": "a", "mixins": {"company": None}}, ["mixins", "company"]),
        ("groups", {"id": "a", "userType": "CUSTOMER", "legalEntityId": ""}, ["legalEntityId"]),
        ("groups", {"id": "a", "userType": "CUSTOMER", "customerIds": ["a/b"]}, ["customerIds", "0"]),
        ("groups", {"id": "a", "userType": "CUSTOMER", "name": [TEXTS[0], TEXTS[0]]}, ["name"]),
        ("products", {"id": "a", "name": [{"language": "x", "text": "y"}]}, ["name"]),
        ("products", {"id": "a", "name": [TEXTS[0], TEXTS[0]]}, ["name"]),
        ("products", {"id": "a", "categoryIds": ["a/b"]}, ["categoryIds", "0"]),
        ("categories", {"id": "a", "parentId": ""}, ["parentId"]),
        ("categories", {"id": "a", "ecn": ["x" * 1001]}, ["ecn", "0"]),
        ("categories", {"id": "a", "description": [{"language": "x", "text": "y"}]}, ["description"]),
        ("categories", {"id": "a", "slug": [{"language": "en", "text": "y" * 10_001}]}, ["slug", "en"]),
        (
            "categories",
            {"id": "a", "validity": {"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}},
            ["validity"],
        ),
    ],
)
async def test_a_wrong_record_does_not_keep_the_others_out(
    graph: Graph, noun: str, record: dict[str, Any], path: list[str]
) -> None:
    payload = await upsert(graph, noun, record, EXAMPLES[noun])
    assert effects(payload) == [None, "CREATED"]
    assert payload["results"][0]["node"] is None
    [error] = payload["results"][0]["userErrors"]
    assert (error["code"], error["path"]) == ("INVALID_INPUT", path)


@pytest.mark.parametrize("noun", EXAMPLES)
async def test_the_last_of_several_records_with_one_id_stays(graph: Graph, noun: str) -> None:
    record = EXAMPLES[noun]
    payload = await upsert(graph, noun, bare(noun), record, bare(noun), record)
    assert effects(payload) == ["CREATED", "UPDATED", "UPDATED", "UPDATED"]
    assert effects(await upsert(graph, noun, record)) == ["UNCHANGED"]


@pytest.mark.parametrize("noun", EXAMPLES)
async def test_more_than_200_records_are_refused(graph: Graph, noun: str) -> None:
    payload = await upsert(graph, noun, *[EXAMPLES[noun]] * 201)
    assert payload["results"] == []
    [error] = payload["userErrors"]
    assert (error["code"], error["path"]) == ("TOO_MANY_ELEMENTS", [noun])
