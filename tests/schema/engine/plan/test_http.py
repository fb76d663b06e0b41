"""The gateway says the same with compiled plans and without them."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import httpx
import pytest

from gateway.app import create_app
from gateway.settings.settings import Settings
from resolvers.caller import Caller
from tests.gateway.serving import client_of
from tests.schema.client import Graph
from tests.schema.engine.plan.both_ways import same_form
from tests.schema.engine.plan.queries import CORNERS, FAILING, MATTERING, UNPLANNED


class OnlyOneCaller:
    """Whatever the token, it is theirs."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def verify(self, token: str) -> Caller:  # noqa: ARG002  (the protocol's)
        return self._caller

    def knows(self, token: str) -> bool:  # noqa: ARG002  (the protocol's)
        return False


@pytest.fixture(scope="module")
async def with_plans(
    world: Graph, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    async with gateway_of(world, tmp_path_factory.mktemp("home"), compiled_plans=True) as client:
        yield client


@pytest.fixture(scope="module")
async def without_plans(
    world: Graph, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    async with gateway_of(world, tmp_path_factory.mktemp("home"), compiled_plans=False) as client:
        yield client


def gateway_of(
    world: Graph, home: Path, *, compiled_plans: bool
) -> AbstractAsyncContextManager[httpx.AsyncClient]:
    """A client of a gateway on the world's database."""
    url = world.shop.database.engine.url.render_as_string(hide_password=False)
    settings = Settings(
        home=home,
        database_url=url,
        compiled_plans=compiled_plans,
        federation=True,
        max_depth=20,
        max_cost=10**9,
    )
    return client_of(create_app(settings, verifier=OnlyOneCaller(world.shop.caller("ROM", "bob"))))


@pytest.mark.parametrize("query", [*MATTERING, *CORNERS, *UNPLANNED, *FAILING])
async def test_plans_change_no_answer(
    with_plans: httpx.AsyncClient, without_plans: httpx.AsyncClient, query: str
) -> None:
    request = {"query": query, "variables": MATTERING.get(query)}
    headers = {"Authorization": "Bearer any", "Accept-Language": "fr, de;q=0.5"}
    planned = await with_plans.post("/graphql", json=request, headers=headers)
    standard = await without_plans.post("/graphql", json=request, headers=headers)
    assert (planned.status_code, same_form(planned.content)) == (standard.status_code, standard.content)
    assert ("errors" in planned.json()) is (query in FAILING)


async def test_of_several_operations_the_named_one_is_answered(
    with_plans: httpx.AsyncClient, without_plans: httpx.AsyncClient
) -> None:
    query = "query A { a: __typename } query B { segments { totalCount } }"
    for name in ("A", "B", "C", "", None):
        request = {"query": query, "operationName": name}
        planned = await with_plans.post("/graphql", json=request, headers={"Authorization": "Bearer any"})
        standard = await without_plans.post("/graphql", json=request, headers={"Authorization": "Bearer any"})
        assert (planned.status_code, planned.content) == (standard.status_code, standard.content)
