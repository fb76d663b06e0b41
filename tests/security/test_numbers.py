"""Numbers that clients send: stored as they are or refused, through both APIs, on both databases."""

from decimal import Decimal
from typing import Any

import httpx
import orjson
import pytest

from gateway.identity.tokens import issue_token
from resolvers.caller import Scope
from tests.security.apis import bearer

JSON = {"Content-Type": "application/json"}
EXACT = {
    "9223372036854775807": "9223372036854775807",
    "-9223372036854775808": "-9223372036854775808",
    "9007199254740993": "9007199254740993",
    "0.1": "0.1",
    "0.30000000000000004": "0.30000000000000004",
    "0.10000000000000001": "0.1",
    "0.1000000000000000055511151231257827": "0.1",
    "0.1000000000000000055511151231257827021181583404541015625": "0.1",
    "5e-324": "5e-324",
    "1.0": "1",
    "-0.0": "0",
    "1E2": "100",
    "1234567890.12345": "1234567890.12345",
}
"""What is sent, and what comes back: the same number, or the double that it is the text of."""
TOO_LARGE = "The number is too large: whole numbers have 64 bits."
INEXACT = "The number would change: numbers are whole ones of 64 bits, and decimals that a double holds."
REFUSED = {
    "-9223372036854775809": TOO_LARGE,
    "9223372036854775808": TOO_LARGE,
    "18446744073709551616": TOO_LARGE,
    "100000000000000000001": TOO_LARGE,
    "1e19": TOO_LARGE,
    "1e308": TOO_LARGE,
    "1e309": INEXACT,
    "1E400": INEXACT,
    "-1e999999999": INEXACT,
    "1e-400": INEXACT,
    "9007199254740993.0": INEXACT,
    "1234567890123456.7": INEXACT,
    "0.3333333333333333333333": INEXACT,
}
UPSERT = (
    'mutation ($mixins: JSON) { segmentUpsert(id: %s, input: {siteCode: "m", mixins: $mixins, '
    'name: [{language: "en", text: "x"}]}) { segment { mixins } userErrors { message path } } }'
)


@pytest.fixture
def headers(secret: str, tenant: str) -> dict[str, str]:
    return bearer(issue_token(secret, tenant, [Scope.READ, Scope.MANAGE])) | JSON


async def stored(client: httpx.AsyncClient, tenant: str, headers: dict[str, str]) -> Decimal:
    answer = await client.get(f"/customer-segment/{tenant}/segments/s", headers=headers)
    number: Decimal = answer.json(parse_float=Decimal, parse_int=Decimal)["mixins"]["a"]["n"]
    return number


def rest_body(number: str) -> str:
    return f'{{"name": {{"en": "x"}}, "siteCode": "m", "mixins": {{"a": {{"n": {number}}}}}}}'


def graphql_bodies(number: str) -> list[str]:
    """The number as a variable, in a literal, and as a variable's default."""
    upsert = UPSERT % '"s"'
    mixins = f"{{a: {{n: {number}}}}}"
    documents = [
        upsert.replace("($mixins: JSON)", "").replace("$mixins", mixins),
        upsert.replace("JSON)", f"JSON = {mixins})"),
    ]
    literals = [orjson.dumps({"query": document}).decode() for document in documents]
    query = orjson.dumps(upsert).decode()
    return [f'{{"query": {query}, "variables": {{"mixins": {{"a": {{"n": {number}}}}}}}}}', *literals]


@pytest.mark.parametrize(("sent", "comes_back"), EXACT.items())
async def test_a_number_comes_back_as_it_was_sent(
    client: httpx.AsyncClient, tenant: str, headers: dict[str, str], sent: str, comes_back: str
) -> None:
    path = f"/customer-segment/{tenant}/segments"
    await client.put(f"{path}/s", content=rest_body("7"), headers=headers)
    for body in graphql_bodies(sent):
        answer = await client.post("/graphql", content=body, headers=headers)
        assert answer.json()["data"]["segmentUpsert"]["userErrors"] == []
        assert await stored(client, tenant, headers) == Decimal(comes_back)
        await client.put(f"{path}/s", content=rest_body("7"), headers=headers)
    for method, where, content in (
        ("PUT", "/s", rest_body(sent)),
        ("PATCH", "/s", f'[{{"op": "replace", "path": "/mixins/a/n", "value": {sent}}}]'),
        (
            "PUT",
            "/bulk",
            f'[{{"id": "s", {rest_body(sent)[1:]}]',
        ),
    ):
        answer = await client.request(method, path + where, content=content, headers=headers)
        assert answer.status_code in {204, 207}, answer.text
        assert await stored(client, tenant, headers) == Decimal(comes_back)
        await client.put(f"{path}/s", content=rest_body("7"), headers=headers)


@pytest.mark.parametrize(("sent", "message"), REFUSED.items())
async def test_a_number_that_would_change_is_refused(
    client: httpx.AsyncClient, tenant: str, headers: dict[str, str], sent: str, message: str
) -> None:
    path = f"/customer-segment/{tenant}/segments"
    await client.put(f"{path}/s", content=rest_body("7"), headers=headers)
    for body in graphql_bodies(sent):
        answer = await client.post("/graphql", content=body, headers=headers)
        [error] = answer.json()["data"]["segmentUpsert"]["userErrors"]
        assert error == {"message": message, "path": ["input", "mixins", "a", "n"]}
    put = await client.put(f"{path}/s", content=rest_body(sent), headers=headers)
    field = {"field": "mixins.a.n", "type": "validation", "message": message}
    assert (put.status_code, put.json()["details"]) == (400, field)
    patch = f'[{{"op": "replace", "path": "/mixins/a/n", "value": {sent}}}]'
    patched = await client.patch(f"{path}/s", content=patch, headers=headers)
    assert (patched.status_code, patched.json()["details"]) == (400, field | {"field": "[0].value"})
    bulk = await client.put(f"{path}/bulk", content=f"[{rest_body(sent)}]", headers=headers)
    assert (bulk.status_code, bulk.json()[0]["code"]) == (207, 400)
    assert await stored(client, tenant, headers) == 7


@pytest.mark.parametrize("sent", ["5.0", "1e2", "5.5", "1e400", "0.3333333333333333333333"])
async def test_no_float_is_an_id(client: httpx.AsyncClient, headers: dict[str, str], sent: str) -> None:
    """GraphQL 3.5.5: an ID is a string or an integer."""
    one = "query ($id: ID!) { segment(id: $id) { id } }"
    many = "query ($ids: [ID!]!) { segments(where: {id: {in: $ids}}) { nodes { id } } }"
    inside = "query ($w: SegmentWhere) { segments(where: $w) { nodes { id } } }"
    for query, variables in (
        (one, f'{{"id": {sent}}}'),
        (many, f'{{"ids": ["a", {sent}]}}'),
        (many, f'{{"ids": {sent}}}'),
        (inside, f'{{"w": {{"or": [{{"id": {{"eq": {sent}}}}}]}}}}'),
    ):
        body = f'{{"query": {orjson.dumps(query).decode()}, "variables": {variables}}}'
        by_post = await client.post("/graphql", content=body, headers=headers)
        by_get = await client.get(
            "/graphql", params={"query": query, "variables": variables}, headers=headers
        )
        for answer in (by_post, by_get):
            [error] = answer.json()["errors"]
            assert "ID cannot represent value: " in error["message"]
            assert error["extensions"]["code"] == "BAD_REQUEST"
    literal = {"query": f"{{ segment(id: {sent}) {{ id }} }}"}
    [error] = (await client.post("/graphql", json=literal, headers=headers)).json()["errors"]
    assert error["message"] == f"ID cannot represent a non-string and non-integer value: {sent}"


async def test_ids_beyond_64_bits_are_different_ids(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    ids = ["100000000000000000001", "100000000000000000002", "-9223372036854775809"]
    query = UPSERT.replace("($mixins: JSON)", "($id: ID!, $mixins: JSON)") % "$id"
    for id_ in ids:
        body = f'{{"query": {orjson.dumps(query).decode()}, "variables": {{"id": {id_}}}}}'
        answer = await client.post("/graphql", content=body, headers=headers)
        assert answer.json()["data"]["segmentUpsert"]["userErrors"] == []
    listed = await client.post("/graphql", json={"query": "{ segments { nodes { id } } }"}, headers=headers)
    assert sorted(node["id"] for node in listed.json()["data"]["segments"]["nodes"]) == sorted(ids)


@pytest.mark.parametrize(
    "number", ["1e400", "1e30", "100000000000000000000000", "9223372036854775808", "4294967297", "-1e30"]
)
@pytest.mark.parametrize(
    "query",
    [
        "query ($n: Int) { segments(first: $n) { nodes { id } } }",
        "query ($n: Int) { segments { nodes { itemAssignments(last: $n) { nodes { type } } } } }",
        'mutation ($n: Int) { segmentPatch(id: "s", operations: [], expectedVersion: $n) { __typename } }',
    ],
    ids=["first", "last", "expectedVersion"],
)
async def test_no_int_is_beyond_32_bits(
    client: httpx.AsyncClient, headers: dict[str, str], query: str, number: str
) -> None:
    body = f'{{"query": {orjson.dumps(query).decode()}, "variables": {{"n": {number}}}}}'
    answer = await client.post("/graphql", content=body, headers=headers)
    assert answer.status_code == 200
    [error] = answer.json()["errors"]
    assert error["extensions"]["code"] in {"BAD_REQUEST", "LIMIT_EXCEEDED"}


@pytest.mark.parametrize(
    "version",
    ["1.5", "1e400", "9223372036854775808", "100000000000000000001", "1.00000000000000000001", "-1"],
)
async def test_no_rest_version_is_rounded(
    client: httpx.AsyncClient, tenant: str, headers: dict[str, str], version: str
) -> None:
    path = f"/customer-segment/{tenant}/segments/s"
    await client.put(path, content=rest_body("7"), headers=headers)
    body = rest_body("8").removesuffix("}") + f', "metadata": {{"version": {version}}}}}'
    answer = await client.put(path, content=body, headers=headers)
    assert answer.status_code in {400, 409}, answer.text
    assert await stored(client, tenant, headers) == 7


@pytest.mark.parametrize("member", ["siteCode", "name"])
async def test_a_number_is_no_text(
    client: httpx.AsyncClient, tenant: str, headers: dict[str, str], member: str
) -> None:
    body: dict[str, Any] = {"name": {"en": "x"}, "siteCode": "m"} | {member: 1}
    content = orjson.dumps(body).replace(b":1", b":1e400")
    answer = await client.post(f"/customer-segment/{tenant}/segments", content=content, headers=headers)
    assert (answer.status_code, answer.json()["details"]["field"]) == (400, member)
