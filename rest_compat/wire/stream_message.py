"""What a stream tells its client, sent alike to many."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from rest_compat.wire.send_now import SendNow

Around: TypeAlias = tuple[bytes, bytes]
"""What stands before a message and behind it."""
NOTHING: Final[Around] = b"", b""


@dataclass(eq=False)
class StreamMessage:
    """A text, and the age of its newest change in seconds, where there is one.

    After the last one the stream ends: a client that went on would miss its changes.
    """

    text: str
    lag: float | None = None
    is_last: bool = False
    _frame: bytes = field(default=b"", init=False)
    _made_for: tuple[object, Around] | None = field(default=None, init=False)

    def frame(self, sender: SendNow, around: Around = NOTHING) -> bytes:
        """What the sender sends. It is made once for all whose next frame is the same."""
        key = sender.framed, around
        if key != self._made_for:
            before, behind = around
            self._frame = sender.framed(b"".join((before, self.text.encode(), behind)))
            self._made_for = key
        return self._frame


Take: TypeAlias = Callable[[StreamMessage, Around], bool]
"""Sends a message with what is around it, unless that would have to wait; whether it was sent."""
