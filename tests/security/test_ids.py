"""Ids that would like to be something else: a path, another id, two ids."""

import httpx
import pytest

from gateway.identity.tokens import issue_token
from resolvers.caller import Scope
from tests.factories.documents import customer, segment
from tests.factories.shop import Shop
from tests.security.apis import asked, bearer

DISGUISED = {
    "the parent folder": "%2e%2e",
    "the parent folder, encoded twice": "%252e%252e",
    "a path": "gold%2Fcustomers",
    "a path to another tenant": "..%2f..%2fother%2fsegments",
    "backslashes": "..%5c..%5cgold",
    "NUL": "gold%00",
    "NUL, encoded twice": "gold%2500",
    "an overlong dot": "%c0%ae%c0%ae",
    "an overlong slash": "gold%C0%AFx",
    "an overlong slash in three bytes": "gold%e0%80%afx",
    "half a character": "gold%E2%80",
    "a surrogate": "gold%ED%A0%80",
    "full-width letters": "%EF%BD%87old",
    "a Cyrillic letter": "g%D0%BEld",
    "an invisible space": "gold%E2%80%8B",
    "a byte order mark": "%EF%BB%BFgold",
    "a matrix parameter": "gold;admin=true",
    "a query": "gold%3Fq=1",
    "a fragment": "gold%23",
    "a line break": "gold%0d%0aX-Evil:%201",
}


@pytest.fixture
async def headers(shop: Shop, secret: str) -> dict[str, str]:
    """A token for the shop, which has a segment `gold`."""
    await shop.segments(segment("gold"))
    return bearer(issue_token(secret, shop.tenant, [Scope.READ, Scope.MANAGE]))


@pytest.mark.parametrize("disguise", DISGUISED)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_no_disguise_of_a_segment_id_is_accepted(
    client: httpx.AsyncClient, shop: Shop, headers: dict[str, str], method: str, disguise: str
) -> None:
    before = await shop.rows()
    path = f"/customer-segment/{shop.tenant}/segments/{DISGUISED[disguise]}"
    answer = await client.request(method, path, json=segment("gold"), headers=headers)
    assert (answer.status_code, answer.json()["details"]["field"]) == (400, "segmentId")
    assert "x-evil" not in answer.headers
    assert await shop.rows() == before


@pytest.mark.parametrize(
    "written", ["..", "../gold", "gold/", "%2e%2e", "gold%00", "g\u043eld", "gold\u200b", "gold\n", "GOLD"]
)
async def test_nor_over_graphql(
    client: httpx.AsyncClient, shop: Shop, headers: dict[str, str], written: str
) -> None:
    token = headers["Authorization"].removeprefix("Bearer ")
    query = "query ($id: ID!) { segment(id: $id) { id } segments(where: {id: {eq: $id}}) { nodes { id } } }"
    answer = await asked(client, token, query, {"id": written})
    assert answer == {"data": {"segment": None, "segments": {"nodes": []}}}
    mutation = "mutation ($id: ID!) { segmentDelete(id: $id, forceDelete: true) { userErrors { code } } }"
    await asked(client, token, mutation, {"id": written})
    assert [row["id"] for row in (await shop.rows())["segment"]] == ["gold"]


async def test_customers_who_look_alike_stay_two_people(
    client: httpx.AsyncClient, shop: Shop, headers: dict[str, str]
) -> None:
    """Composed and decomposed, Latin and Cyrillic, big and small: nothing folds one id into another."""
    alike = ["ren\u00e9", "rene\u0301", "Ren\u00e9", "r\u0435n\u00e9", "ren\u00e9 ", ".."]
    await shop.known_customers(*(customer(one) for one in alike))
    await shop.customers(("gold", alike[0]))
    found = []
    for one in alike:
        encoded = "".join(f"%{byte:02x}" for byte in one.encode())
        path = f"/customer-segment/{shop.tenant}/segments/gold/customers/{encoded}"
        found.append((await client.get(path, headers=headers)).status_code)
    assert found == [200, 404, 404, 404, 404, 404]
