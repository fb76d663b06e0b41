"""Putting customers and items into segments, and taking them out (behaviour "Assignments")."""

from typing import Any

import pytest

from resolvers.policy import Policy
from tests.factories.documents import category, customer, legal_entity, product, segment
from tests.schema.client import USER_ERRORS, Graph

ROW = "mixins metadata { version createdAt modifiedAt mixins } segment { id }"
CUSTOMERS = (
    "results { index effect customerAssignment { customer { id } legalEntity { id } assignmentType "
    f"{ROW} }} {USER_ERRORS} }} {USER_ERRORS}"
)
ITEMS = (
    f"results {{ index effect itemAssignment {{ type item {{ id }} {ROW} }} {USER_ERRORS} }} {USER_ERRORS}"
)
ASSIGN_CUSTOMERS = (
    "$segmentId: ID!, $customers: [CustomerAssignmentInput!]! => "
    f"segmentCustomersAssign(segmentId: $segmentId, customers: $customers) {{ {CUSTOMERS} }}"
)
REMOVE_CUSTOMERS = (
    "$segmentId: ID!, $customers: [CustomerKeyInput!]! => "
    f"segmentCustomersRemove(segmentId: $segmentId, customers: $customers) {{ {CUSTOMERS} }}"
)
ASSIGN_ITEMS = (
    "$segmentId: ID!, $type: ItemType!, $items: [ItemAssignmentInput!]! => "
    f"segmentItemsAssign(segmentId: $segmentId, type: $type, items: $items) {{ {ITEMS} }}"
)
REMOVE_ITEMS = (
    "$segmentId: ID!, $type: ItemType!, $itemIds: [ID!]! => "
    f"segmentItemsRemove(segmentId: $segmentId, type: $type, itemIds: $itemIds) {{ {ITEMS} }}"
)


@pytest.fixture
async def gold(graph: Graph) -> Graph:
    """A client of a shop with one segment."""
    await graph.shop.segments(segment("gold"))
    return graph


def customers(*elements: dict[str, Any], segment_id: str = "gold") -> dict[str, Any]:
    return {"segmentId": segment_id, "customers": list(elements)}


def items(*elements: dict[str, Any], segment_id: str = "gold", type_: str = "PRODUCT") -> dict[str, Any]:
    return {"segmentId": segment_id, "type": type_, "items": list(elements)}


def told(payload: Any) -> list[tuple[Any, ...]]:
    """(effect, version, code, path) of each element."""
    assert payload["userErrors"] == []
    told_: list[tuple[Any, ...]] = []
    for index, one in enumerate(payload["results"]):
        assert one["index"] == index
        row = one.get("customerAssignment") or one.get("itemAssignment")
        problems = [(error["code"], error["path"]) for error in one["userErrors"]] or [(None, None)]
        told_.append((one["effect"], row and row["metadata"]["version"], *problems[0]))
    return told_


async def test_an_assigned_customer_shows_as_they_were_sent(gold: Graph) -> None:
    sent = {"customerId": "anna", "legalEntityId": "acme", "mixins": {"m": {"a": 1}}}
    payload = await gold.mutate(
        ASSIGN_CUSTOMERS, customers({**sent, "mixinSchemas": {"m": "http://example.com/m"}})
    )
    row = payload["results"][0]["customerAssignment"]
    assert row["metadata"].pop("createdAt") == row["metadata"].pop("modifiedAt")
    assert row == {
        "customer": {"id": "anna"},
        "legalEntity": {"id": "acme"},
        "assignmentType": "MANUAL",
        "mixins": {"m": {"a": 1}},
        "metadata": {"version": 1, "mixins": {"m": "http://example.com/m"}},
        "segment": {"id": "gold"},
    }
    replaced = await gold.mutate(ASSIGN_CUSTOMERS, customers({"customerId": "anna", "legalEntityId": "acme"}))
    row = replaced["results"][0]["customerAssignment"]
    assert (row["mixins"], row["metadata"]["mixins"], row["metadata"]["version"]) == ({}, {}, 2)


async def test_private_and_business_rows_of_a_customer_stand_side_by_side(gold: Graph) -> None:
    keys = [
        {"customerId": "anna"},
        {"customerId": "anna", "legalEntityId": "a"},
        {"customerId": "anna", "legalEntityId": "b"},
    ]
    assert told(await gold.mutate(ASSIGN_CUSTOMERS, customers(*keys))) == [("CREATED", 1, None, None)] * 3
    await gold.mutate(REMOVE_CUSTOMERS, customers(keys[0]))
    stored = (await gold.shop.rows())["customer_assignment"]
    assert [row["legal_entity_id"] for row in stored] == ["a", "b"]


async def test_customers_of_one_request_see_the_ones_before_them(gold: Graph) -> None:
    anna = {"customerId": "anna"}
    payload = await gold.mutate(
        ASSIGN_CUSTOMERS,
        customers(
            {**anna, "expectedVersion": 5},
            {**anna, "expectedVersion": 1},
            {**anna, "expectedVersion": 1},
            {**anna, "mixins": {"m": 1}},
            {"customerId": "bulk"},
            {"customerId": "a/b"},
            {**anna, "legalEntityId": ""},
            {**anna, "expectedVersion": -1},
        ),
    )
    assert told(payload) == [
        ("CREATED", 1, None, None),
        ("UPDATED", 2, None, None),
        (None, None, "VERSION_CONFLICT", ["expectedVersion"]),
        (None, None, "INVALID_INPUT", ["mixins", "m"]),
        (None, None, "INVALID_INPUT", ["customerId"]),
        (None, None, "INVALID_INPUT", ["customerId"]),
        (None, None, "INVALID_INPUT", ["legalEntityId"]),
        (None, None, "INVALID_INPUT", ["expectedVersion"]),
    ]
    assert [row["version"] for row in (await gold.shop.rows())["customer_assignment"]] == [2]


async def test_items_of_one_request_see_the_ones_before_them(gold: Graph) -> None:
    drill = {"itemId": "drill"}
    payload = await gold.mutate(
        ASSIGN_ITEMS,
        items(
            drill,
            {**drill, "expectedVersion": 1, "mixins": {"m": {}}},
            {**drill, "expectedVersion": 1},
            {"itemId": "bulk"},
            {"itemId": "x" * 129},
            {**drill, "mixinSchemas": {"m": "example.com"}},
        ),
    )
    assert told(payload) == [
        ("CREATED", 1, None, None),
        ("UPDATED", 2, None, None),
        (None, None, "VERSION_CONFLICT", ["expectedVersion"]),
        (None, None, "INVALID_INPUT", ["itemId"]),
        (None, None, "INVALID_INPUT", ["itemId"]),
        (None, None, "INVALID_INPUT", ["mixinSchemas", "m"]),
    ]
    category_row = await gold.mutate(ASSIGN_ITEMS, items(drill, type_="CATEGORY"))
    assert told(category_row) == [("CREATED", 1, None, None)]
    stored = (await gold.shop.rows())["item_assignment"]
    assert [(row["type"], row["version"]) for row in stored] == [("CATEGORY", 1), ("PRODUCT", 2)]


async def test_removing_what_is_not_there_is_no_error(gold: Graph) -> None:
    await gold.shop.customers(("gold", "anna"))
    await gold.shop.items(("gold", "PRODUCT", "drill"), ("gold", "CATEGORY", "drill"))
    anna = {"customerId": "anna"}
    removed = await gold.mutate(REMOVE_CUSTOMERS, customers(anna, anna, {**anna, "legalEntityId": "acme"}))
    assert told(removed) == [("DELETED", None, None, None), *[("UNCHANGED", None, None, None)] * 2]
    removed = await gold.mutate(
        REMOVE_ITEMS, {"segmentId": "gold", "type": "PRODUCT", "itemIds": ["drill", "saw", "bulk"]}
    )
    assert told(removed) == [
        ("DELETED", None, None, None),
        ("UNCHANGED", None, None, None),
        (None, None, "INVALID_INPUT", ["itemId"]),
    ]
    rows = await gold.shop.rows()
    assert rows["customer_assignment"] == []
    assert [row["type"] for row in rows["item_assignment"]] == ["CATEGORY"]
    elsewhere = await gold.mutate(REMOVE_CUSTOMERS, customers(anna, segment_id="unknown"))
    assert told(elsewhere) == [("UNCHANGED", None, None, None)]


@pytest.mark.parametrize(
    ("mutation", "variables"),
    [
        (ASSIGN_CUSTOMERS, customers({"customerId": "anna"}, segment_id="unknown")),
        (ASSIGN_ITEMS, items({"itemId": "drill"}, segment_id="unknown")),
    ],
)
async def test_an_unknown_segment_refuses_the_whole_request(
    gold: Graph, mutation: str, variables: dict[str, Any]
) -> None:
    assert await gold.mutate(mutation, variables) == {
        "results": [],
        "userErrors": [
            {
                "code": "UNKNOWN_SEGMENT",
                "path": ["segmentId"],
                "message": "The segment with id unknown does not exist.",
            }
        ],
    }


@pytest.mark.parametrize(
    ("mutation", "variables", "path"),
    [
        (ASSIGN_CUSTOMERS, customers(*[{"customerId": "c"}] * 201), "customers"),
        (REMOVE_CUSTOMERS, customers(*[{"customerId": "c"}] * 201), "customers"),
        (ASSIGN_ITEMS, items(*[{"itemId": "i"}] * 201), "items"),
        (REMOVE_ITEMS, {"segmentId": "gold", "type": "PRODUCT", "itemIds": ["i"] * 201}, "itemIds"),
    ],
)
async def test_more_than_200_elements_are_refused(
    gold: Graph, mutation: str, variables: dict[str, Any], path: str
) -> None:
    payload = await gold.mutate(mutation, variables)
    assert payload["results"] == []
    [error] = payload["userErrors"]
    assert (error["code"], error["path"]) == ("TOO_MANY_ELEMENTS", [path])
    rows = await gold.shop.rows()
    assert rows["customer_assignment"] == rows["item_assignment"] == []


async def test_enforced_references_refuse_what_is_not_known(gold: Graph) -> None:
    policy = Policy(enforce_references=True)
    await gold.shop.known_customers(customer("anna"))
    await gold.shop.known_legal_entities(legal_entity("acme"))
    await gold.shop.known_products(product("drill"))
    await gold.shop.known_categories(category("tools"))
    anna, zoe = {"customerId": "anna"}, {"customerId": "zoe"}
    sent = customers(
        anna,
        {**anna, "legalEntityId": "acme"},
        zoe,
        {**anna, "legalEntityId": "no"},
        {**zoe, "legalEntityId": "no"},
    )
    payload = await gold.mutate(ASSIGN_CUSTOMERS, sent, policy=policy)
    assert told(payload) == [
        ("CREATED", 1, None, None),
        ("CREATED", 1, None, None),
        (None, None, "UNKNOWN_REFERENCE", ["customerId"]),
        (None, None, "UNKNOWN_REFERENCE", ["legalEntityId"]),
        (None, None, "UNKNOWN_REFERENCE", ["customerId"]),
    ]
    [error] = payload["results"][3]["userErrors"]
    assert error["message"] == "The legal entity with id no does not exist."
    for type_, known, unknown in (("PRODUCT", "drill", "tools"), ("CATEGORY", "tools", "drill")):
        sent = items({"itemId": known}, {"itemId": unknown}, type_=type_)
        payload = await gold.mutate(ASSIGN_ITEMS, sent, policy=policy)
        assert told(payload) == [
            ("CREATED", 1, None, None),
            (None, None, "UNKNOWN_REFERENCE", ["itemId"]),
        ]
        [error] = payload["results"][1]["userErrors"]
        assert error["message"] == f"The {type_.lower()} with id {unknown} does not exist."
    removed = await gold.mutate(REMOVE_CUSTOMERS, customers(zoe), policy=policy)
    assert told(removed) == [("UNCHANGED", None, None, None)]
