"""Customers of segments (behaviour "Assignments"), without rules and with them."""

import pytest

from resolvers.policy import Policy
from tests.rest_compat.rest import Rest, ids, without_times
from tests.rest_compat.ruled import both_kinds

MIXINS = {
    "mixins": {"segmentAttributes": {"membershipStatus": "PREMIUM"}},
    "metadata": {"mixins": {"segmentAttributes": "https://example.com/schema.json"}},
}

has_rules = both_kinds()


@pytest.fixture
async def gold(rest: Rest) -> Rest:
    """The segment gold, and what the shop knows of John Doe and SomeCompany."""
    await rest.segment("gold")
    await rest.known(
        customers=[{"id": "c", "firstName": "John", "lastName": "Doe", "email": "john.doe@email.com"}],
        legal_entities=[{"id": "le", "name": "SomeCompany"}],
    )
    return rest


async def test_put_creates_and_then_replaces_without_a_body(gold: Rest) -> None:
    for path in ("/gold/customers/c", "/gold/customers/c/le"):
        created = await gold("PUT", path, MIXINS)
        assert (created.status_code, created.content) == (201, b"")
        replaced = await gold("PUT", path, {"metadata": {"version": 1}})
        assert (replaced.status_code, replaced.content) == (204, b"")
        stored = await gold.json("GET", path)
        assert "mixins" not in stored
        assert stored["metadata"]["version"] == 2


async def test_a_put_may_have_no_body(gold: Rest) -> None:
    assert (await gold("PUT", "/gold/customers/c")).status_code == 201
    assert (await gold("PUT", "/gold/customers/c", None)).status_code == 204
    assert (await gold("PUT", "/gold/customers/c", [])).status_code == 400


async def test_the_answer_shows_customer_and_legal_entity_as_the_shop_knows_them(gold: Rest) -> None:
    await gold.assign("/gold/customers/c/le", MIXINS)
    await gold.assign("/gold/customers/c")
    b2b = await gold.json("GET", "/gold/customers/c/le")
    metadata = b2b["metadata"]
    expected = {
        "customer": {"id": "c", "firstName": "John", "lastName": "Doe", "email": "john.doe@email.com"},
        "legalEntity": {"id": "le", "name": "SomeCompany"},
        "assignmentType": "MANUAL",
        "mixins": MIXINS["mixins"],
        "metadata": {
            "createdAt": metadata["createdAt"],
            "modifiedAt": metadata["createdAt"],
            "version": 1,
            "mixins": MIXINS["metadata"]["mixins"],
        },
    }
    assert list(b2b.items()) == list(expected.items())
    b2c = await gold.json("GET", "/gold/customers/c")
    assert list(b2c) == ["customer", "assignmentType", "metadata"]
    all_rows = await gold.json("GET", "/gold/customers")
    assert all_rows[-2:] == [b2c, b2b]
    assert list(map(without_times, all_rows[:-2])) == gold.automatic
    assert await gold.json("POST", "/gold/customers/search", {"q": "customer.id:c legalEntity.id:null"}) == [
        b2c
    ]
    assert await gold.json("GET", "/gold/customers?q=legalEntityId:le") == [b2b]


async def test_what_the_shop_does_not_know_shows_its_id_alone(gold: Rest) -> None:
    await gold.assign("/gold/customers/x/y")
    stored = await gold.json("GET", "/gold/customers/x/y")
    assert (stored["customer"], stored["legalEntity"]) == ({"id": "x"}, {"id": "y"})


async def test_rows_with_and_without_a_legal_entity_are_different_rows(gold: Rest) -> None:
    await gold.assign("/gold/customers/c/le")
    missing = {
        "code": 404,
        "status": "Not Found",
        "message": "The resource with id c has not been found.",
        "resourceId": "c",
    }
    response = await gold("GET", "/gold/customers/c")
    assert (response.status_code, response.json()) == (404, missing)
    assert (await gold("DELETE", "/gold/customers/c")).status_code == 204
    assert ids(await gold.json("GET", "/gold/customers")) == [*ids(gold.automatic), "c"]
    assert (await gold("DELETE", "/gold/customers/c/le")).status_code == 204
    assert (await gold("DELETE", "/gold/customers/c/le")).status_code == 204
    assert ids(await gold.json("GET", "/gold/customers")) == ids(gold.automatic)
    response = await gold("GET", "/gold/customers/c/le")
    assert (response.status_code, response.json()) == (404, missing)


async def test_a_stale_version_is_409(gold: Rest) -> None:
    await gold.assign("/gold/customers/c", {"metadata": {"version": 5}})
    response = await gold("PUT", "/gold/customers/c", {"metadata": {"version": 5}})
    assert response.status_code == 409
    assert response.json() == {
        "code": 409,
        "status": "Conflict",
        "message": "The resource you are attempting to access has changed.",
        "resourceId": "c",
    }


async def test_without_the_segment_writes_are_400_reads_404_lists_empty_and_deletes_done(rest: Rest) -> None:
    message = "The segment with id none does not exist."
    refused = {
        "code": 400,
        "status": "Bad Request",
        "message": message,
        "resourceId": "none",
        "details": {"field": "segmentId", "type": "validation", "message": message},
    }
    missing = {
        "code": 404,
        "status": "Not Found",
        "message": "The resource with id none has not been found.",
        "resourceId": "none",
    }
    for path in ("/none/customers/c", "/none/customers/c/l", "/none/items/PRODUCT/p"):
        response = await rest("PUT", path)
        assert (response.status_code, response.json()) == (400, refused)
        response = await rest("GET", path)
        assert (response.status_code, response.json()) == (404, missing)
        assert (await rest("DELETE", path)).status_code == 204
    for method, path in (
        ("GET", "/none/customers"),
        ("POST", "/none/customers/search"),
        ("GET", "/none/items"),
        ("POST", "/none/items/search"),
    ):
        assert await rest.json(method, path) == []


@pytest.mark.parametrize("policy", [Policy(enforce_references=True)])
async def test_unknown_references_are_400_where_the_shop_says_so(gold: Rest) -> None:
    for path, message, field in (
        ("/gold/customers/x", "The customer with id x does not exist.", "customerId"),
        ("/gold/customers/c/x", "The legal entity with id x does not exist.", "legalEntityId"),
        ("/gold/items/PRODUCT/x", "The product with id x does not exist.", "itemId"),
    ):
        response = await gold("PUT", path)
        assert response.status_code == 400
        assert response.json() == {
            "code": 400,
            "status": "Bad Request",
            "message": message,
            "resourceId": "x",
            "details": {"field": field, "type": "validation", "message": message},
        }
    assert (await gold("PUT", "/gold/customers/c/le")).status_code == 201
