"""How long a stream outlives its token."""

import asyncio
import time
from contextlib import suppress
from typing import Final

import httpx
from websockets.exceptions import ConnectionClosed

from benchmarks.streams.client import rest_events, subscribed
from gateway.identity.tokens import DEFAULT_LEEWAY

LIFE: Final = 2 - DEFAULT_LEEWAY
"""Seconds until a token expires, without the leeway: its streams end after two seconds."""
STREAMS: Final = 50
"""Of each kind."""


async def latest_end(url: str) -> float:
    """Seconds from the end of a token, its leeway included, to that of the last of its streams."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=60, limits=limits) as client:
        streams = [stream for _ in range(STREAMS) for stream in (_socket(url), _events(client, url))]
        return max(await asyncio.gather(*streams))


async def _socket(url: str) -> float:
    ends = _end()
    async with subscribed(url, LIFE) as socket:
        with suppress(ConnectionClosed):
            await socket.recv()
    return time.time() - ends


async def _events(client: httpx.AsyncClient, url: str) -> float:
    ends = _end()
    await rest_events(client, url, asyncio.Event(), LIFE)
    return time.time() - ends


def _end() -> float:
    """When a token that is issued now ends: its times are whole seconds."""
    return int(time.time()) + LIFE + DEFAULT_LEEWAY
