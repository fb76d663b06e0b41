"""Counts the outcomes of a round of deliveries."""

from dataclasses import dataclass
from typing import Final

FAILURES_IN_A_ROUND: Final = 3
"""Failed requests in a row that end a round."""


@dataclass(slots=True)
class Tally:
    """Counts the outcomes of a round.

    `pauses` are the seconds that the receiver needs.
    """

    has_receipt: bool = False
    has_answer: bool = False
    has_failure: bool = False
    stops: bool = False
    pauses: float | None = None
    _in_a_row: int = 0

    def received(self) -> None:
        self.has_receipt = True
        self.answered()

    def answered(self) -> None:
        self.has_answer = True
        self._in_a_row = 0

    def unanswered(self) -> None:
        self.has_failure = True
        self._in_a_row += 1
        self.stops = self.stops or self._in_a_row >= FAILURES_IN_A_ROUND

    def pause(self, seconds: float | None) -> None:
        if seconds is not None:
            self.pauses = max(self.pauses or 0.0, seconds)
            self.stops = True
