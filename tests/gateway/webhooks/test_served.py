"""Webhooks of a whole gateway: created over GraphQL, delivered by the process that serves."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from standardwebhooks import Webhook as Verifier

from gateway.app import create_app
from gateway.identity.tokens import issue_token
from gateway.settings.settings import Settings
from models.connection.database import Database
from resolvers.caller import Scope
from tests.gateway.serving import client_of
from tests.gateway.webhooks.receiver import Receiver, receiving

SECRET = "a secret that only the tests of webhooks know"
CREATE = """mutation ($url: String!) {
  webhookCreate(input: {name: "Hook", url: $url}) { webhook { id } secret userErrors { message } }
}"""
TEST = "mutation ($id: ID!) { webhookTest(id: $id) { userErrors { message } } }"
SHOWN = "query ($id: ID!) { webhook(id: $id) { lag deliveredAt lastTest { statusCode error } } }"


@pytest.fixture
def settings(database: Database) -> Settings:
    return Settings(
        database_url=database.engine.url.render_as_string(hide_password=False),
        token_secret=SecretStr(SECRET),
        webhook_key=SecretStr(SECRET),
        webhook_allow_private=True,
    )


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


class Client:
    """Somebody who reads and manages a tenant."""

    def __init__(self, client: httpx.AsyncClient, tenant: str) -> None:
        token = issue_token(SECRET, tenant, [Scope.READ, Scope.MANAGE])
        self.client, self.tenant, self.headers = client, tenant, {"Authorization": f"Bearer {token}"}

    async def graphql(self, query: str, **variables: Any) -> Any:
        body = {"query": query, "variables": variables}
        answer = (await self.client.post("/graphql", json=body, headers=self.headers)).json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def put(self, segment_id: str) -> None:
        body = {"name": {"en": segment_id}, "siteCode": "main"}
        url = f"/customer-segment/{self.tenant}/segments/{segment_id}"
        (await self.client.put(url, json=body, headers=self.headers)).raise_for_status()


async def test_a_write_reaches_a_new_webhook(settings: Settings, receiver: Receiver, tenant: str) -> None:
    async with client_of(create_app(settings)) as http:
        client = Client(http, tenant)
        created = (await client.graphql(CREATE, url=receiver.url))["webhookCreate"]
        assert created["userErrors"] == []
        await client.put("s")
        await receiver.wait_for(1)
        [request] = receiver.accepted
        assert Verifier(created["secret"]).verify(request.body, request.headers)["data"]["id"] == "s"
        webhook_id = created["webhook"]["id"]
        await client.graphql(TEST, id=webhook_id)
        await receiver.wait_for(2)
        assert receiver.accepted[1].event["data"] == {"tenant": tenant, "webhookId": webhook_id}
        async with asyncio.timeout(30):
            while True:
                shown = (await client.graphql(SHOWN, id=webhook_id))["webhook"]
                if shown["lastTest"]["statusCode"] is not None and shown["lag"] == 0:
                    break
                await asyncio.sleep(0.02)
        assert shown["lastTest"] == {"statusCode": 204, "error": None}
        assert shown["deliveredAt"] is not None
        page = (await http.get("/metrics")).text
        assert 'segments_webhook_deliveries_total{outcome="received"}' in page
        assert "\nsegments_webhook_lag " in page


async def test_a_process_that_may_not_deliver_does_not(
    settings: Settings, receiver: Receiver, tenant: str
) -> None:
    async with client_of(create_app(settings.model_copy(update={"deliver": False}))) as http:
        client = Client(http, tenant)
        await client.graphql(CREATE, url=receiver.url)
        await client.put("s")
        await asyncio.sleep(0.3)
        assert receiver.connections == 0


async def test_a_receiver_that_hangs_does_not_keep_the_gateway_from_ending(
    settings: Settings, receiver: Receiver, tenant: str
) -> None:
    receiver.answer = lambda _: None
    async with client_of(create_app(settings)) as http:
        client = Client(http, tenant)
        await client.graphql(CREATE, url=receiver.url)
        await client.put("s")
        async with asyncio.timeout(30):
            while not receiver.requests:  # noqa: ASYNC110  (it has no event)
                await asyncio.sleep(0.02)
        began = time.monotonic()
    assert time.monotonic() - began < settings.webhook_timeout / 2
