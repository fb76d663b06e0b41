"""What counts in the share of a caller beside requests over HTTP, and what does not."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway import app
from gateway.app import create_app
from gateway.fairness import loop_share
from gateway.fairness.accounts import LIGHT, Account
from gateway.fairness.loop_share import FairLoop
from gateway.settings.settings import Settings
from models.connection.client import Client
from resolvers.background import ACCOUNT, resting
from resolvers.caller import Caller
from tests.gateway.serving import listening
from tests.gateway.streaming import PATIENCE, Tenant

CHANGES = "query ($after: String) { changes(after: $after, waitSeconds: 20) { cursor changes { type } } }"


class Gateway(Tenant):
    """One that listens, with its books."""

    fair: FairLoop

    @property
    def account(self) -> Account:
        """That of all its clients, whose tokens name nobody."""
        return self.fair.accounts.of(Caller(self.name).client)

    def make_heavy(self) -> None:
        """As if each request of the caller had taken a second, while another caller is active."""
        account, accounts = self.account, self.fair.accounts
        accounts.begin(accounts.of(Client("other", "somebody")))
        account.used, account.requests = 1_000.0, 1.0
        accounts.weigh(account)


@pytest.fixture
async def gateway(
    settings: Settings, tenant: str, secret: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Gateway]:
    made: list[FairLoop] = []

    def recorded(*arguments: Any) -> FairLoop:
        made.append(FairLoop(*arguments))
        return made[-1]

    monkeypatch.setattr(app, "FairLoop", recorded)
    async with listening(create_app(settings)) as url:
        gateway = Gateway(url, tenant, secret)
        object.__setattr__(gateway, "fair", made[0])
        yield gateway


async def until(condition: Any) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110  (nothing tells)
            await asyncio.sleep(0.005)


async def test_an_operation_of_a_socket_is_charged_and_waits_for_its_caller(gateway: Gateway) -> None:
    async with gateway.greeted(scopes="RM") as socket:
        await socket.subscribe("first", "{ viewer { tenant } }")
        assert [(await socket.next())["type"] for _ in range(2)] == ["next", "complete"]
        account = gateway.account
        assert (account.requests, account.running) == (1, 0)
        assert account.used > 0
        gateway.make_heavy()
        gateway.fair.accounts.begin(account)
        await socket.subscribe("second", "{ viewer { tenant } }")
        await until(lambda: account.waiting)
        assert gateway.fair.waits == 1
        gateway.fair.accounts.end(account)
        assert [(await socket.next())["type"] for _ in range(2)] == ["next", "complete"]
        assert account.running == 0


async def test_an_operation_that_waits_too_long_is_refused(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop_share, "LONGEST_WAIT", 0.05)
    async with gateway.greeted(scopes="RM") as socket:
        await socket.subscribe("first", "{ viewer { tenant } }")
        assert [(await socket.next())["type"] for _ in range(2)] == ["next", "complete"]
        gateway.make_heavy()
        gateway.fair.accounts.begin(gateway.account)
        await socket.subscribe("second", "{ viewer { tenant } }")
        message = await socket.next()
        assert (message["id"], message["type"]) == ("second", "error")
        assert [error["extensions"]["code"] for error in message["payload"]] == ["UNAVAILABLE"]
        assert gateway.fair.refusals == 1


async def test_a_request_that_waits_for_changes_leaves_its_place_to_others(gateway: Gateway) -> None:
    await gateway.put("gold")
    async with gateway.client() as client:
        response = await client.post("/graphql", json={"query": "{ changesCursor }"})
        body = {"query": CHANGES, "variables": {"after": response.json()["data"]["changesCursor"]}}
        waiting = asyncio.create_task(client.post("/graphql", json=body))
        await until(lambda: gateway.account.following)
        gateway.make_heavy()
        await gateway.put("silver")  # which would be refused after five seconds
        answer = (await waiting).json()["data"]["changes"]
        assert [change["type"] for change in answer["changes"]] == ["SEGMENT_CREATED"]
        assert gateway.fair.waits == 0
        assert (gateway.account.running, gateway.account.following) == (0, 0)


async def test_a_request_counts_again_however_its_rest_ends() -> None:
    fair = FairLoop(0.1, 1)
    account = fair.accounts.of(Client("shop", "anna"))
    fair.accounts.begin(account)
    ACCOUNT.set(account)
    seen = []

    def rest() -> None:
        with resting():
            seen.append((account.running, account.following, fair.accounts.running[LIGHT]))
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        rest()
    seen.append((account.running, account.following, fair.accounts.running[LIGHT]))
    assert seen == [(0, 1, 0), (1, 0, 1)]


def test_where_nothing_is_counted_a_wait_is_none_either() -> None:
    with resting():
        assert ACCOUNT.get() is None
