"""Bulk requests: every element on its own, always 207 (behaviour "Bulk requests"); with rules as well."""

from typing import Any

import pytest

from resolvers.policy import Policy
from tests.rest_compat.rest import Rest, ids, validation
from tests.rest_compat.ruled import both_kinds

INVALID = "Validation problem with request body."
SEGMENT = {"name": {"en": "x"}, "siteCode": "main"}
has_rules = both_kinds()


def created(index: int, **members: str) -> dict[str, Any]:
    return {"index": index, **members, "code": 201, "status": "Created"}


def done(index: int, **members: str) -> dict[str, Any]:
    return {"index": index, **members, "code": 204, "status": "OK"}


def refused(index: int, **members: str) -> dict[str, Any]:
    return {"index": index, **members, "code": 400, "status": "Bad Request", "message": INVALID}


def conflict(index: int, message: str, **members: str) -> dict[str, Any]:
    return {"index": index, **members, "code": 409, "status": "Conflict", "message": message}


EXISTS = "The resource already exists."
CHANGED = "The resource you are attempting to access has changed."


async def test_segments_are_created_one_by_one(rest: Rest) -> None:
    elements = [
        {"id": "a", **SEGMENT},
        {"id": "a", **SEGMENT},
        {"id": "b", "siteCode": "main"},
        {"id": "b c", **SEGMENT},
        {"id": 7, **SEGMENT},
        "a",
        None,
        SEGMENT,
    ]
    response = await rest("POST", "/bulk", elements)
    assert response.status_code == 207
    *entries, last = response.json()
    assert [list(entry) for entry in entries[:2]] == [
        ["index", "id", "code", "status"],
        ["index", "id", "code", "status", "message"],
    ]
    assert entries == [
        created(1, id="a"),
        conflict(2, EXISTS, id="a"),
        refused(3, id="b"),
        refused(4),
        refused(5),
        refused(6, id="a"),
        refused(7),
    ]
    assert last == created(8, id=last["id"])
    assert sorted(ids(await rest.json("GET"))) == sorted(["a", last["id"]])


async def test_segments_are_put_one_by_one_each_seeing_the_one_before(rest: Rest) -> None:
    await rest.segment("a")
    elements = [
        {"id": "a", **SEGMENT, "metadata": {"version": 1}},
        {"id": "a", **SEGMENT, "metadata": {"version": 1}},
        {"id": "b", **SEGMENT, "metadata": {"version": 9}},
        {"id": "b", **SEGMENT},
    ]
    assert await rest.json("PUT", "/bulk", elements) == [
        done(1, id="a"),
        conflict(2, CHANGED, id="a"),
        created(3, id="b"),
        done(4, id="b"),
    ]
    [entry] = await rest.json("PUT", "/bulk", [SEGMENT])
    assert entry == created(1, id=entry["id"])


async def test_segments_are_deleted_one_by_one(rest: Rest) -> None:
    await rest.segment("a")
    await rest.segment("b")
    await rest.assign("/b/customers/c")
    assert (await rest("DELETE", "/a/rule?keepMembers=false")).status_code == 204
    in_use = {"message": "The segment has customers, items or groups assigned."}
    assert await rest.json("DELETE", "/bulk", ["a", "a", "b", "none", 7, "no id", None]) == [
        done(1, id="a"),
        done(2, id="a"),
        refused(3, id="b") | in_use,
        done(4, id="none"),
        refused(5),
        refused(6),
        refused(7),
    ]
    assert await rest.json("DELETE", "/bulk?forceDelete=true", ["b"]) == [done(1, id="b")]
    assert await rest.json("GET") == []


async def test_customers_are_assigned_and_removed_one_by_one(rest: Rest) -> None:
    await rest.segment("gold")
    elements = [
        {"customerId": "c"},
        {"customerId": "c", "legalEntityId": "l", "mixins": {"a": {}}},
        {"customerId": "c", "legalEntityId": None, "metadata": {"version": 1}},
        {"customerId": "c", "metadata": {"version": 1}},
        {"legalEntityId": "l"},
        {"customerId": "bulk"},
        {"customerId": "d/e"},
        {"customerId": "d", "mixins": []},
        7,
    ]
    assert await rest.json("PUT", "/gold/customers/bulk", elements) == [
        created(1),
        created(2),
        done(3),
        conflict(4, CHANGED),
        *(refused(index) for index in range(5, 10)),
    ]
    assert ids(await rest.json("GET", "/gold/customers")) == [*ids(rest.automatic), "c", "c"]
    keys = [{"customerId": "c"}, {"customerId": "c"}, {"customerId": "c", "legalEntityId": "l"}, "c", {}]
    assert await rest.json("DELETE", "/gold/customers/bulk", keys) == [
        done(1),
        done(2),
        done(3),
        refused(4),
        refused(5),
    ]
    assert ids(await rest.json("GET", "/gold/customers")) == ids(rest.automatic)


async def test_items_are_assigned_and_removed_one_by_one(rest: Rest) -> None:
    await rest.segment("gold")
    elements: list[Any] = [{"id": "p"}, {"id": "p", "mixins": {"a": {}}}, {}, {"id": 1}, {"id": "bulk"}, "p"]
    assert await rest.json("PUT", "/gold/items/CATEGORY/bulk", elements) == [
        created(1),
        done(2),
        *(refused(index) for index in range(3, 7)),
    ]
    assert await rest.json("DELETE", "/gold/items/PRODUCT/bulk", ["p"]) == [done(1)]
    assert ids(await rest.json("GET", "/gold/items")) == ["p"]
    assert await rest.json("DELETE", "/gold/items/CATEGORY/bulk", ["p", {"id": "p"}]) == [done(1), refused(2)]
    assert await rest.json("GET", "/gold/items") == []


BULKS = [
    ("POST", "/bulk"),
    ("PUT", "/bulk"),
    ("DELETE", "/bulk"),
    ("PUT", "/gold/customers/bulk"),
    ("DELETE", "/gold/customers/bulk"),
    ("PUT", "/gold/items/PRODUCT/bulk"),
    ("DELETE", "/gold/items/PRODUCT/bulk"),
]


@pytest.mark.parametrize(("method", "path"), BULKS)
async def test_a_bulk_is_an_array_of_at_most_200(rest: Rest, method: str, path: str) -> None:
    await rest.segment("gold")
    response = await rest(method, path, [])
    assert (response.status_code, response.json()) == (207, [])
    assert len(await rest.json(method, path, [None] * 200)) == 200
    response = await rest(method, path, [None] * 201)
    expected = validation(None, "Maximum size of the payload array is 200.")
    assert (response.status_code, response.json()) == (400, expected)
    no_arrays: list[Any] = [None, {}, "x", 1]
    for body in no_arrays:
        response = await rest(method, path, body)
        assert (response.status_code, response.json()) == (400, validation(None, "An array is expected."))


async def test_a_parameter_at_fault_refuses_the_whole_request(rest: Rest) -> None:
    await rest.segment("gold")
    faults: list[tuple[str, str, list[Any], str]] = [
        ("DELETE", "/bulk?forceDelete=maybe", ["gold"], "forceDelete"),
        ("PUT", "/a%20b/customers/bulk", [{"customerId": "c"}], "segmentId"),
        ("PUT", "/gold/items/product/bulk", [{"id": "p"}], "type"),
        ("DELETE", "/gold/items/product/bulk", [], "type"),
        ("PUT", "/a%20b/customers/bulk", [], "segmentId"),
        ("DELETE", "/bulk?forceDelete=maybe", [], "forceDelete"),
    ]
    for method, path, body, field in faults:
        response = await rest(method, path, body)
        assert response.status_code == 400
        assert response.json()["details"]["field"] == field
    response = await rest("POST", "/bulk", [SEGMENT], headers={"Content-Language": "??"})
    assert response.json()["details"]["field"] == "Content-Language"
    assert ids(await rest.json("GET")) == ["gold"]


async def test_an_unknown_segment_refuses_the_whole_assignment(rest: Rest) -> None:
    message = "The segment with id none does not exist."
    for path, body in (
        ("/none/customers/bulk", [{"customerId": "c"}, {"customerId": ""}]),
        ("/none/items/PRODUCT/bulk", [{"id": ""}, {"id": "p"}]),
    ):
        response = await rest("PUT", path, body)
        assert (response.status_code, response.json()["message"]) == (400, message)
    assert await rest.json("DELETE", "/none/items/PRODUCT/bulk", ["p"]) == [done(1)]


@pytest.mark.parametrize("policy", [Policy(bulk_index_base=0)])
async def test_the_first_element_is_called_as_the_policy_says(rest: Rest) -> None:
    assert await rest.json("DELETE", "/bulk", ["a", "b"]) == [done(0, id="a"), done(1, id="b")]


@pytest.mark.parametrize("policy", [Policy(enforce_references=True)])
async def test_an_unknown_reference_is_the_elements_own_400(rest: Rest) -> None:
    await rest.segment("gold")
    await rest.known(products=[{"id": "p"}])
    unknown = refused(2) | {"message": "The product with id q does not exist."}
    assert await rest.json("PUT", "/gold/items/PRODUCT/bulk", [{"id": "p"}, {"id": "q"}]) == [
        created(1),
        unknown,
    ]
