"""Media types and their status codes, cost, batches, and documents by hash."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from graphql import GraphQLError

from gateway.app import create_app
from gateway.graphql.request import GraphQLRequest
from gateway.graphql.trusted_documents import TrustedDocuments
from gateway.identity.tokens import issue_token
from gateway.settings.settings import Settings
from gateway.settings.source import InvalidSettings
from models.cache import Budget
from resolvers.caller import Scope
from tests.gateway.serving import client_of

NEW = "application/graphql-response+json"
TEXT = "{ __typename }"
DATA = {"data": {"__typename": "Query"}}
HASH = sha256(TEXT.encode()).hexdigest()


def by_hash(key: str, **members: Any) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": key}}, **members}


def codes(answer: httpx.Response) -> list[str]:
    return [error["extensions"]["code"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/json"),
        ("application/*;q=0.5, text/html", "application/json"),
        (NEW, f"{NEW}; charset=utf-8"),
        (f"{NEW}, application/json;q=0.9", f"{NEW}; charset=utf-8"),
        (f"{NEW};q=0.1, application/json", "application/json"),
        (f"{NEW};q=0, text/html", None),
        ("text/plain", None),
    ],
)
async def test_the_client_chooses_the_media_type(
    client: httpx.AsyncClient, accept: str, media_type: str | None
) -> None:
    answer = await client.post("/graphql", json={"query": TEXT}, headers={"Accept": accept})
    if media_type is None:
        assert (answer.status_code, codes(answer)) == (406, ["BAD_REQUEST"])
    else:
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, media_type)


@pytest.mark.parametrize(
    "query",
    ["{", "{ nope }", "query ($n: Int!) { segments(first: $n) { totalCount } }", "{ a" * 20 + "}" * 20],
)
async def test_the_newer_type_says_by_its_status_that_nothing_ran(
    client: httpx.AsyncClient, query: str
) -> None:
    for accept, status in ((NEW, 400), ("application/json", 200)):
        answer = await client.post("/graphql", json={"query": query}, headers={"Accept": accept})
        assert (answer.status_code, set(answer.json())) == (status, {"errors"})


@pytest.mark.parametrize("compiled_plans", [True, False])
async def test_cost_is_shown_to_who_asks_and_bounded_for_all(
    settings: Settings, secret: str, compiled_plans: bool
) -> None:
    """By the variables of each request, though the document and its plan are kept."""
    query = (
        "query ($n: Int) { segments(first: 100) { nodes { itemAssignments(first: $n) { nodes { type } } } } }"
    )
    body = {"query": query, "variables": {"n": 10}, "extensions": {"cost": True}}
    token = {"Authorization": f"Bearer {issue_token(secret, 'nobody', [Scope.READ])}"}
    app = create_app(settings.model_copy(update={"compiled_plans": compiled_plans}))
    async with client_of(app) as client:
        for _ in range(2):
            within = await client.post("/graphql", json=body, headers=token)
            assert within.json() == {
                "data": {"segments": {"nodes": []}},
                "extensions": {"cost": {"nodes": 1_100, "maximum": 50_000}},
            }
            beyond = await client.post(
                "/graphql", json={"query": query, "variables": {"n": 1000}}, headers=token
            )
            assert beyond.json() == {"errors": [{
                "message": "This document has 100,100 objects in its estimated answer; "
                "at most 50,000 are allowed.",
                "extensions": {
                    "code": "LIMIT_EXCEEDED", "limit": "nodes", "maximum": 50_000, "found": 100_100
                },
            }]}  # fmt: skip


@pytest.mark.parametrize("compiled_plans", [True, False])
async def test_timing_is_shown_to_who_asks(settings: Settings, secret: str, compiled_plans: bool) -> None:
    """The statements and the time of the request itself, by either way of execution."""
    token = {"Authorization": f"Bearer {issue_token(secret, 'nobody', [Scope.READ])}"}
    app = create_app(settings.model_copy(update={"compiled_plans": compiled_plans, "batching": True}))

    def body(query: str) -> dict[str, Any]:
        return {"query": query, "extensions": {"timing": True}}

    one, two = "{ segments { nodes { id } } }", "{ segments { totalCount nodes { id } } }"
    async with client_of(app) as client:
        answer = (await client.post("/graphql", json=body(one), headers=token)).json()
        assert answer["data"] == {"segments": {"nodes": []}}
        assert set(answer["extensions"]) == {"timing"}
        timing = answer["extensions"]["timing"]
        assert timing["statements"] == 1
        assert 0 < timing["milliseconds"] < 10_000

        batch = (await client.post("/graphql", json=[body(one), body(two), body(one)], headers=token)).json()
        assert [each["extensions"]["timing"]["statements"] for each in batch] == [1, 2, 1]

        answer = (await client.post("/graphql", json=body("{ nope }"), headers=token)).json()
        assert "extensions" not in answer
        answer = (await client.post("/graphql", json=body("{ __typename }"))).json()
        assert answer["extensions"]["timing"]["statements"] == 0


async def test_batches_are_accepted_where_they_are_switched_on(settings: Settings) -> None:
    changed = settings.model_copy(update={"batching": True, "max_batch": 2})
    async with client_of(create_app(changed)) as client:
        answer = await client.post("/graphql", json=[{"query": TEXT}, {"query": TEXT, "operationName": "No"}])
        assert (answer.status_code, answer.json()[0]) == (200, DATA)
        assert answer.json()[1]["errors"][0]["message"] == 'Unknown operation named "No".'
        answer = await client.post("/graphql", json=[{"query": TEXT}] * 3)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["message"] == "A batch may have 1 to 2 operations; this one has 3."


async def test_a_document_is_registered_by_its_hash_and_then_found(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json=by_hash(HASH))
    assert (answer.status_code, codes(answer)) == (200, ["PERSISTED_QUERY_NOT_FOUND"])
    assert answer.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert (await client.post("/graphql", json=by_hash(HASH, query=TEXT))).json() == DATA
    assert (await client.post("/graphql", json=by_hash(HASH))).json() == DATA
    extensions = orjson.dumps(by_hash(HASH)["extensions"]).decode()
    assert (await client.get("/graphql", params={"extensions": extensions})).json() == DATA


async def test_a_hash_of_something_else_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json=by_hash("0" * 64, query=TEXT))
    assert codes(answer) == ["PERSISTED_QUERY_HASH_MISMATCH"]
    assert codes(await client.post("/graphql", json=by_hash("0" * 64))) == ["PERSISTED_QUERY_NOT_FOUND"]


async def test_where_registering_is_switched_off_clients_are_told_to_send_documents(
    settings: Settings,
) -> None:
    async with client_of(create_app(settings.model_copy(update={"persisted_queries": False}))) as client:
        assert (await client.post("/graphql", json=by_hash(HASH, query=TEXT))).json() == DATA
        answer = await client.post("/graphql", json=by_hash(HASH))
    assert codes(answer) == ["PERSISTED_QUERY_NOT_SUPPORTED"]
    assert answer.json()["errors"][0]["message"] == "PersistedQueryNotSupported"


def registered(documents: TrustedDocuments, text: str, *, is_anonymous: bool = False) -> str:
    """The hash under which the document is known from now on."""
    key = sha256(text.encode()).hexdigest()
    request = GraphQLRequest(text, None, None, by_hash(key)["extensions"])
    documents.register(request, is_anonymous=is_anonymous)
    return key


def known(documents: TrustedDocuments, key: str) -> bool:
    try:
        return bool(documents.text(GraphQLRequest(None, None, None, by_hash(key)["extensions"])))
    except GraphQLError:
        return False


def test_registered_documents_are_kept_within_their_bytes() -> None:
    documents = TrustedDocuments(budget=Budget(8_000_000))
    keys = [registered(documents, f"{{ a{number}: __typename }}".ljust(20_000)) for number in range(11)]
    assert [known(documents, key) for key in keys] == [True] * 11
    newest = registered(documents, TEXT.ljust(20_000))
    assert len(documents) == 11
    assert [known(documents, key) for key in (keys[0], keys[1], keys[2], newest)] == [False, True, True, True]
    assert not known(documents, registered(documents, TEXT.ljust(80_000)))


def test_documents_that_anonymous_callers_register_displace_only_each_other() -> None:
    documents = TrustedDocuments(budget=Budget(8_000_000))
    key = registered(documents, TEXT)
    keys = [
        registered(documents, f"{{ a{number}: __typename }}", is_anonymous=True) for number in range(1_000)
    ]
    assert known(documents, key)
    assert known(documents, keys[-1])
    assert len(documents) < 100


async def test_only_the_documents_of_the_list_are_executed(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "documents.json"
    file.write_bytes(orjson.dumps({HASH: TEXT}))
    changed = settings.model_copy(update={"trusted_documents": file, "trusted_documents_only": True})
    async with client_of(create_app(changed)) as client:
        assert (await client.post("/graphql", json=by_hash(HASH))).json() == DATA
        assert (await client.post("/graphql", json={"query": TEXT})).json() == DATA
        assert codes(await client.post("/graphql", json={"query": "{ a: __typename }"})) == [
            "UNTRUSTED_DOCUMENT"
        ]
        assert codes(await client.post("/graphql", json=by_hash("0" * 64))) == ["UNTRUSTED_DOCUMENT"]


def test_a_list_with_a_wrong_hash_is_refused_at_the_start(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "documents.json"
    file.write_bytes(orjson.dumps({"0" * 64: TEXT}))
    with pytest.raises(InvalidSettings, match="is not the SHA-256 of its document"):
        create_app(settings.model_copy(update={"trusted_documents": file}))
