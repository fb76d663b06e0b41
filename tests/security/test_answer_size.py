"""An answer has a bounded number of bytes, over both APIs."""

from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.app import create_app
from gateway.identity.tokens import issue_token
from gateway.settings.settings import Settings
from resolvers.caller import Scope
from tests.factories.documents import segment
from tests.factories.shop import Shop
from tests.gateway.serving import client_of
from tests.security.apis import bearer

LARGEST = 4_000
READ_TOO_MUCH = (
    "More than 8,000 bytes would be read from the database. Write fewer rows at a time. "
    "Ask for fewer rows or fields."
)
UPSERT = "mutation ($inputs: [SegmentsUpsertInput!]!) { segmentsUpsert(inputs: $inputs) { results { id } } }"
QUERY = "query ($n: Int) { segments(first: $n) { nodes { id mixins } } }"
RENAME = """mutation {
  segmentPatch(id: "s0", operations: [{op: REPLACE, path: "/siteCode", value: "moved"}]) {
    segment { siteCode mixins } } }"""


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a gateway whose answers have 4,000 bytes at most."""
    bounded = settings.model_copy(update={"max_answer": LARGEST, "batching": True})
    async with client_of(create_app(bounded)) as client:
        yield client


@pytest.fixture
async def headers(shop: Shop, secret: str) -> dict[str, str]:
    await shop.segments(
        *(segment(f"s{number}", mixins={"note": {"text": "x" * 1_000}}) for number in range(5))
    )
    return bearer(issue_token(secret, shop.tenant, [Scope.READ, Scope.MANAGE]))


async def test_a_page_within_the_bound_is_answered(
    client: httpx.AsyncClient, shop: Shop, headers: dict[str, str]
) -> None:
    answer = await client.post("/graphql", json={"query": QUERY, "variables": {"n": 3}}, headers=headers)
    assert [node["id"] for node in answer.json()["data"]["segments"]["nodes"]] == ["s0", "s1", "s2"]
    path = f"/customer-segment/{shop.tenant}/segments?pageSize=2"
    assert len((await client.get(path, headers=headers)).json()) == 2


@pytest.mark.parametrize("field", ["segments", "s: segments"], ids=["planned", "renamed"])
async def test_a_larger_answer_over_graphql_is_an_error(
    client: httpx.AsyncClient, headers: dict[str, str], field: str
) -> None:
    body = {"query": QUERY.replace("segments", field), "variables": {"n": 5}}
    answer = await client.post("/graphql", json=body, headers=headers)
    [error] = answer.json()["errors"]
    assert (answer.status_code, answer.json()["data"]) == (200, None)
    assert error["extensions"] == {"code": "ANSWER_TOO_LARGE"}
    assert error["message"].endswith(" bytes; at most 4,000 are allowed. Ask for fewer rows or fields.")
    assert len(answer.content) < LARGEST


async def test_a_batch_is_bounded_as_a_whole(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    body = [{"query": QUERY, "variables": {"n": 2}}] * 2
    answer = await client.post("/graphql", json=body, headers=headers)
    assert [one["errors"][0]["extensions"]["code"] for one in answer.json()] == ["ANSWER_TOO_LARGE"] * 2


async def test_a_larger_page_over_rest_is_400(
    client: httpx.AsyncClient, shop: Shop, headers: dict[str, str]
) -> None:
    base = f"/customer-segment/{shop.tenant}/segments"
    for answer in (
        await client.get(f"{base}?pageSize=5", headers=headers),
        await client.post(f"{base}/search", json={}, headers=headers),
    ):
        body = answer.json()
        assert (answer.status_code, body["message"], body["details"]["field"]) == (
            400,
            "Validation problem with request parameter.",
            "pageSize",
        )
        assert body["details"]["message"].endswith("Ask for fewer rows or fields.")


async def test_a_write_stands_whose_answer_is_too_large(
    client: httpx.AsyncClient, shop: Shop, headers: dict[str, str]
) -> None:
    await shop.segments(segment("s0", mixins={"note": {"text": "x" * 5_000}}))
    answer = await client.post("/graphql", json={"query": RENAME}, headers=headers)
    assert answer.json()["errors"][0]["extensions"] == {"code": "ANSWER_TOO_LARGE"}
    stored = await client.get(f"/customer-segment/{shop.tenant}/segments/s0?fields=siteCode", headers=headers)
    assert stored.json() == {"id": "s0", "siteCode": "moved"}


@pytest.mark.parametrize("field", ["segments", "s: segments"], ids=["planned", "renamed"])
async def test_what_is_read_for_an_answer_is_bounded_as_it_comes(
    client: httpx.AsyncClient, shop: Shop, headers: dict[str, str], field: str
) -> None:
    """Rows that no answer may have are not read to the end, and the next request is answered."""
    await shop.segments(*(segment(f"m{n:02}", mixins={"a": {"text": "x" * 5_000}}) for n in range(60)))
    body = {"query": QUERY.replace("segments", field), "variables": {"n": 60}}
    answer = await client.post("/graphql", json=body, headers=headers)
    assert answer.json()["data"] is None
    [error] = answer.json()["errors"]
    assert (error["message"], error["extensions"]) == (READ_TOO_MUCH, {"code": "ANSWER_TOO_LARGE"})
    answer = await client.get(f"/customer-segment/{shop.tenant}/segments?pageSize=60", headers=headers)
    details = answer.json()["details"]
    assert (answer.status_code, details["field"], details["message"]) == (400, "pageSize", READ_TOO_MUCH)
    answer = await client.get(f"/customer-segment/{shop.tenant}/segments/s0", headers=headers)
    assert answer.status_code == 200


async def test_what_the_fields_of_an_operation_read_is_bounded_together(
    client: httpx.AsyncClient, shop: Shop, headers: dict[str, str]
) -> None:
    await shop.segments(*(segment(f"m{n:02}", mixins={"a": {"text": "x" * 300}}) for n in range(20)))
    fields = "".join(f'{name}: segments(q: "id:~m", first: 20) {{ nodes {{ mixins }} }}' for name in "ab")
    answer = await client.post("/graphql", json={"query": f"{{ {fields} }}"}, headers=headers)
    assert {error["extensions"]["code"] for error in answer.json()["errors"]} == {"ANSWER_TOO_LARGE"}


async def test_what_is_read_for_a_write_is_bounded_as_well(
    client: httpx.AsyncClient, shop: Shop, headers: dict[str, str]
) -> None:
    """Rows are locked with all that they have. Too large ones are not changed, and fewer of them are."""
    ids = [f"m{number:02}" for number in range(20)]
    await shop.segments(*(segment(id_, mixins={"a": {"text": "x" * 1_000}}) for id_ in ids))
    base = f"/customer-segment/{shop.tenant}/segments"
    changed = [{"id": id_, "name": {"en": "new"}, "siteCode": "main"} for id_ in ids]
    answer = await client.put(f"{base}/bulk", json=changed, headers=headers)
    details = answer.json()["details"]
    assert (answer.status_code, details) == (400, {"type": "validation", "message": READ_TOO_MUCH})
    inputs = [{"id": id_, "name": [{"language": "en", "text": "new"}], "siteCode": "main"} for id_ in ids]
    body = {"query": UPSERT, "variables": {"inputs": inputs}}
    answer = await client.post("/graphql", json=body, headers=headers)
    [error] = answer.json()["errors"]
    assert (error["message"], error["extensions"]) == (READ_TOO_MUCH, {"code": "ANSWER_TOO_LARGE"})
    answer = await client.put(f"{base}/bulk", json=changed[:3], headers=headers)
    assert [result["code"] for result in answer.json()] == [204] * 3
    versions = [
        (await client.get(f"{base}/{id_}?fields=metadata", headers=headers)).json()["metadata"]["version"]
        for id_ in ids[:5]
    ]
    assert versions == [2, 2, 2, 1, 1]
