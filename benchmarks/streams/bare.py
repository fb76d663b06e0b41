"""A bare ASGI application that writes one message after another to all of its WebSockets."""

import asyncio
import os
from typing import Any

COUNT = int(os.environ.get("BARE_MESSAGES", "200"))
PAUSE = float(os.environ.get("BARE_PAUSE", "0.01"))

_sends: list[Any] = []


async def app(scope: Any, receive: Any, send: Any) -> None:
    """A client that sends a size starts the writing. A pause keeps two messages from leaving together."""
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    _sends.append(send)
    while (message := await receive())["type"] == "websocket.receive":
        text = "x" * int(message["text"])
        for _ in range(COUNT):
            for each in _sends:
                await each({"type": "websocket.send", "text": text})
            await asyncio.sleep(PAUSE)
