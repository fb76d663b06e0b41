"""Delivery to one webhook under its lease.

A round reads what is behind the position, and sends its lanes side by side, each in order. A lane stops at
an event that failed, until that is due again. While the receiver answers nothing and
more is waiting to be sent, a round is one event, of those that were tried least.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final

import structlog

from gateway.background_task import background_task
from gateway.webhooks.message import Signer
from gateway.webhooks.post import Answer, Poster, PostFailed
from gateway.webhooks.progress import NEVER_SEEN, Delay, Progress, lanes_of, retry_delay
from models.connection.database import Database
from models.connection.driver import retrieve_exception
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
from resolvers.webhook.lease import Lease, release_lease, save_progress, take_lease
from resolvers.webhook.secrets import SecretsCipher
from resolvers.webhook.target import Target, parse_target
from resolvers.webhook.vocabulary import WebhookFormat, WebhookStatus, types_of

MOST_EVENTS: Final = 100
"""Events after the position in one batch."""
MOST_LANES: Final = 4
"""Requests to one webhook at a time."""
FAILURES_IN_A_ROUND: Final = 3
"""Failed requests in a row that end a round."""
LONGEST_TURN: Final = 30.0
"""Seconds of one webhook before others have their turn."""
SAVING_TIME: Final = 5.0
MARGIN: Final = 0.25
"""Seconds left of a lease after the longest attempt."""
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
        self._began = began
        self._stopping = stopping
        self._ends_at = began + delivering.lease_time
        self._is_lost = False
        self._progress = Progress.of(lease.row, delivering.delay)
        self._batch: ChangeBatch | None = None
        self._seen: int | None = None
        self._saving = asyncio.Lock()

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
        self._advance()  # a round that was cancelled did not
        columns = self._columns() | {"lease_until": None, "lease_owner": None, "served_at": self._now()}
        try:
            async with asyncio.timeout(SAVING_TIME):
                if not await self._save(columns):
                    await self._delivering.database.write(
                        lambda transaction: release_lease(transaction, self._lease)
                    )
        except (TimeoutError, *DATABASE_FAILURES) as failure:
            self._log("webhook progress was not saved", reason=str(failure))

    async def _round(self) -> bool:
        """Send due events; return whether to continue at once."""
        try:
            signer, target, headers = self._addressed()
            batch, sent = await self._read()
        except (CursorExpired, CursorUnknown) as failure:
            return self._disable(failure.message)
        except GatewayError as failure:
            return self._fail(failure.message)
        self._batch = batch
        self._progress.position = replace(self._progress.position, epoch=batch.end.epoch)
        waiting = [record for record in batch.records if record["seq"] not in self._progress.acknowledged]
        due = self._due(waiting)
        if due:
            async with background_task(self._renew_again_and_again()):
                await self._send(due, sent, _Receiver(signer, target, headers))
        self._advance()
        return self._has_more(bool(due), len(waiting))

    def _addressed(self) -> tuple[Signer, Target, Mapping[str, str]]:
        row, policy = self._lease.row, self._delivering.policy
        secrets = SecretsCipher(policy.webhook_keys).decrypted(
            self._lease.tenant, self._lease.webhook_id, row["secrets"]
        )
        rotates = row["rotates_until"] is not None and row["rotates_until"] > self._now()
        signing = [secrets.current, *([secrets.previous] if rotates and secrets.previous else [])]
        signer = Signer(self._lease.webhook_id, WebhookFormat(row["format"]), signing)
        target = parse_target(row["url"], allows_http=policy.webhooks_allow_private)
        return signer, target, secrets.headers

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

    def _due(self, waiting: Sequence[Row]) -> list[list[Row]]:
        """The lanes to send now.

        A receiver that answers nothing gets one event, when its time has come.
        """
        now, lanes = self._now(), lanes_of(waiting)
        if not self._progress.failures:
            return [lane for lane in lanes if not self._progress.is_parked(lane[0]["seq"], now)]
        next_attempt = self._progress.next_attempt_at
        if not lanes or (next_attempt is not None and next_attempt > now):
            return []
        return [min(lanes, key=lambda lane: self._progress.tries(lane[0]["seq"]))[:1]]

    async def _send(
        self, lanes: list[list[Row]], sent: Mapping[int, Mapping[str, Any]], receiver: "_Receiver"
    ) -> None:
        tally = _Tally()
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

    def _has_untried(self) -> bool:
        """Whether a lane begins with an untried event."""
        records, progress = self._batch.records if self._batch else (), self._progress
        waiting = [record for record in records if record["seq"] not in progress.acknowledged]
        return any(lane[0]["seq"] not in progress.retries for lane in lanes_of(waiting))

    async def _attempt(
        self, record: Row, event: Mapping[str, Any], receiver: "_Receiver", tally: "_Tally"
    ) -> bool:
        """Send one event; return whether its lane may go on."""
        try:
            answer = await self._post(event, receiver)
        except PostFailed as failure:
            tally.unanswered()
            self._progress.failed(record["seq"], self._now(), str(failure))
            return self._counted("failed", goes_on=False)
        return self._settled(record, answer, tally)

    async def _post(self, event: Mapping[str, Any], receiver: "_Receiver") -> Answer:
        signed, body = receiver.signer.message(event, int(self._now().timestamp()))
        return await self._delivering.poster.post(receiver.target, {**receiver.headers, **signed}, body)

    def _settled(self, record: Row, answer: Answer, tally: "_Tally") -> bool:
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

    def _judge(self, tally: "_Tally") -> None:
        now, progress = self._now(), self._progress
        is_away = tally.has_failure and not tally.has_answer and self._has_untried()
        if tally.pauses is not None or is_away:
            progress.back_off(now, tally.pauses)
        elif tally.has_answer or tally.has_failure:  # what failed has a retry of its own
            progress.answered()
        progress.settle(now, received=tally.has_receipt)
        if progress.status is WebhookStatus.DISABLED:
            self._log("webhook disabled")

    def _advance(self) -> None:
        if (batch := self._batch) is not None:
            self._progress.advance([record["seq"] for record in batch.records], batch.end)

    def _has_more(self, has_sent: bool, waiting: int) -> bool:
        """Whether to do another round.

        Where not, a change after `seen` makes the webhook due again.
        """
        batch, progress = self._batch, self._progress
        if batch is None or progress.status is WebhookStatus.DISABLED or progress.failures:
            return False
        if has_sent or (batch.has_more and not waiting):
            return True
        self._seen = NEVER_SEEN if batch.has_more else batch.end.seq
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
            receiver = _Receiver(*self._addressed())
            answer = await self._post(event, receiver)
            columns["test_status_code"] = answer.status
            if answer.status not in OK:
                columns["test_error"] = f"The status of the response was {answer.status}."
        except (PostFailed, GatewayError) as failure:
            columns["test_error"] = str(failure)
        columns["test_sent_at"] = self._now()
        self._is_lost = not await self._save(columns | self._lease_columns())

    def _may_send(self) -> bool:
        """Whether an attempt would end within the lease."""
        left = self._ends_at - monotonic()
        is_wanted = not (self._is_lost or self._stopping.is_set())
        return is_wanted and left > self._delivering.poster.seconds + MARGIN

    async def _renew_again_and_again(self) -> None:
        """Renew the lease and save progress while sending."""
        while not self._is_lost:
            await asyncio.sleep(self._delivering.poster.seconds / 3)
            began = monotonic()
            with suppress(*DATABASE_FAILURES):  # without renewal, nothing is sent when the lease is over
                self._advance()
                renewed = asyncio.create_task(self._save(self._columns() | self._lease_columns()))
                renewed.add_done_callback(retrieve_exception)
                if await asyncio.shield(renewed):
                    self._ends_at = began + self._delivering.lease_time
                else:
                    self._is_lost = True

    async def _save(self, columns: Mapping[str, Any]) -> bool:
        """Save progress; return whether deliveries may go on."""
        async with self._saving:
            refused, self._progress.refused = self._progress.refused, []
            is_saved = False
            try:
                row = await self._delivering.database.write(
                    lambda transaction: save_progress(transaction, self._lease, columns, refused)
                )
                is_saved = row is not None
            finally:
                if not is_saved:
                    self._progress.refused = [*refused, *self._progress.refused]
        return row is not None and row["version"] == self._lease.row["version"]

    def _columns(self) -> dict[str, Any]:
        position = self._progress.position.seq if self._seen is None else self._seen
        return self._progress.columns(position)

    def _lease_columns(self) -> dict[str, Any]:
        return {"lease_until": self._now() + timedelta(seconds=self._delivering.lease_time)}

    def _now(self) -> datetime:
        """The current time, by the clock of the database."""
        return self._lease.now + timedelta(seconds=monotonic() - self._began)

    def _log(self, event: str, **values: Any) -> None:
        _log.warning(event, tenant=self._lease.tenant, webhook=self._lease.webhook_id, **values)


@dataclass(frozen=True, slots=True)
class _Receiver:
    signer: Signer
    target: Target
    headers: Mapping[str, str]


@dataclass(slots=True)
class _Tally:
    """The outcomes of a round."""

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
