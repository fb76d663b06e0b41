"""Sending without waiting, where the client keeps up: an ASGI extension of our own server."""

from typing import Final, Protocol

SEND_NOW: Final = "segments.send_now"
"""Its name among the extensions of a scope."""


class SendNow(Protocol):
    """Sends messages of a WebSocket or parts of a response, unless they would have to wait."""

    @staticmethod
    def framed(message: bytes) -> bytes:
        """The message as it is sent, which is the same for all connections of a kind."""

    def send_now(self, frame: bytes) -> bool:
        """Send what `framed` made; whether it was sent."""
