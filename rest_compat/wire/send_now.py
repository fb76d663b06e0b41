"""Sending without waiting, where the client keeps up.

An ASGI extension of our own server.
"""

from typing import Final, Protocol

SEND_NOW: Final = "segments.send_now"
"""Its name among the extensions of a scope."""


class SendNow(Protocol):
    """Sends data now, unless it would have to wait.

    The data are messages of a WebSocket or parts of a response.
    """

    @staticmethod
    def framed(message: bytes) -> bytes:
        """Return the message as it is sent.

        It is the same for all connections of a kind.
        """

    def send_now(self, frame: bytes) -> bool:
        """Send a frame; return whether it was sent.

        The frame is a result of `framed`.
        """
