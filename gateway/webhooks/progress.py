"""The progress and failures of a webhook.

They are the columns of its row that deliveries change.
"""

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Self, TypeAlias

from models.sql.prepared import Row
from models.tables.columns import instant_text
from resolvers.changes.cursor import Position
from resolvers.webhook.vocabulary import WebhookStatus

FIRST_RETRY: Final = 5.0
LONGEST_RETRY: Final = 86_400.0
LONGEST_PROBE: Final = 300.0
"""Seconds between tries of a receiver that is away, while there are events that were not tried."""
MOST_REFUSALS: Final = 3
"""Tries of an event that the receiver refuses."""
LONGEST_FAILURE: Final = timedelta(days=5)
NEVER_SEEN: Final = 2**62
"""More than any number: no new change makes the webhook due."""
LANE: Final = ("segment_id", "customer_id", "item_type", "item_id", "group_id")
"""The columns of the key of records delivered in order."""
Delay: TypeAlias = Callable[[int], float]


def retry_delay(failures: int) -> float:
    """Seconds until the next try, with full jitter.

    They are from 5 to a bound that doubles, up to a day.
    """
    return random.uniform(FIRST_RETRY, min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(failures, 20)))  # noqa: S311


@dataclass(frozen=True, slots=True)
class Retry:
    """Tries of an undelivered event.

    `refusals` are those that were answered with 4xx.
    """

    tries: int
    refusals: int
    due: datetime

    def stored(self) -> Mapping[str, Any]:
        """The columns of the tries, as JSON."""
        return {"tries": self.tries, "refusals": self.refusals, "due": instant_text(self.due)}


@dataclass(slots=True)
class Progress:
    """A webhook's progress, changed by the outcomes of attempts.

    It is read from a row, and saved as `columns`.
    """

    position: Position
    acknowledged: set[int]
    retries: dict[int, Retry]
    failures: int
    failing_since: datetime | None
    next_attempt_at: datetime | None
    delay: Delay = retry_delay
    status: WebhookStatus = WebhookStatus.ACTIVE
    refused: list[dict[str, Any]] = field(default_factory=list)
    """Dead letters that are not saved yet."""
    _news: dict[str, Any] = field(default_factory=dict)
    """Columns with the last delivery and error."""

    @classmethod
    def of(cls, row: Row, delay: Delay) -> Self:
        """Make the progress of a row."""
        retries = {
            int(seq): Retry(retry["tries"], retry["refusals"], datetime.fromisoformat(retry["due"]))
            for seq, retry in row["retries"].items()
        }
        return cls(
            Position(row["epoch"], row["seq"]),
            set(row["acknowledged"]),
            retries,
            row["failures"],
            row["failing_since"],
            row["next_attempt_at"],
            delay,
        )

    def waiting(self, records: Sequence[Row]) -> list[Row]:
        """The records that are not delivered yet."""
        return [record for record in records if record["seq"] not in self.acknowledged]

    def due(self, records: Sequence[Row], now: datetime) -> list[list[Row]]:
        """The lanes to send now.

        A receiver that answers nothing gets one event, when its time has come.
        """
        lanes = lanes_of(self.waiting(records))
        if not self.failures:
            return [lane for lane in lanes if not self._is_parked(lane[0]["seq"], now)]
        if not lanes or (self.next_attempt_at is not None and self.next_attempt_at > now):
            return []
        return [min(lanes, key=lambda lane: self._tries(lane[0]["seq"]))[:1]]

    def has_untried(self, records: Sequence[Row]) -> bool:
        """Whether a lane begins with an untried event."""
        return any(lane[0]["seq"] not in self.retries for lane in lanes_of(self.waiting(records)))

    def received(self, seq: int, now: datetime) -> None:
        """Note the delivery of an event."""
        self._done(seq)
        self._news["delivered_at"] = now

    def failed(self, seq: int, now: datetime, reason: str, *, pause: float | None = None) -> None:
        """Schedule another try of the event."""
        self._try_again(seq, now, pause, refusals=0)
        self.note(now, reason)

    def refuse(self, record: Row, now: datetime, reason: str, status: int) -> bool:
        """Note a refusal; return whether it makes a dead letter."""
        seq = record["seq"]
        before = self.retries.get(seq)
        self.note(now, reason)
        if before is None or before.refusals + 1 < MOST_REFUSALS:
            self._try_again(seq, now, None, refusals=1)
            return False
        letter = {"epoch": self.position.epoch, "seq": seq, "type": record["type"]}
        self.refused.append({**letter, "reason": reason, "status_code": status, "at": now})
        self._done(seq)
        return True

    def note(self, now: datetime, reason: str) -> None:
        """Note an error and its time."""
        self.failing_since = self.failing_since or now
        self._news |= {"last_error": reason, "last_error_at": now}

    def back_off(self, now: datetime, pause: float | None = None) -> None:
        """Delay all tries: the receiver is away or busy.

        The delay is random, below a bound that grows with each failure; `pause` is the least delay, in
        seconds.
        """
        self.failures += 1
        seconds = max(min(self.delay(self.failures), LONGEST_PROBE), pause or 0.0)
        self.next_attempt_at = now + timedelta(seconds=seconds)

    def answered(self) -> None:
        """End the delay of all tries.

        Each event has its own time again.
        """
        self.failures, self.next_attempt_at = 0, None

    def settle(self, now: datetime, *, received: bool) -> None:
        """Judge a round: clear the failure, or disable the webhook.

        It is disabled where it has failed for LONGEST_FAILURE.
        """
        if received and not self.retries:
            self.failing_since = None
        elif self.failing_since is not None and now - self.failing_since >= LONGEST_FAILURE:
            self.disable()

    def disable(self) -> None:
        """Disable the webhook until a client enables it."""
        self.status = WebhookStatus.DISABLED

    def advance(self, unread: Collection[int], end: Position) -> None:
        """Move the position to the lowest undelivered number.

        Where all are delivered, move it to the end of what was read.
        """
        waiting = [seq for seq in unread if seq not in self.acknowledged]
        self.position = Position(end.epoch, min(waiting) - 1) if waiting else end
        self.acknowledged = {seq for seq in self.acknowledged if seq > self.position.seq}
        self.retries = {seq: retry for seq, retry in self.retries.items() if seq > self.position.seq}

    def columns(self, position: int) -> dict[str, Any]:
        """The columns to save.

        `seen` is the number up to which there is nothing to do but retries.
        """
        due = min((retry.due for retry in self.retries.values()), default=None)
        disabled = {"status": self.status} if self.status is WebhookStatus.DISABLED else {}
        return {
            "epoch": self.position.epoch,
            "seq": self.position.seq,
            "acknowledged": sorted(self.acknowledged),
            "retries": {str(seq): retry.stored() for seq, retry in sorted(self.retries.items())},
            "seen": position,
            "failures": self.failures,
            "failing_since": self.failing_since,
            "next_attempt_at": self.next_attempt_at or due,
            **self._news,
            **disabled,
        }

    def _is_parked(self, seq: int, now: datetime) -> bool:
        """Whether the event waits for its next try."""
        retry = self.retries.get(seq)
        return retry is not None and retry.due > now

    def _tries(self, seq: int) -> int:
        retry = self.retries.get(seq)
        return 0 if retry is None else retry.tries

    def _done(self, seq: int) -> None:
        self.acknowledged.add(seq)
        self.retries.pop(seq, None)

    def _try_again(self, seq: int, now: datetime, pause: float | None, *, refusals: int) -> None:
        before = self.retries.get(seq) or Retry(0, 0, now)
        tries = before.tries + 1
        due = now + timedelta(seconds=max(self.delay(tries), pause or 0.0))
        self.retries[seq] = Retry(tries, before.refusals + refusals, due)


def lane_of(record: Row) -> tuple[str | None, ...]:
    """The key of records delivered in order.

    It is one membership, one item or group in a segment, or a segment itself.
    """
    return tuple(record[name] for name in LANE)


def lanes_of(records: Sequence[Row]) -> list[list[Row]]:
    """The records by lane, in order of each lane's start."""
    lanes: dict[tuple[str | None, ...], list[Row]] = {}
    for record in records:
        lanes.setdefault(lane_of(record), []).append(record)
    return list(lanes.values())
