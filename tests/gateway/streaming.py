"""A gateway that listens, and clients that read its streams."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from gateway.identity.tokens import issue_token
from resolvers.caller import Scope
from tests.gateway.serving import http_client

LETTERS = {"R": Scope.READ, "O": Scope.READ_OWN, "M": Scope.MANAGE}
PATIENCE = 20
"""Seconds for what takes milliseconds: only a test that would fail waits so long."""


@dataclass(frozen=True)
class Event:
    """One server-sent event; a comment has its text as `comment`."""

    kind: str = ""
    data: str = ""
    id: str = ""
    comment: str | None = None

    @property
    def json(self) -> Any:
        return orjson.loads(self.data)


class Events:
    """The events of a response, one after another."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._chunks = response.aiter_text()
        self._text = ""

    async def next(self) -> Event | None:
        """The next event, comments left out; None where the response has ended."""
        while True:
            block = await self._block()
            if block is None or block.comment is None:
                return block

    async def _block(self) -> Event | None:
        while "\n\n" not in self._text:
            try:
                async with asyncio.timeout(PATIENCE):
                    self._text += await anext(self._chunks)
            except StopAsyncIteration:
                assert self._text == ""
                return None
        block, _, self._text = self._text.partition("\n\n")
        if block.startswith(":"):
            return Event(comment=block[1:])
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        if "retry" in fields:
            return Event(comment=block)
        return Event(fields.get("event", ""), fields.get("data", ""), fields.get("id", ""))

    async def rest(self) -> list[Event]:
        """All events up to the end."""
        events = []
        while (event := await self.next()) is not None:
            events.append(event)
        return events


@dataclass(frozen=True)
class Tenant:
    """Clients of one tenant of a gateway that listens."""

    url: str
    name: str
    secret: str

    def token(self, scopes: str = "R", customer: str | None = None, **claims: Any) -> dict[str, str]:
        """The header of somebody with a token."""
        held = [LETTERS[letter] for letter in scopes]
        token = issue_token(self.secret, self.name, held, customer_id=customer, **claims)
        return {"Authorization": f"Bearer {token}"}

    def client(self, scopes: str = "RM", customer: str | None = None) -> httpx.AsyncClient:
        return http_client(self.url, headers=self.token(scopes, customer), timeout=PATIENCE)

    async def put(self, *ids: str, path: str = "", **members: Any) -> None:
        """Write segments; with a path, what is below each."""
        document = {"name": {"en": "x"}, "siteCode": "main", "status": "ACTIVE", **members}
        async with self.client() as client:
            for one in ids:
                place = f"/customer-segment/{self.name}/segments/{one}{path}"
                response = await client.put(place, json={} if path else document)
                assert response.is_success, response.text

    async def delete(self, path: str) -> None:
        async with self.client() as client:
            response = await client.delete(f"/customer-segment/{self.name}/segments/{path}")
            assert response.is_success, response.text

    @asynccontextmanager
    async def rest(
        self, query: str = "", headers: Mapping[str, str] | None = None, **who: Any
    ) -> AsyncIterator[Events]:
        """The stream of the REST path."""
        async with (
            http_client(self.url, timeout=PATIENCE) as client,
            client.stream(
                "GET",
                f"/customer-segment/{self.name}/changes{query}",
                headers={**self.token(**who), "Accept": "text/event-stream", **(headers or {})},
            ) as response,
        ):
            yield Events(response)

    @asynccontextmanager
    async def graphql(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **who: Any,
    ) -> AsyncIterator[Events]:
        """GraphQL over server-sent events."""
        async with (
            http_client(self.url, timeout=PATIENCE) as client,
            client.stream(
                "POST",
                "/graphql",
                json={"query": query, "variables": dict(variables or {})},
                headers={**self.token(**who), "Accept": "text/event-stream", **(headers or {})},
            ) as response,
        ):
            yield Events(response)

    def socket(
        self,
        protocols: Sequence[str] = ("graphql-transport-ws",),
        origin: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> connect:
        """A WebSocket of /graphql, whose client has said nothing yet."""
        return connect(
            f"{self.url.replace('http', 'ws')}/graphql",
            subprotocols=[Subprotocol(name) for name in protocols] or None,
            origin=None if origin is None else Origin(origin),
            additional_headers=headers,
            compression=None,
            proxy=None,
            max_size=None,
        )

    @asynccontextmanager
    async def greeted(self, **who: Any) -> AsyncIterator["Socket"]:
        """A WebSocket whose client has said who they are."""
        async with self.socket() as connection:
            socket = Socket(connection)
            await socket.send(type="connection_init", payload=self.token(**who))
            assert await socket.next() == {"type": "connection_ack"}
            yield socket


class Socket:
    """A client of graphql-transport-ws."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, **message: Any) -> None:
        await self.connection.send(orjson.dumps(message).decode())

    async def next(self) -> Any:
        """The next message."""
        async with asyncio.timeout(PATIENCE):
            return orjson.loads(await self.connection.recv())

    async def subscribe(self, id_: str, query: str, **variables: Any) -> None:
        await self.send(id=id_, type="subscribe", payload={"query": query, "variables": variables})

    async def closed(self) -> tuple[int, str]:
        """Code and reason with which the server closes; nothing else may come before."""
        with pytest.raises(ConnectionClosed) as closed:
            async with asyncio.timeout(PATIENCE):
                await self.connection.recv()
        assert closed.value.rcvd is not None, "it closed without a word"
        return closed.value.rcvd.code, closed.value.rcvd.reason
