"""Sending without waiting, where the client keeps up: an ASGI extension of our own server."""

from typing import Final, Protocol

SEND_NOW: Final = "segments.send_now"
"""Its name among the extensions of a scope."""


class SendNow(Protocol):
    """Sends a message of a WebSocket or a part of a response, unless it would have to wait."""

    def __call__(self, *parts: bytes) -> bool:
        """Return whether the message was sent, which consists of the parts."""
