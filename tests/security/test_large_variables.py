"""Variables of a request within the size of a body cannot keep the process from others for long."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from graphql import get_variable_values

from gateway.app import create_app
from gateway.identity.tokens import issue_token
from gateway.settings.settings import Settings
from resolvers.caller import Scope
from tests.gateway.serving import client_of
from tests.security.apis import asked

WHERE = "query ($where: SegmentWhere) { segments(where: $where) { totalCount } }"
TOO_MANY = "The lists of a filter may have at most 1,000 values together."


@pytest.fixture
def token(secret: str, tenant: str) -> str:
    return issue_token(secret, tenant, [Scope.READ, Scope.MANAGE])


@pytest.fixture(scope="module")
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a gateway that allows few input objects."""
    async with client_of(create_app(settings.model_copy(update={"max_input_objects": 50}))) as client:
        yield client


@pytest.mark.parametrize(("clauses", "found"), [(49, None), (50, 51)])
async def test_the_input_objects_of_a_query_are_bounded(
    client: httpx.AsyncClient, token: str, clauses: int, found: int | None
) -> None:
    """One for the filter itself, one for each of its clauses."""
    answer = await asked(client, token, WHERE, {"where": {"and": [{}] * clauses}})
    if found is None:
        assert answer == {"data": {"segments": {"totalCount": 0}}}
        return
    [error] = answer["errors"]
    assert error["extensions"] == {"code": "LIMIT_EXCEEDED", "limit": "inputs", "maximum": 50, "found": found}


async def test_a_mutation_may_have_more(client: httpx.AsyncClient, token: str) -> None:
    query = "mutation ($i: [SegmentsUpsertInput!]!) { segmentsUpsert(inputs: $i) { results { effect } } }"
    inputs = [
        {"id": f"s{number}", "siteCode": "m", "name": [{"language": "en", "text": "x"}]}
        for number in range(30)
    ]
    answer = await asked(client, token, query, {"i": inputs})
    assert answer == {"data": {"segmentsUpsert": {"results": [{"effect": "CREATED"}] * 30}}}


async def test_a_list_of_a_filter_is_refused_by_its_length(client: httpx.AsyncClient, token: str) -> None:
    query = "query ($ids: [ID!]) { segments(where: {id: {in: $ids}}) { totalCount } }"
    assert (await asked(client, token, query, {"ids": ["x"] * 1_000}))["data"]["segments"]["totalCount"] == 0
    answer = await asked(client, token, query, {"ids": ["x"] * 1_001})
    [error] = answer["errors"]
    assert (error["message"], error["extensions"]["inputPath"]) == (TOO_MANY, ["where"])


async def test_all_q_of_an_operation_are_bounded_together(client: httpx.AsyncClient, token: str) -> None:
    lists = "a: segments(q: $a) { totalCount } b: segments(q: $b) { totalCount }"
    query = f"query ($a: String, $b: String) {{ {lists} }}"

    def q(letter: str, length: int) -> str:
        return f"id:{letter * (length - 3)}"

    found = {"data": {"a": {"totalCount": 0}, "b": {"totalCount": 0}}}
    assert await asked(client, token, query, {"a": q("a", 5_001), "b": q("a", 5_001)}) == found, "the same"
    assert await asked(client, token, query, {"a": q("b", 5_000), "b": q("c", 5_000)}) == found
    answer = await asked(client, token, query, {"a": q("d", 5_000), "b": q("e", 5_001)})
    [error] = answer["errors"]
    assert error["message"] == "All `q` of an operation may have at most 10,000 characters together."
    assert error["extensions"] == {"code": "INVALID_ARGUMENT", "inputPath": ["q"]}


async def test_wrong_values_are_told_up_to_a_number(client: httpx.AsyncClient, token: str) -> None:
    query = "query ($ids: [ID!]!) { nodes(nodeIds: $ids) { __typename } }"
    answer = await asked(client, token, query, {"ids": [True] * 1_000})
    assert len(answer["errors"]) == 51
    assert answer["errors"][-1]["message"].startswith("Too many errors processing variables")


async def test_variables_are_coerced_once(
    client: httpx.AsyncClient, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    definitions: list[int] = []
    coerce = get_variable_values

    def watched(schema: Any, nodes: Any, *arguments: Any, **named: Any) -> Any:
        definitions.append(len(nodes))
        return coerce(schema, nodes, *arguments, **named)

    monkeypatch.setattr("graphql.execution.executor.get_variable_values", watched)
    query = "mutation ($id: ID!) { segmentDelete(id: $id) { userErrors { code } } }"
    answer = await asked(client, token, query, {"id": "none"})
    assert answer == {"data": {"segmentDelete": {"userErrors": []}}}
    assert definitions == [0]
