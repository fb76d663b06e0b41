"""The messages of streams, sent alike to many clients."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from rest_compat.wire.send_now import SendNow

Around: TypeAlias = tuple[bytes, bytes]
"""The bytes before a message and behind it."""
NOTHING: Final[Around] = b"", b""


@dataclass(eq=False)
class StreamMessage:
    """A text, and the age of its newest change.

    The age is in seconds, None without a change. After the last message the stream ends: a client that went
    on would miss its changes.
    """

    text: str
    lag: float | None = None
    is_last: bool = False
    _frame: bytes = field(default=b"", init=False)
    _made_for: tuple[object, Around] | None = field(default=None, init=False)

    def frame(self, sender: SendNow, around: Around = NOTHING) -> bytes:
        """Return the message's frame for the sender.

        It is made once for all whose next frame is the same.
        """
        key = sender.framed, around
        if key != self._made_for:
            before, behind = around
            self._frame = sender.framed(b"".join((before, self.text.encode(), behind)))
            self._made_for = key
        return self._frame


Take: TypeAlias = Callable[[StreamMessage, Around], bool]
"""Sends a message with the bytes around it, unless it would have to wait; returns whether it was sent."""
