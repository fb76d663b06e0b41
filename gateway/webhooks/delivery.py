"""Delivery to one webhook under its lease.

A round reads what is behind the position, and sends its lanes side by side, each in order. A lane stops at
an event that failed, until that is due again. While the receiver answers nothing and
more is waiting to be sent, a round is one event, of those that were tried least.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final

import structlog

from gateway.background_task import background_task
from gateway.webhooks.leased_progress import LeasedProgress
from gateway.webhooks.post import Answer, Poster, PostFailed
from gateway.webhooks.progress import NEVER_SEEN, Delay, Progress, retry_delay
from gateway.webhooks.receiver import Receiver, receiver_of
from gateway.webhooks.tally import Tally
from models.connection.database import Database
from models.connection.failure import DATABASE_FAILURES
from models.sql.prepared import Row
from models.tables.columns import instant_text
from resolvers.access import Reader
from resolvers.caller import Caller, Scope
from resolvers.changes.cursor import CursorSeal
from resolvers.changes.event import PREFIX, events
from resolvers.changes.read import ChangeBatch, ChangeFilter, read_changes
from resolvers.errors import CursorExpired, CursorUnknown, GatewayError
from resolvers.policy import Policy
from resolvers.webhook.lease import Lease, take_lease
from resolvers.webhook.vocabulary import WebhookStatus, types_of

MOST_EVENTS: Final = 100
"""Events after the position in one batch."""
MOST_LANES: Final = 4
"""Requests to one webhook at a time."""
LONGEST_TURN: Final = 30.0
"""Seconds of one webhook before others have their turn."""
OK: Final = range(200, 300)
REFUSED: Final = range(400, 500)
TRY_AGAIN: Final = frozenset({408, 425, 429})
GONE: Final = 410
PAUSING: Final = frozenset({429, 503})
TEST_TYPE: Final = f"{PREFIX}webhook-test"

Outcome = Callable[[str], None]
_log = structlog.get_logger(__name__)


def uncounted(_outcome: str) -> None:
    """Count nothing."""


@dataclass(frozen=True, slots=True)
class Delivering:
    """Shared values of a process's deliveries.

    `owner` names the process.
    """

    database: Database
    policy: Policy
    poster: Poster
    owner: str
    delay: Delay = retry_delay
    count: Outcome = uncounted

    @property
    def lease_time(self) -> float:
        """The seconds of a lease.

        They are enough for an attempt that begins before the lease is renewed.
        """
        return 2 * self.poster.seconds + 1


async def deliver(delivering: Delivering, tenant: str, webhook_id: str, stopping: asyncio.Event) -> None:
    """Deliver to a webhook until nothing is due.

    It does nothing where another process has the lease.
    """
    began = monotonic()
    duration = timedelta(seconds=delivering.lease_time)
    lease = await delivering.database.write(
        lambda transaction: take_lease(transaction, tenant, webhook_id, delivering.owner, duration)
    )
    if lease is not None:
        delivery = Delivery(delivering, lease, began, stopping)
        try:
            await delivery.run()
        finally:
            await delivery.release()


class Delivery:
    """The deliveries under one lease."""

    def __init__(self, delivering: Delivering, lease: Lease, began: float, stopping: asyncio.Event) -> None:
        self._delivering = delivering
        self._lease = lease
        self._stopping = stopping
        self._progress = Progress.of(lease.row, delivering.delay)
        self._leased = LeasedProgress(
            delivering.database,
            lease,
            self._progress,
            began=began,
            attempt=delivering.poster.seconds,
            lease_time=delivering.lease_time,
        )

    async def run(self) -> None:
        """Do rounds until nothing is due, or time is over.

        After LONGEST_TURN other webhooks have their turn.
        """
        row = self._lease.row
        if row["test_requested_at"] is not None and row["test_sent_at"] is None:
            await self._send_test()
        is_active = row["status"] == WebhookStatus.ACTIVE
        until = monotonic() + LONGEST_TURN
        while is_active and self._may_send() and await self._round() and monotonic() < until:
            pass

    async def release(self) -> None:
        """Save the progress, and release the lease."""
        try:
            await self._leased.release()
        except (TimeoutError, *DATABASE_FAILURES) as failure:
            self._log("webhook progress was not saved", reason=str(failure))

    async def _round(self) -> bool:
        """Send due events; return whether to continue at once."""
        try:
            receiver = self._receiver()
            batch, sent = await self._read()
        except (CursorExpired, CursorUnknown) as failure:
            return self._disable(failure.message)
        except GatewayError as failure:
            return self._fail(failure.message)
        self._leased.batch = batch
        self._progress.position = replace(self._progress.position, epoch=batch.end.epoch)
        waiting = self._progress.waiting(batch.records)
        due = self._progress.due(waiting, self._now())
        if due:
            async with background_task(self._leased.renew_again_and_again()):
                await self._send(due, sent, receiver)
        self._leased.advance()
        return self._has_more(bool(due), len(waiting))

    def _receiver(self) -> Receiver:
        return receiver_of(self._lease, self._delivering.policy, self._now())

    async def _read(self) -> tuple[ChangeBatch, Mapping[int, Mapping[str, Any]]]:
        """Read the batch behind the position, and its events.

        The events are by the number of their record. No snapshot is held after this.
        """
        row, tenant, policy = self._lease.row, self._lease.tenant, self._delivering.policy
        change_filter = ChangeFilter(types_of(row), row["segment_ids"])
        after = CursorSeal(policy.cursor_secret).cursor(tenant, self._progress.position)
        async with self._delivering.database.read() as snapshot:
            caller = Caller(tenant, frozenset({Scope.READ}), subject="webhooks")
            reader = Reader(caller, policy, snapshot, self._now())
            batch = await read_changes(reader, after, first=MOST_EVENTS, change_filter=change_filter)
            documents = await events(reader, batch)
        return batch, {record["seq"]: event for record, event in zip(batch.records, documents, strict=True)}

    async def _send(
        self, lanes: list[list[Row]], sent: Mapping[int, Mapping[str, Any]], receiver: Receiver
    ) -> None:
        tally = Tally()
        queue = iter(lanes)

        async def work() -> None:
            for lane in queue:
                for record in lane:
                    if not self._may_send() or tally.stops:
                        return
                    if not await self._attempt(record, sent[record["seq"]], receiver, tally):
                        break

        async with asyncio.TaskGroup() as group:
            for _ in range(min(MOST_LANES, len(lanes))):
                group.create_task(work())
        self._judge(tally)

    async def _attempt(self, record: Row, event: Mapping[str, Any], receiver: Receiver, tally: Tally) -> bool:
        """Send one event; return whether its lane may go on."""
        try:
            answer = await receiver.post(self._delivering.poster, event, self._now())
        except PostFailed as failure:
            tally.unanswered()
            self._progress.failed(record["seq"], self._now(), str(failure))
            return self._counted("failed", goes_on=False)
        return self._settled(record, answer, tally)

    def _settled(self, record: Row, answer: Answer, tally: Tally) -> bool:
        now, reason = self._now(), f"The status of the response was {answer.status}."
        if answer.status in OK:
            tally.received()
            self._progress.received(record["seq"], now)
            return self._counted("received", goes_on=True)
        if answer.status == GONE:
            tally.stops = True
            self._progress.note(now, reason)
            self._progress.disable()
            return self._counted("gone", goes_on=False)
        if answer.status in REFUSED and answer.status not in TRY_AGAIN:
            tally.answered()
            is_dead = self._progress.refuse(record, now, reason, answer.status)
            return self._counted("dead_letter" if is_dead else "refused", goes_on=is_dead)
        tally.unanswered()
        pause = answer.pause if answer.status in PAUSING else None
        tally.pause(pause)
        self._progress.failed(record["seq"], now, reason, pause=pause)
        return self._counted("failed", goes_on=False)

    def _counted(self, outcome: str, *, goes_on: bool) -> bool:
        self._delivering.count(outcome)
        return goes_on

    def _judge(self, tally: Tally) -> None:
        now, progress = self._now(), self._progress
        is_away = tally.has_failure and not tally.has_answer and progress.has_untried(self._leased.records)
        if tally.pauses is not None or is_away:
            progress.back_off(now, tally.pauses)
        elif tally.has_answer or tally.has_failure:  # what failed has a retry of its own
            progress.answered()
        progress.settle(now, received=tally.has_receipt)
        if progress.status is WebhookStatus.DISABLED:
            self._log("webhook disabled")

    def _has_more(self, has_sent: bool, waiting: int) -> bool:
        """Whether to do another round.

        Where not, a change after `seen` makes the webhook due again.
        """
        batch, progress = self._leased.batch, self._progress
        if batch is None or progress.status is WebhookStatus.DISABLED or progress.failures:
            return False
        if has_sent or (batch.has_more and not waiting):
            return True
        self._leased.seen = NEVER_SEEN if batch.has_more else batch.end.seq
        return False

    def _disable(self, reason: str) -> bool:
        self._progress.note(self._now(), f"{reason} webhookReplay says where to go on.")
        self._progress.disable()
        self._log("webhook disabled", reason=reason)
        return False

    def _fail(self, reason: str) -> bool:
        """Note an error of the webhook itself, and back off."""
        now = self._now()
        self._progress.note(now, reason)
        self._progress.back_off(now)
        self._progress.settle(now, received=False)
        return False

    async def _send_test(self) -> None:
        """Send the requested test event, and note its outcome."""
        columns: dict[str, Any] = {"test_error": None, "test_status_code": None}
        row = self._lease.row
        event = {
            "type": TEST_TYPE,
            "timestamp": instant_text(row["test_requested_at"]),
            "cursor": f"test {instant_text(row['test_requested_at'])}",
            "data": {"tenant": self._lease.tenant, "webhookId": self._lease.webhook_id},
        }
        try:
            receiver = self._receiver()
            answer = await receiver.post(self._delivering.poster, event, self._now())
            columns["test_status_code"] = answer.status
            if answer.status not in OK:
                columns["test_error"] = f"The status of the response was {answer.status}."
        except (PostFailed, GatewayError) as failure:
            columns["test_error"] = str(failure)
        await self._leased.note({**columns, "test_sent_at": self._now()})

    def _may_send(self) -> bool:
        return self._leased.has_time() and not self._stopping.is_set()

    def _now(self) -> datetime:
        return self._leased.now()

    def _log(self, event: str, **values: Any) -> None:
        _log.warning(event, tenant=self._lease.tenant, webhook=self._lease.webhook_id, **values)
