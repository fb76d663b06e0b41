# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "asyncpg==0.32.0", "orjson==3.13.0", "uvicorn==0.54.0", "uvloop==0.23.0", "httptools==0.9.0",
# ]
# ///
"""As little as a Python server can do: PostgreSQL writes the whole answer, and we pass the text on.

No GraphQL is parsed: the operation's name says which statement to run. Nothing is verified, limited or
logged. It is no product, but a mark to measure the others by.
"""

import json
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

import asyncpg
import orjson
import uvicorn
from statements import STATEMENTS

Message = Mapping[str, Any]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
JSON_HEADERS = [(b"content-type", b"application/json")]


class Floor:
    """One statement for each request."""

    pool: asyncpg.Pool

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        body = await self._graphql(scope, receive) if scope["method"] == "POST" else await self._rest(scope)
        await send({"type": "http.response.start", "status": 200, "headers": JSON_HEADERS})
        await send({"type": "http.response.body", "body": body.encode()})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        settings = {"random_page_cost": "1.1", "jit": "off"}
        self.pool = await asyncpg.create_pool(
            os.environ["DATABASE_URL"], min_size=10, max_size=10, server_settings=settings, reset=_no_reset
        )
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.pool.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _graphql(self, scope: Message, receive: Receive) -> str:
        message = await receive()
        request = orjson.loads(message["body"])
        headers = dict(scope["headers"])
        values = list(request["variables"].values())
        if b"x-customer" in headers:
            values.append(headers[b"x-customer"].decode())
        return await self._fetch(request["operationName"], headers[b"x-tenant"].decode(), *values)

    async def _rest(self, scope: Message) -> str:
        _, tenant, _, *segment_id = scope["path"].strip("/").split("/")
        if segment_id:
            return await self._fetch("R1", tenant, *segment_id)
        [filters] = parse_qs(scope["query_string"].decode())["q"]
        wanted = dict(part.split(":") for part in filters.split())
        return await self._fetch("R2", tenant, wanted["siteCode"])

    async def _fetch(self, name: str, *values: str) -> str:
        async with self.pool.acquire() as connection:
            text: str | None = await connection.fetchval(STATEMENTS[name], *values)
        return text or json.dumps({"data": None})


async def _no_reset(_connection: asyncpg.Connection) -> None:
    """Nothing was set, so nothing is reset: a round trip saved."""


if __name__ == "__main__":
    uvicorn.run(
        Floor(),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
