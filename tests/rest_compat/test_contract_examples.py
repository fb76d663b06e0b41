"""Every request and response example of the reference contract, replayed without rules and with them.

The contract's YAML file is not part of this repository: `contract.py` says where it is looked for. The
other tests of this folder cover the same ground with data of their own.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest

from rest_compat.operations import OPERATIONS
from tests.rest_compat.contract import ABSENT, NEWER, load_contract
from tests.rest_compat.rest import Rest, without_times
from tests.rest_compat.ruled import both_kinds

SEGMENT_ID = "628cd20c6e8b2432b6346ca6"
OTHER_ID = "61ge81e13562e22001h6cf456"
has_rules = both_kinds()


@pytest.fixture(scope="session")
def contract() -> Mapping[str, Any]:
    document = load_contract()
    if document is None:
        pytest.skip(ABSENT)
    return document


@pytest.fixture
def examples(contract: Mapping[str, Any]) -> dict[str, Any]:
    named = contract["components"]["examples"].items()
    return {name: deepcopy(example["value"]) for name, example in named}


def test_the_operations_are_those_of_the_contract(contract: Mapping[str, Any]) -> None:
    prefix = "/customer-segment"
    described = {
        (method.upper(), path.removeprefix(prefix), operation["operationId"])
        for path, item in contract["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }
    ours = {
        (one.method, one.path, one.operation_id)
        for one in OPERATIONS
        if (one.method.lower(), f"{prefix}{one.path}") not in NEWER
    }
    assert ours == described


async def test_segments(rest: Rest, examples: dict[str, Any]) -> None:
    response = await rest("POST", "", examples["SegmentCreation"])
    assert (response.status_code, response.json()) == (201, {"id": SEGMENT_ID})
    assert without_times(await rest.json("GET", f"/{SEGMENT_ID}")) == without_times(
        examples["SegmentResponse"]
    )
    entries = await rest.json("POST", "/bulk", examples["SegmentsCreation"])
    assert [(entry["id"], entry["code"]) for entry in entries] == [(SEGMENT_ID, 409), (OTHER_ID, 201)]
    for method, path, body in (("GET", "", None), ("POST", "/search", examples["SegmentsSearch"])):
        found = {one["id"]: without_times(one) for one in await rest.json(method, path, body)}
        assert found == {one["id"]: without_times(one) for one in examples["SegmentsResponse"]}
    response = await rest("PUT", f"/{SEGMENT_ID}", examples["SegmentUpdate"])
    assert (response.status_code, response.content) == (204, b"")


async def test_bulk_answers(rest: Rest, examples: dict[str, Any]) -> None:
    creation, update = examples["SegmentsCreation"], examples["SegmentsUpdate"]
    creation[1] = {"siteCode": "main"}
    assert await rest.json("POST", "/bulk", creation) == examples["BulkCreationResponse"]
    update[1] = {"siteCode": "main"}
    assert await rest.json("PUT", "/bulk", update) == examples["BulkUpdateResponse"]
    force = bool(rest.automatic)
    if force:  # the assignment of a rule is one as well
        refused = await rest.json("DELETE", "/bulk", [SEGMENT_ID, OTHER_ID])
        assert [entry["code"] for entry in refused] == [400, 204]
    removed = await rest.json("DELETE", f"/bulk?forceDelete={force}", [SEGMENT_ID, OTHER_ID])
    assert removed == examples["BulkDeletionResponse"]


async def test_patches(rest: Rest, contract: Mapping[str, Any]) -> None:
    await rest.segment(
        "gold",
        description={"en": "x"},
        mixins={"productCustomAttributes": {"pricingMeasurePrice": 1}},
    )
    patch = contract["paths"]["/customer-segment/{tenant}/segments/{segmentId}"]["patch"]
    for example in patch["requestBody"]["content"]["application/json"]["examples"].values():
        response = await rest("PATCH", "/gold", example["value"])
        assert (response.status_code, response.content) == (204, b""), example
    segment = await rest.json("GET", "/gold")
    assert (segment["status"], segment["name"]) == ("INACTIVE", {"en": "New name"})
    assert segment["mixins"] == {"productCustomAttributes": {"pricingMeasurePrice": 15}}
    assert "description" not in segment


async def test_customers(rest: Rest, examples: dict[str, Any]) -> None:
    await rest.segment("gold")
    b2b, b2c = examples["CustomerAssignmentResponse"], examples["CustomerAssignmentB2CResponse"]
    await rest.known(customers=[b2b["customer"]], legal_entities=[b2b["legalEntity"]])
    body = examples["CustomerAssignmentUpsert"]
    b2b_path = f"/gold/customers/{b2b['customer']['id']}/{b2b['legalEntity']['id']}"
    for path, expected in ((b2b_path, b2b), (b2b_path.rpartition("/")[0], b2c)):
        response = await rest("PUT", path, body)
        assert (response.status_code, response.content) == (201, b"")
        stored = without_times(await rest.json("GET", path))
        metadata = {"version": 1, **body["metadata"]}
        assert stored == {**expected, "mixins": body["mixins"], "metadata": metadata}
    entries = await rest.json("PUT", "/gold/customers/bulk", examples["CustomerAssignmentsUpsert"])
    assert [entry["code"] for entry in entries] == [204, 201]
    removals = examples["CustomerAssignmentsUpsert"]
    removed = await rest.json("DELETE", "/gold/customers/bulk", removals)
    assert removed == examples["BulkAssignmentDeletionResponse"]


async def test_the_list_of_customers(rest: Rest, examples: dict[str, Any]) -> None:
    expected = list_of_customers(examples)
    await rest.segment("gold")
    await know(rest, expected)
    for one in expected:
        await rest.assign(path_of(one))
    by_id = "sort=customer.id:desc"
    found = await rest.json("GET", f"/gold/customers?{by_id}")
    assert list(map(without_times, found)) == [*expected, *rest.automatic]
    found = await rest.json("POST", f"/gold/customers/search?{by_id}", {"q": "assignmentType:MANUAL"})
    assert list(map(without_times, found)) == expected


async def test_customers_whom_a_rule_assigns(rest: Rest, examples: dict[str, Any]) -> None:
    """They are the examples but for the type, until a client writes over them or deletes them."""
    expected = [{**one, "assignmentType": "AUTOMATIC"} for one in list_of_customers(examples)]
    await rest.segment("gold")
    await know(rest, expected)
    rule = {"q": "legalEntity.id:exists", "subject": "CUSTOMER_OF_LEGAL_ENTITY"}
    assert (await rest("PUT", "/gold/rule", rule)).status_code in {201, 204}
    for method, path, body in (
        ("GET", "/gold/customers?sort=customer.id:desc", None),
        ("POST", "/gold/customers/search?sort=customer.id:desc", {"q": "assignmentType:AUTOMATIC"}),
    ):
        assert list(map(without_times, await rest.json(method, path, body))) == expected
    kept, removed = map(path_of, expected)
    assert without_times(await rest.json("GET", kept)) == expected[0]

    body = examples["CustomerAssignmentUpsert"]
    for method, path, content in (("PUT", kept, body), ("DELETE", removed, None)):
        response = await rest(method, path, content)
        assert (response.status_code, response.content) == (204, b"")
    by_hand = {
        **expected[0],
        "assignmentType": "MANUAL",
        "mixins": body["mixins"],
        "metadata": {"version": 2, **body["metadata"]},
    }
    for mixins in ({}, {"shop": {"turnover": 1}}):
        await know(rest, expected, mixins=mixins)
        assert list(map(without_times, await rest.json("GET", "/gold/customers"))) == [by_hand]
        assert (await rest("GET", removed)).status_code == 404


def list_of_customers(examples: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of the example, without times."""
    expected: list[dict[str, Any]] = examples["CustomerAssignmentsResponse"]
    slipped = expected[1]  # slip 2: two members of the second row are called by other names
    slipped["customer"]["id"] = slipped["customer"].pop("customerId")
    slipped["legalEntity"]["name"] = slipped["legalEntity"].pop("department")
    return list(map(without_times, expected))


def path_of(row: dict[str, Any]) -> str:
    return f"/gold/customers/{row['customer']['id']}/{row['legalEntity']['id']}"


async def know(rest: Rest, rows: list[dict[str, Any]], **members: Any) -> None:
    """Let the shop know the customers of the rows, who may act for the legal entities there."""
    await rest.known(legal_entities=[one["legalEntity"] for one in rows])
    customers = [{**one["customer"], "legalEntityIds": [one["legalEntity"]["id"]], **members} for one in rows]
    await rest.known(customers=customers)


async def test_bulk_answers_of_assignments(rest: Rest, examples: dict[str, Any]) -> None:
    await rest.segment("gold")
    update = examples["CustomerAssignmentsUpsert"]
    await rest.json("PUT", "/gold/customers/bulk", update)
    del update[1]["customerId"]
    expected = examples["BulkAssignmentUpdateResponse"]
    assert await rest.json("PUT", "/gold/customers/bulk", update) == expected
    update = examples["ItemAssignmentsUpsert"]
    await rest.json("PUT", "/gold/items/PRODUCT/bulk", update)
    del update[1]["id"]
    assert await rest.json("PUT", "/gold/items/PRODUCT/bulk", update) == expected


async def test_items(rest: Rest, examples: dict[str, Any]) -> None:
    await rest.segment("segmentId")
    expected = examples["ItemAssignmentsResponse"]
    await rest.known(products=[one["item"] for one in expected])
    for one in expected:
        assert (await rest("PUT", f"/segmentId/items/PRODUCT/{one['item']['id']}")).status_code == 201
    for method, path in (("GET", "/items"), ("GET", "/segmentId/items"), ("POST", "/segmentId/items/search")):
        found = await rest.json(method, path)
        assert list(map(without_times, found)) == list(map(without_times, expected))
    upsert = await rest("PUT", "/segmentId/items/PRODUCT/12468504", examples["ItemAssignmentUpsert"])
    assert upsert.status_code == 204
    entries = await rest.json("PUT", "/segmentId/items/PRODUCT/bulk", examples["ItemAssignmentsUpsert"])
    assert [entry["code"] for entry in entries] == [204, 409]


async def test_category_trees(rest: Rest, examples: dict[str, Any]) -> None:
    [tree] = examples["CategoryTreeResponse"]
    nodes = [tree, tree["subcategories"][0], tree["subcategories"][0]["subcategories"][0]]
    await rest.known(categories=nodes)
    await rest.segment("gold")
    await rest.assign("/gold/customers/c")
    for node in nodes[1:]:
        await rest.assign(f"/gold/items/CATEGORY/{node['id']}")
    assert await rest.json("GET", "/items/category-trees", scopes="O", customer="c") == [tree]


async def test_match(rest: Rest, contract: Mapping[str, Any]) -> None:
    match = contract["paths"]["/customer-segment/{tenant}/segments/match"]["post"]
    [example] = match["requestBody"]["content"]["application/json"]["examples"].values()
    body = example["value"]
    for segment_id in body["segmentIds"]:
        await rest.segment(segment_id, siteCode=body["siteCode"])
        await rest.assign(f"/{segment_id}/items/PRODUCT/{body['items'][0]['id']}")
    assert await rest.json("POST", "/match", body) == body["items"][:1]


async def test_errors(rest: Rest, examples: dict[str, Any]) -> None:
    await rest.json("POST", "", examples["SegmentCreation"])
    stale = {**examples["SegmentUpdate"], "metadata": {"version": 2}}
    for name, response in (
        ("Response_BadRequest_400", await rest("POST", "", {})),
        ("Response_Forbidden_403", await rest("POST", "", {}, scopes="R")),
        ("Response_NotFound_404", await rest("GET", f"/{SEGMENT_ID}", scopes="O", customer="c")),
        ("Response_Conflict_409_exists", await rest("POST", "", examples["SegmentCreation"])),
        ("Response_Conflict_409_changed", await rest("PUT", f"/{SEGMENT_ID}", stale)),
    ):
        assert examples[name].items() <= response.json().items()
