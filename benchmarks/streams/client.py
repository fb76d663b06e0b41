"""Clients of the streams of one gateway, as light as a client in Python can be."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks.runners.runner import SECRET
from gateway.identity.tokens import issue_token

TENANT: Final = "streams"
SCOPES: Final = ("customersegment.segment_read", "customersegment.segment_manage")
SUBSCRIPTION: Final = """
subscription { changes { changes { type segmentId version occurredAt document } cursor } }
"""
DOCUMENT: Final = {"name": {"en": "Winter sports"}, "siteCode": "main", "status": "ACTIVE"}


def authorization(seconds: int = 3_600) -> Mapping[str, str]:
    """The header of a caller who reads and writes, for so long."""
    token = issue_token(SECRET, TENANT, SCOPES, subject="benchmark", expires_in=seconds)
    return {"Authorization": f"Bearer {token}"}


async def write(client: httpx.AsyncClient, url: str, segment_id: str) -> float:
    """Write a segment; when its response came."""
    path = f"{url}/customer-segment/{TENANT}/segments/{segment_id}"
    response = await client.put(path, json=DOCUMENT, headers=authorization())
    response.raise_for_status()
    return time.perf_counter()


@asynccontextmanager
async def subscribed(url: str, seconds: int = 3_600) -> AsyncIterator[ClientConnection]:
    """A socket whose subscription has begun, with a token for so long."""
    async with connect(
        f"{url.replace('http', 'ws')}/graphql",
        subprotocols=[Subprotocol("graphql-transport-ws")],
        compression=None,
        proxy=None,
        max_size=None,
        ping_interval=None,  # browsers and graphql-ws send no pings
    ) as socket:
        await socket.send(
            orjson.dumps({"type": "connection_init", "payload": authorization(seconds)}).decode()
        )
        await socket.recv()
        message = {"id": "1", "type": "subscribe", "payload": {"query": SUBSCRIPTION}}
        await socket.send(orjson.dumps(message).decode())
        await socket.recv()
        yield socket


def changes_of(message: str | bytes) -> list[Any]:
    """The changes of a batch."""
    changes: list[Any] = orjson.loads(message)["payload"]["data"]["changes"]["changes"]
    return changes


async def rest_events(
    client: httpx.AsyncClient, url: str, opened: asyncio.Event, seconds: int = 3_600
) -> None:
    """Read the stream of the REST path until it ends, and throw it away."""
    headers = {**authorization(seconds), "Accept": "text/event-stream"}
    async with client.stream("GET", f"{url}/customer-segment/{TENANT}/changes", headers=headers) as response:
        response.raise_for_status()
        async for _ in response.aiter_raw():
            opened.set()
