"""Responses sent in one piece.

uvicorn writes the head of an answer and then its body: two system calls, two packets, and a client that
wakes up for half an answer. For a small one that is a sixth of the work.
"""

import asyncio
from typing import Any, Final

ANSWER: Final = b"HTTP/1.1 "
INTERIM: Final = (b"HTTP/1.1 100 ", b"HTTP/1.1 101 ")
"""Beginnings of complete messages, sent at once: the client waits for them."""


class WholeAnswers:
    """A transport that sends a head with its body.

    `written` counts the bytes that it was given.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""
        self.written = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write bytes; a head is held until the next write.

        uvicorn writes a head by itself.
        """
        self.written += len(data)
        if self._head:
            head, self._head = self._head, b""
            self._transport.writelines([head, data])
        elif data.startswith(ANSWER) and not data.startswith(INTERIM):
            self._head = data
        else:
            self._transport.write(data)

    @property
    def sent(self) -> int:
        """The number of bytes the system has taken.

        The client has read them, or few are missing.
        """
        return self.written - len(self._head) - self._transport.get_write_buffer_size()

    def flush(self) -> None:
        """Write a held head, since no body follows."""
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head)

    def close(self) -> None:
        """End the connection after all is sent."""
        self.flush()
        self._transport.close()
