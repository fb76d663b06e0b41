"""Servers of tests that end while clients still connect."""

import asyncio

SETTLED = 0.01
"""Seconds in which connections that were accepted are made."""


async def stop_accepting(server: asyncio.Server) -> None:
    """Let no more clients connect. asyncio closes no connection that it accepts while its server closes."""
    loop = asyncio.get_running_loop()
    for listener in server.sockets:
        loop.remove_reader(listener.fileno())
    await asyncio.sleep(SETTLED)
