"""Documents of callers without a token displace nothing that others use."""

import gc
from hashlib import sha256
from typing import Any

import httpx
import pytest

from gateway.app import create_app
from gateway.identity.tokens import issue_token
from gateway.settings.settings import Settings
from models.cache import BUDGET, Usage
from resolvers.caller import Scope
from schema.engine.plan.question import QUESTIONS
from tests.factories.documents import segment
from tests.factories.shop import Shop
from tests.gateway.serving import client_of
from tests.security.apis import bearer

QUERY = "{ segments(first: 1) { nodes { id name } } }"
OF_ANONYMOUS = 300
"""Documents, of which their caches keep some ten."""


def persisted(text: str) -> dict[str, Any]:
    """The extensions that name a document by its hash."""
    return {"persistedQuery": {"version": 1, "sha256Hash": sha256(text.encode()).hexdigest()}}


def usage(cache: str) -> Usage:
    return BUDGET.usage()[cache]


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A gateway with small caches."""
    monkeypatch.setattr(BUDGET, "total", BUDGET.total)  # restored at the end
    QUESTIONS.clear()  # all gateways share it: what other tests have left would not fit
    return settings.model_copy(update={"cache_bytes": 8_000_000})


async def test_anonymous_documents_displace_no_document_plan_or_hash_of_others(
    settings: Settings, shop: Shop, secret: str
) -> None:
    await shop.segments(segment("s"))
    headers = bearer(issue_token(secret, shop.tenant, [Scope.READ]))
    async with client_of(create_app(settings)) as client:

        async def by_hash() -> httpx.Response:
            return await client.post("/graphql", json={"extensions": persisted(QUERY)}, headers=headers)

        first = await client.post(
            "/graphql", json={"query": QUERY, "extensions": persisted(QUERY)}, headers=headers
        )
        assert first.json() == {"data": {"segments": {"nodes": [{"id": "s", "name": "s"}]}}}
        for _ in range(3):
            await by_hash()
        gc.collect()  # gateways of other tests, whose caches are counted until they are gone
        kept = [usage(name) for name in ("documents", "registered_documents", "questions")]
        for number in range(OF_ANONYMOUS):
            text = f"{{ a{number}: __typename }}"
            answer = await client.post("/graphql", json={"query": text, "extensions": persisted(text)})
            assert answer.json() == {"data": {f"a{number}": "Query"}}
            if number % 30 == 0:
                assert (await by_hash()).json() == first.json()
    assert usage("anonymous_documents").entries < OF_ANONYMOUS / 2
    for name, before in zip(("documents", "registered_documents", "questions"), kept, strict=True):
        after = usage(name)
        assert (name, after.misses, after.entries, after.size) == (
            name,
            before.misses,
            before.entries,
            before.size,
        )
        assert after.hits > before.hits
