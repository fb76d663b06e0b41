"""A limit of the time to read written bytes."""

from gateway.server.counted_transport import CountedTransport


class SendClock:
    """Checks whether the client reads within the time limit.

    All bytes that were written up to a mark have to leave in time. Reaching the mark moves it to the bytes of
    now, so that answers one after another count as read.
    """

    def __init__(self, transport: CountedTransport, seconds: float, now: float) -> None:
        self._transport = transport
        self._seconds = seconds
        self._mark, self._marked_at = 0, now

    def is_late(self, now: float) -> bool:
        """Whether the client's time is over."""
        if self._transport.sent >= self._mark:
            self._mark, self._marked_at = self._transport.written, now
        return now - self._marked_at >= self._seconds
