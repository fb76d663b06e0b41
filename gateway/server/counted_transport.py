"""A transport that counts the bytes it is given."""

import asyncio
from collections.abc import Sequence
from typing import Any


class CountedTransport:
    """Counts bytes, for the limit of the time to read them.

    `written` counts the bytes that it was given.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.is_closing = transport.is_closing
        self.written = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write bytes."""
        self.written += len(data)
        self._transport.write(data)

    def writelines(self, parts: Sequence[bytes]) -> None:
        """Write several parts in one piece."""
        self.written += sum(map(len, parts))
        self._transport.writelines(parts)

    @property
    def sent(self) -> int:
        """The number of bytes the system has taken.

        The client has read them, or few are missing.
        """
        return self.written - self._transport.get_write_buffer_size()
