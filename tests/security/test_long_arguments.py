"""Permission comes before a filter is read, and no argument is longer than what it could find."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from gateway.identity.tokens import issue_token
from models.cache import BUDGET
from resolvers.caller import Scope
from tests.security.apis import bearer

LONG_ID = "x" * 256
LONG_SITE = "s" * 257
LONG_CURSOR = "c" * 4_097
LONG_Q = "id:" + "x" * 9_998
ID_MESSAGE = "At most 255 characters are expected."
SITE_MESSAGE = "At most 256 characters are expected."
CURSOR_MESSAGE = "A cursor has at most 4096 characters."
SEGMENTS = "/customer-segment/acme/segments"


@pytest.fixture
def reader(secret: str) -> dict[str, str]:
    return bearer(issue_token(secret, "acme", [Scope.READ, Scope.MANAGE]))


@pytest.fixture
def own(secret: str) -> dict[str, str]:
    return bearer(issue_token(secret, "acme", [Scope.READ_OWN], customer_id="ben"))


def entries() -> Mapping[str, int]:
    """How much the caches hold that depend on arguments."""
    usage = BUDGET.usage()
    return {name: usage[name].entries for name in ("conditions", "questions", "statements", "bindings")}


async def errors_of(client: httpx.AsyncClient, headers: dict[str, str], body: Any) -> list[tuple[str, str]]:
    """Code and message of each error of a GraphQL answer."""
    answer = await client.post("/graphql", json=body, headers=headers)
    return [(error["extensions"]["code"], error["message"]) for error in answer.json()["errors"]]


@pytest.mark.parametrize("with_variables", [True, False])
@pytest.mark.parametrize("field", ["segments", "itemAssignments"])
async def test_nothing_of_an_anonymous_caller_is_parsed_or_kept(
    client: httpx.AsyncClient, field: str, *, with_variables: bool
) -> None:
    before = entries()
    for number in range(3):
        q, after = f"id:never{number} nonsense(", "\N{GRINNING FACE}" * 4_000
        arguments = "q: $q, after: $a" if with_variables else f'q: "{q}", after: "{after}"'
        fields = " ".join(
            f"a{alias}: {field}({arguments}) {{ nodes {{ __typename }} }}" for alias in range(2)
        )
        declared = "query ($q: String, $a: String)" if with_variables else "query"
        body = {"query": f"{declared} {{ {fields} }}", "variables": {"q": q, "a": after}}
        codes = [code for code, _ in await errors_of(client, {}, body)]
        assert set(codes) == {"UNAUTHENTICATED"}
    assert entries() == before


async def test_nothing_of_a_forbidden_caller_is_parsed_or_kept(
    client: httpx.AsyncClient, own: dict[str, str], secret: str
) -> None:
    manager = bearer(issue_token(secret, "acme", [Scope.MANAGE]))
    before = entries()
    query = 'query ($q: String) { segments(q: $q, customerId: "anna") { nodes { id } } }'
    for headers in (own, manager):
        for q in ("nonsense(", "id:never-allowed"):
            codes = [
                code for code, _ in await errors_of(client, headers, {"query": query, "variables": {"q": q}})
            ]
            assert codes == ["FORBIDDEN"]
            path = f"{SEGMENTS}?customerId=anna&q={q}"
            assert (await client.get(path, headers=headers)).status_code == 403
    assert entries() == before


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        ("segment(id: $v) { id }", ID_MESSAGE),
        ("customer(id: $v) { id }", ID_MESSAGE),
        ("product(id: $v) { id }", ID_MESSAGE),
        ("category(id: $v) { id }", ID_MESSAGE),
        ("segments(customerId: $v) { nodes { id } }", ID_MESSAGE),
        ("segments(legalEntityId: $v) { nodes { id } }", ID_MESSAGE),
        ("itemAssignments(legalEntityId: $v) { nodes { __typename } }", ID_MESSAGE),
        ("categoryTrees(customerId: $v) { __typename }", ID_MESSAGE),
        ('categoryTrees(customerId: "anna", legalEntityId: $v) { __typename }', ID_MESSAGE),
        ('matchItems(siteCode: "main", itemIds: [$v], segmentIds: ["a"])', ID_MESSAGE),
        ('matchItems(siteCode: "main", itemIds: ["a"], segmentIds: [$v])', ID_MESSAGE),
    ],
)
async def test_a_long_id_is_refused_over_graphql(
    client: httpx.AsyncClient, reader: dict[str, str], selection: str, message: str
) -> None:
    query = f"query ($v: ID!) {{ {selection} }}"
    for value in (LONG_ID, "\N{GRINNING FACE}" * 100_000):
        body = {"query": query, "variables": {"v": value}}
        assert await errors_of(client, reader, body) == [("INVALID_ARGUMENT", message)]
    body = {"query": query, "variables": {"v": LONG_ID[1:]}}
    assert "errors" not in (await client.post("/graphql", json=body, headers=reader)).json()


@pytest.mark.parametrize(
    ("selection", "value", "message"),
    [
        ("itemAssignments(siteCode: $v) { nodes { __typename } }", LONG_SITE, SITE_MESSAGE),
        ('categoryTrees(customerId: "anna", siteCode: $v) { __typename }', LONG_SITE, SITE_MESSAGE),
        ('matchItems(siteCode: $v, itemIds: ["a"], segmentIds: ["b"])', LONG_SITE, SITE_MESSAGE),
        ("segments(after: $v) { nodes { id } }", LONG_CURSOR, CURSOR_MESSAGE),
        ("segments(last: 1, before: $v) { nodes { id } }", LONG_CURSOR, CURSOR_MESSAGE),
        ("segments(q: $v) { nodes { id } }", LONG_Q, "A query may have at most 10000 characters."),
        (
            "segments(where: {siteCode: {eq: $v}}) { nodes { id } }",
            "x" * 10_001,
            "At most 10000 characters are expected.",
        ),
        (
            "segments(where: {siteCode: {in: [$v]}}) { nodes { id } }",
            "x" * 900_000,
            "At most 10000 characters are expected.",
        ),
    ],
)
async def test_a_long_text_is_refused_over_graphql(
    client: httpx.AsyncClient, reader: dict[str, str], selection: str, value: str, message: str
) -> None:
    before = entries()
    body = {"query": f"query ($v: String!) {{ {selection} }}", "variables": {"v": value}}
    assert await errors_of(client, reader, body) == [("INVALID_ARGUMENT", message)]
    assert entries() == before
    size = 250 if "iteCode: $v" in selection else 10
    shorter = {**body, "variables": {"v": "id:" + "y" * size if "q:" in selection else "y" * size}}
    messages = [
        error["message"]
        for error in (await client.post("/graphql", json=shorter, headers=reader)).json().get("errors", [])
    ]
    assert message not in messages


@pytest.mark.parametrize(
    ("path", "parameter", "message"),
    [
        (f"?customerId={LONG_ID}", "customerId", ID_MESSAGE),
        (f"?legalEntityId={LONG_ID}", "legalEntityId", ID_MESSAGE),
        (f"/items?legalEntityId={LONG_ID}", "legalEntityId", ID_MESSAGE),
        (f"/items?siteCode={LONG_SITE}", "siteCode", SITE_MESSAGE),
        (f"?next={LONG_CURSOR}", "next", CURSOR_MESSAGE),
        (f"?prev={LONG_CURSOR}", "prev", CURSOR_MESSAGE),
        (f"/seg/customers?next={LONG_CURSOR}", "next", CURSOR_MESSAGE),
        (f"?customerId={quote(chr(0x1F600) * 256)}", "customerId", ID_MESSAGE),
    ],
)
async def test_a_long_parameter_is_refused_over_rest(
    client: httpx.AsyncClient, reader: dict[str, str], path: str, parameter: str, message: str
) -> None:
    answer = await client.get(SEGMENTS + path, headers=reader)
    assert answer.status_code == 400
    assert answer.json()["details"] == {
        "type": "validation",
        "field": parameter,
        "message": message,
    }


async def test_a_long_q_is_refused_over_rest(client: httpx.AsyncClient, reader: dict[str, str]) -> None:
    answer = await client.post(f"{SEGMENTS}/search", json={"q": LONG_Q}, headers=reader)
    assert answer.status_code == 400
    assert "A query may have at most 10000 characters." in str(answer.json())


async def test_a_category_tree_with_a_long_site_is_refused_over_rest(
    client: httpx.AsyncClient, own: dict[str, str]
) -> None:
    answer = await client.get(f"{SEGMENTS}/items/category-trees?siteCode={LONG_SITE}", headers=own)
    assert answer.status_code == 400
    assert SITE_MESSAGE in str(answer.json())


async def test_sites_share_a_statement(client: httpx.AsyncClient, reader: dict[str, str]) -> None:
    counts = []
    for number in range(4):
        query = f'{{ itemAssignments(siteCode: "site{number}") {{ nodes {{ __typename }} }} }}'
        await client.post("/graphql", json={"query": query}, headers=reader)
        await client.get(f"{SEGMENTS}/items?siteCode=other{number}", headers=reader)
        counts.append(entries()["statements"])
    assert counts[1:] == [counts[1]] * 3
    assert counts[0] == counts[1]
