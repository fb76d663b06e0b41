"""The other end of a connection, as the server's protocol sees it."""

import asyncio
from typing import Any


class Wire(asyncio.Transport):
    """What a connection is told to do: what is written, write by write, and whether it is closed.

    The client reads at once, but for the last `unread` bytes.
    """

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.unread = 0
        self.is_closed = False
        self.is_aborted = False

    @property
    def sent(self) -> bytes:
        return b"".join(self.writes)

    def write(self, data: Any) -> None:
        self.writes.append(bytes(data))

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_aborted = True

    def get_write_buffer_size(self) -> int:
        return self.unread

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...
