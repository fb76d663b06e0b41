"""graphql-transport-ws: who may open a socket, and what each message leads to."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from gateway import app
from gateway.app import create_app
from gateway.settings.settings import Settings
from gateway.websocket.connection import Rules
from tests.gateway.serving import http_client, listening
from tests.gateway.streaming import Socket, Tenant

pytestmark = pytest.mark.slow

SUBSCRIPTION = "subscription ($after: String) { changes(after: $after) { changes { segmentId } cursor } }"
CREATE = """
mutation {
  segmentCreate(input: {id: "gold", name: [{language: "en", text: "Gold"}], siteCode: "main"}) {
    userErrors { code }
  }
}
"""
DATA = {"data": {"__typename": "Query"}}


@pytest.fixture
async def shop(settings: Settings, tenant: str, secret: str) -> AsyncIterator[Tenant]:
    changed = settings.model_copy(
        update={"max_streams": 30, "max_socket_operations": 3, "cors_origins": ("https://shop.example",)}
    )
    async with listening(create_app(changed)) as url:
        yield Tenant(url, tenant, secret)


async def changed(socket: Socket, id_: str) -> list[str]:
    """The segments of the next batch."""
    message = await socket.next()
    assert (message["id"], message["type"]) == (id_, "next")
    return [change["segmentId"] for change in message["payload"]["data"]["changes"]["changes"]]


async def test_queries_mutations_and_subscriptions_share_a_socket(shop: Tenant) -> None:
    async with shop.greeted(scopes="RM") as socket:
        await socket.subscribe("q", "{ __typename }")
        assert await socket.next() == {"id": "q", "type": "next", "payload": DATA}
        assert await socket.next() == {"id": "q", "type": "complete"}
        await socket.subscribe("s", SUBSCRIPTION)
        assert await changed(socket, "s") == []
        await socket.subscribe("q", CREATE)
        messages = [await socket.next() for _ in range(3)]
        by_id = {id_: [one for one in messages if one["id"] == id_] for id_ in "qs"}
        assert [one["type"] for one in by_id["q"]] == ["next", "complete"]
        assert by_id["s"][0]["payload"]["data"]["changes"]["changes"] == [{"segmentId": "gold"}]
        await socket.send(type="complete", id="s")
        await shop.put("silver")
        await socket.subscribe("s", SUBSCRIPTION)
        assert await changed(socket, "s") == []


async def test_what_cannot_be_executed_is_an_error_and_the_socket_goes_on(shop: Tenant) -> None:
    async with shop.greeted() as socket:
        for query, code in (
            ("{", "BAD_REQUEST"),
            ("{ nope }", "BAD_REQUEST"),
            ('subscription { changes(after: "x") { cursor } }', "INVALID_ARGUMENT"),
            ('{ segments(q: "\0") { totalCount } }', "BAD_REQUEST"),
            ("{ a" * 20 + "}" * 20, "LIMIT_EXCEEDED"),
        ):
            await socket.subscribe("x", query)
            message = await socket.next()
            assert (message["id"], message["type"]) == ("x", "error")
            assert [error["extensions"]["code"] for error in message["payload"]] == [code]
        await socket.send(type="ping", payload={"a": 1})
        assert await socket.next() == {"type": "pong"}
        await socket.send(type="pong")
        await socket.send(type="complete", id="unknown")
        for number in range(3):
            await socket.subscribe(f"s{number}", SUBSCRIPTION)
            assert await changed(socket, f"s{number}") == []
        await socket.subscribe("s3", SUBSCRIPTION)
        assert (await socket.next())["payload"][0]["extensions"] == {"code": "TOO_MANY_STREAMS"}


@pytest.mark.parametrize(
    "message",
    [
        "", "x", "1", "[]", "null", '"ping"', "{}", '{"type": 1}', '{"type": "nope"}', '{"type": ["ping"]}',
        '{"type": "ping", "payload": 1}', '{"type": "complete"}', '{"type": "complete", "id": 1}',
        '{"type": "subscribe"}', '{"type": "subscribe", "id": "", "payload": {"query": "{a}"}}',
        '{"type": "subscribe", "id": [], "payload": {"query": "{a}"}}',
        '{"type": "subscribe", "id": "1"}', '{"type": "subscribe", "id": "1", "payload": []}',
        '{"type": "subscribe", "id": "1", "payload": {}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 1}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{a}", "variables": []}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{a}", "operationName": {}}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{a}", "extensions": "x"}}',
        "[" * 5_000, '{"type": "ping", "payload": ' + '{"a":' * 200 + "1" + "}" * 201, b"{}",
        '{"type": "connection_ack"}',
    ],
)  # fmt: skip
async def test_a_malformed_message_closes_the_socket(url: str, secret: str, message: str | bytes) -> None:
    async with Tenant(url, "acme", secret).greeted() as socket:
        await socket.connection.send(message)
        assert (await socket.closed())[0] == 4400


@pytest.fixture(scope="module")
def module_settings(tmp_path_factory: pytest.TempPathFactory, secret: str) -> Settings:
    home = tmp_path_factory.mktemp("home")
    return Settings(
        home=home,
        database_url=f"sqlite+aiosqlite:///{home}/segments.db",
        token_secret=secret,  # type: ignore[arg-type]
    )


@pytest.fixture(scope="module")
async def url(module_settings: Settings) -> AsyncIterator[str]:
    """One gateway for tests of the protocol alone."""
    async with listening(create_app(module_settings)) as url:
        yield url


@pytest.fixture
def anyone(url: str, secret: str) -> Tenant:
    return Tenant(url, "acme", secret)


async def test_the_sub_protocol_has_to_be_ours(anyone: Tenant) -> None:
    for protocols in ((), ("graphql-ws",)):
        async with anyone.socket(protocols) as opened:
            assert await Socket(opened).closed() == (4406, "Subprotocol not acceptable")


async def test_the_order_of_the_first_messages_is_kept(anyone: Tenant) -> None:
    async with anyone.socket() as opened:
        await Socket(opened).subscribe("1", "{ __typename }")
        assert await Socket(opened).closed() == (4401, "Unauthorized")
    async with anyone.greeted() as socket:
        await socket.send(type="connection_init")
        assert await socket.closed() == (4429, "Too many initialisation requests")
    async with anyone.greeted() as socket:
        await socket.subscribe("1", SUBSCRIPTION)
        await socket.subscribe("1", SUBSCRIPTION)
        with suppress(ConnectionClosed):
            await socket.next()
        assert await socket.closed() == (4409, "Subscriber for 1 already exists")


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (None, 4401), ({}, 4401), ({"Authorization": 1}, 4401), ({"Authorization": "x"}, 4401),
        ({"Authorization": "Bearer x"}, 4401), ({"authorization": ""}, 4401), ("expired", 4403),
    ],
)  # fmt: skip
async def test_a_token_is_needed(anyone: Tenant, payload: Any, code: int) -> None:
    if payload == "expired":
        payload = anyone.token(expires_in=-100)
    async with anyone.socket() as opened:
        await Socket(opened).send(type="connection_init", payload=payload)
        assert (await Socket(opened).closed())[0] == code


async def test_the_token_may_be_in_the_request(anyone: Tenant) -> None:
    async with anyone.socket(headers=anyone.token()) as opened:
        socket = Socket(opened)
        await socket.send(type="connection_init")
        assert await socket.next() == {"type": "connection_ack"}
        await socket.subscribe("v", "{ viewer { tenant } }")
        assert (await socket.next())["payload"]["data"] == {"viewer": {"tenant": "acme"}}
    with pytest.raises(InvalidStatus) as refused:
        await anyone.socket(headers={"Authorization": "Bearer x"})
    assert refused.value.response.status_code == 401


async def test_who_says_nothing_is_closed(
    settings: Settings, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "Rules", partial(Rules, initialisation_time=0.1))
    async with listening(create_app(settings)) as url, Tenant(url, "acme", secret).socket() as opened:
        assert await Socket(opened).closed() == (4408, "Connection initialisation timeout")


@pytest.mark.parametrize(
    ("origin", "is_let_in"),
    [
        (None, True), ("https://shop.example", True), ("same", True), ("https://evil.example", False),
        ("null", False), ("https://shop.example.evil.example", False), ("http://[", False),
    ],
)  # fmt: skip
async def test_scripts_of_other_sites_are_refused(
    shop: Tenant, origin: str | None, *, is_let_in: bool
) -> None:
    given = shop.url if origin == "same" else origin
    if is_let_in:
        async with shop.socket(origin=given) as opened:
            await Socket(opened).send(type="connection_init", payload=shop.token())
            assert await Socket(opened).next() == {"type": "connection_ack"}
    else:
        with pytest.raises(InvalidStatus) as refused:
            await shop.socket(origin=given)
        assert refused.value.response.status_code == 403


async def test_a_socket_ends_with_its_token(anyone: Tenant) -> None:
    """The tokens have 30 seconds of leeway, of which three are left at most."""
    began = int(time.time())
    async with anyone.greeted(expires_in=-27) as idle, anyone.greeted(expires_in=-27) as busy:
        await busy.subscribe("1", SUBSCRIPTION)
        assert (await busy.next())["type"] == "next"
        ends = await asyncio.gather(idle.closed(), busy.closed())
    assert set(ends) == {(4403, "The access token has ended")}
    assert time.time() >= began + 3


async def test_a_message_that_is_too_large_closes_the_socket(anyone: Tenant) -> None:
    async with anyone.greeted() as socket:
        await socket.connection.send("x" * 1_000_001)
        assert (await socket.closed())[0] == 1009


async def test_only_the_path_of_graphql_speaks_websocket(anyone: Tenant) -> None:
    offer = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }  # fmt: skip
    async with http_client(anyone.url) as client:
        assert (await client.get("/healthz", headers=offer)).status_code == 200
        answer = await client.post("/graphql", json={"query": "{ __typename }"}, headers=offer)
        assert (answer.status_code, answer.json()) == (200, DATA)
        malformed = await client.get("/graphql", headers={**offer, "Sec-WebSocket-Key": "x"})
        assert malformed.status_code == 400
        long = await client.get("/graphql?query={__typename}", headers={**offer, "X": "x" * 9_000})
        assert (long.status_code, long.json()) == (200, DATA)
        many = {f"X-{number}": "x" for number in range(130)}
        answer = await client.get("/graphql?query={__typename}", headers={**offer, **many})
        assert (answer.status_code, answer.json()) == (200, DATA)


async def test_sockets_have_bounds(settings: Settings, tenant: str, secret: str) -> None:
    changed = settings.model_copy(update={"max_streams": 1})
    async with listening(create_app(changed)) as url:
        shop = Tenant(url, tenant, secret)
        async with shop.greeted(), shop.socket() as second:
            await Socket(second).send(type="connection_init", payload=shop.token())
            assert (await Socket(second).closed())[0] == 1013
            async with shop.socket():
                with pytest.raises(InvalidStatus) as refused:
                    await shop.socket()
                assert refused.value.response.status_code == 503


async def test_a_write_is_finished_though_its_client_has_left(shop: Tenant) -> None:
    async with shop.greeted(scopes="M") as socket:
        await socket.subscribe("m", CREATE)
        await socket.send(type="complete", id="m")
    async with shop.greeted() as socket:
        async with asyncio.timeout(10):
            while True:
                await socket.subscribe("q", '{ segment(id: "gold") { id } }')
                answer = await socket.next()
                await socket.next()
                if answer["payload"]["data"]["segment"]:
                    return
