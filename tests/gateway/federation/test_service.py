"""The schema for composition: who gets it, with introspection and without."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from gateway.app import create_app
from gateway.identity.tokens import issue_token
from gateway.settings.settings import Settings
from resolvers.caller import Scope
from schema.federation.query import SDL
from tests.gateway.serving import client_of

SERVICE = "{ _service { sdl } }"


@asynccontextmanager
async def client_with(settings: Settings, **changed: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(create_app(settings.model_copy(update=changed))) as client:
        yield client


async def ask(client: httpx.AsyncClient, query: str, headers: Mapping[str, str] | None = None) -> Any:
    answer = await client.post("/graphql", json={"query": query}, headers=headers)
    return answer.json()


async def test_everybody_gets_the_schema_where_introspection_is_on(settings: Settings) -> None:
    async with client_with(settings, federation=True) as client:
        assert await ask(client, SERVICE) == {"data": {"_service": {"sdl": SDL}}}


@pytest.mark.parametrize(
    ("scopes", "code"),
    [
        (None, "UNAUTHENTICATED"),
        ([Scope.READ_OWN], "FORBIDDEN"),
        ([Scope.READ], None),
        ([Scope.MANAGE], None),
    ],
)
@pytest.mark.parametrize("compiled_plans", [True, False])
async def test_without_introspection_it_needs_a_scope_that_customers_lack(
    settings: Settings, secret: str, scopes: list[Scope] | None, code: str | None, *, compiled_plans: bool
) -> None:
    token = scopes and issue_token(secret, "anyshop", scopes, customer_id="anna")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    changed = {"federation": True, "introspection": False, "compiled_plans": compiled_plans}
    async with client_with(settings, **changed) as client:
        answer = await ask(client, SERVICE, headers)
        assert (await client.get("/graphql/schema.graphql")).status_code == 404
    if code is None:
        assert answer == {"data": {"_service": {"sdl": SDL}}}
    else:
        assert answer["data"] is None
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]


async def test_without_the_setting_there_is_no_such_field(client: httpx.AsyncClient) -> None:
    for query in (SERVICE, "{ _entities(representations: []) { __typename } }"):
        [error] = (await ask(client, query))["errors"]
        assert error["message"].startswith("Cannot query field '_")


async def test_clients_see_the_same_schema_either_way(settings: Settings, client: httpx.AsyncClient) -> None:
    async with client_with(settings, federation=True) as federated:
        expected = await client.get("/graphql/schema.graphql")
        assert (await federated.get("/graphql/schema.graphql")).text == expected.text
