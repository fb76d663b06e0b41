"""How long a client may take to read what was written to it."""

from gateway.server.whole_answers import WholeAnswers


class SendClock:
    """Knows whether all bytes that were written up to a mark have left in time.

    Reaching the mark moves it to the bytes of now, so that answers one after another count as read.
    """

    def __init__(self, answers: WholeAnswers, seconds: float, now: float) -> None:
        self._answers = answers
        self._seconds = seconds
        self._mark, self._marked_at = 0, now

    def is_late(self, now: float) -> bool:
        """Whether the client has had its time."""
        if self._answers.sent >= self._mark:
            self._mark, self._marked_at = self._answers.written, now
        return now - self._marked_at >= self._seconds
