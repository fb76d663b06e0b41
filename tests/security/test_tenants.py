"""A caller of one tenant, and everything that could lead them to another's rows."""

import base64
from typing import Any

import httpx
import orjson
import pytest

from gateway.identity.tokens import issue_token
from resolvers.caller import Scope
from tests.factories.documents import customer, product, segment
from tests.factories.shop import Shop
from tests.security.apis import asked, bearer

ALL = [Scope.READ, Scope.READ_OWN, Scope.MANAGE]


@pytest.fixture
async def victim(shop: Shop) -> Shop:
    """A tenant with something in it."""
    await shop.known_customers(customer("anna"))
    await shop.known_products(product("drill"))
    await shop.segments(segment("gold"), segment("silver"))
    await shop.customers(("gold", "anna"))
    await shop.items(("gold", "PRODUCT", "drill"))
    return shop


@pytest.fixture
def neighbour(victim: Shop) -> str:
    """Another tenant, which has nothing."""
    return f"z{victim.tenant[:10]}"


@pytest.fixture
def token(neighbour: str, secret: str) -> str:
    """What somebody holds who may do everything there."""
    return issue_token(secret, neighbour, ALL, customer_id="anna")


@pytest.mark.parametrize(
    "request_line",
    [
        "GET segments",
        "GET segments/gold",
        "GET segments/gold/customers",
        "GET segments/gold/items",
        "POST segments",
        "PUT segments/gold",
        "PATCH segments/gold",
        "DELETE segments/gold?forceDelete=true",
        "DELETE segments/bulk",
        "DELETE segments/gold/customers/anna",
        "PUT segments/gold/items/PRODUCT/mine",
    ],
)
async def test_the_path_of_another_tenant_is_forbidden_and_changes_nothing(
    client: httpx.AsyncClient, victim: Shop, token: str, request_line: str
) -> None:
    method, path = request_line.split()
    before = await victim.rows()
    answer = await client.request(
        method,
        f"/customer-segment/{victim.tenant}/{path}",
        json={"name": {"en": "Mine"}, "siteCode": "main"},
        headers=bearer(token),
    )
    assert (answer.status_code, answer.json()["status"]) == (403, "Forbidden")
    assert await victim.rows() == before


async def test_no_spelling_of_the_path_leads_out_of_the_own_tenant(
    client: httpx.AsyncClient, victim: Shop, neighbour: str, token: str
) -> None:
    for tenant in (
        f"{neighbour}%2F..%2F{victim.tenant}",
        f"{neighbour}%00{victim.tenant}",
        f"{neighbour},{victim.tenant}",
        victim.tenant.upper(),
        f"{victim.tenant}%20",
        "*",
    ):
        answer = await client.get(f"/customer-segment/{tenant}/segments", headers=bearer(token))
        assert (answer.status_code, answer.json()["details"]["field"]) == (400, "tenant")


async def test_no_header_or_parameter_chooses_the_tenant(
    client: httpx.AsyncClient, victim: Shop, neighbour: str, token: str
) -> None:
    own = f"/customer-segment/{neighbour}/segments"
    answer = await client.get(own, headers={**bearer(token), "Emporix-Tenant": victim.tenant})
    assert (answer.status_code, answer.json()["details"]["field"]) == (400, "Emporix-Tenant")
    spelt = {"X-Tenant": victim.tenant, "X-Original-URL": f"/customer-segment/{victim.tenant}/segments"}
    answer = await client.get(f"{own}?tenant={victim.tenant}", headers={**bearer(token), **spelt})
    assert (answer.status_code, answer.json()) == (200, [])


@pytest.mark.parametrize(
    ("q", "refused"),
    [
        ("tenant:acme", "There is no field 'tenant' in segments."),
        ("id:gold' OR '1'='1", "OR: OR is not supported."),
        ("id:gold; DROP TABLE segment", ""),
        ('id:"gold\\" OR 1=1 --"', None),
        ("id:'; DELETE FROM segment; --'", ""),
    ],
)
async def test_no_filter_reaches_the_tenant(
    client: httpx.AsyncClient, victim: Shop, token: str, q: str, refused: str | None
) -> None:
    query = "query ($q: String) { segments(q: $q) { nodes { id } } }"
    answer = await asked(client, token, query, {"q": q})
    if refused is None:
        assert answer == {"data": {"segments": {"nodes": []}}}
    else:
        [error] = answer["errors"]
        assert error["extensions"]["code"] == "INVALID_ARGUMENT"
        assert error["message"].startswith(refused)
    assert [row["id"] for row in (await victim.rows())["segment"]] == ["gold", "silver"]


async def test_a_body_does_not_choose_the_tenant(
    client: httpx.AsyncClient, victim: Shop, neighbour: str, token: str
) -> None:
    before = await victim.rows()
    document = {**segment("gold", name={"en": "Mine"}), "tenant": victim.tenant}
    path = f"/customer-segment/{neighbour}/segments"
    assert (await client.put(f"{path}/gold", json=document, headers=bearer(token))).status_code == 201
    query = 'mutation ($i: SegmentUpsertInput!) { segmentUpsert(id: "gold", input: $i) { segment { id } } }'
    words = [{"language": "en", "text": "Mine"}]
    answer = await asked(client, token, query, {"i": {"name": words, "siteCode": "main"}})
    assert answer["data"]["segmentUpsert"] == {"segment": {"id": "gold"}}
    with_tenant = {"name": words, "siteCode": "main", "tenant": victim.tenant}
    answer = await asked(client, token, query, {"i": with_tenant})
    assert answer["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert await victim.rows() == before


async def test_ids_of_another_tenant_are_unknown_ones(
    client: httpx.AsyncClient, victim: Shop, token: str
) -> None:
    before = await victim.rows()
    answer = await asked(
        client,
        token,
        """mutation {
            segmentPatch(id: "gold", operations: []) { segment { id } userErrors { code } }
            segmentDelete(id: "gold", forceDelete: true) { userErrors { code } }
            segmentCustomersRemove(segmentId: "gold", customers: [{customerId: "anna"}]) {
                userErrors { code }
            }
            segmentItemsAssign(segmentId: "gold", type: PRODUCT, items: [{itemId: "mine"}]) {
                userErrors { code }
            }
        }""",
    )
    assert answer["data"] == {
        "segmentPatch": {"segment": None, "userErrors": [{"code": "NOT_FOUND"}]},
        "segmentDelete": {"userErrors": []},  # what is not there is deleted
        "segmentCustomersRemove": {"userErrors": []},
        "segmentItemsAssign": {"userErrors": [{"code": "UNKNOWN_SEGMENT"}]},
    }
    assert await victim.rows() == before


def node_id(*parts: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(parts))).decode().rstrip("=")


async def test_a_node_id_holds_no_tenant_to_be_forged(
    client: httpx.AsyncClient, victim: Shop, token: str, secret: str
) -> None:
    query = "query ($ids: [ID!]!) { nodes(nodeIds: $ids) { nodeId } }"
    own = issue_token(secret, victim.tenant, ALL)
    real = node_id("Segment", "gold")
    assert (await asked(client, own, query, {"ids": [real]}))["data"]["nodes"] == [{"nodeId": real}]
    ids = [
        real,
        node_id("CustomerAssignment", "gold", "anna", ""),
        node_id("Customer", "anna"),
        node_id("Product", "drill"),
    ]
    assert (await asked(client, token, query, {"ids": ids}))["data"]["nodes"] == [None] * len(ids)
    forged = [
        node_id("Segment", victim.tenant, "gold"),
        node_id("Segment", "gold", victim.tenant),
        node_id("Tenant", victim.tenant),
        node_id("__Type", "Segment"),
    ]
    assert (await asked(client, token, query, {"ids": forged}))["data"]["nodes"] == [None] * len(forged)
    for malformed in (
        node_id("Segment", {"tenant": victim.tenant, "id": "gold"}),
        node_id("Segment", ["gold"]),
    ):
        [error] = (await asked(client, token, query, {"ids": [malformed]}))["errors"]
        assert error["message"] == "This is not a nodeId."


async def test_a_cursor_of_another_tenant_leads_to_nothing(
    client: httpx.AsyncClient, victim: Shop, neighbour: str, token: str, secret: str
) -> None:
    own = bearer(issue_token(secret, victim.tenant, ALL))
    page = await client.get(f"/customer-segment/{victim.tenant}/segments?pageSize=1", headers=own)
    cursor = page.headers["X-Next-Cursor"]
    path = f"/customer-segment/{neighbour}/segments"
    answer = await client.get(path, params={"next": cursor}, headers=bearer(token))
    assert (answer.status_code, answer.json()["details"]["field"]) == (400, "next")
    query = "query ($c: String) { segments(first: 1, after: $c) { edges { cursor } nodes { id } } }"
    seen = await asked(client, issue_token(secret, victim.tenant, ALL), query)
    after = seen["data"]["segments"]["edges"][0]["cursor"]
    [error] = (await asked(client, token, query, {"c": after}))["errors"]
    assert (error["message"], error["extensions"]["code"]) == (
        "The cursor belongs to another list, filter or sort.",
        "INVALID_ARGUMENT",
    )
