from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.webhooks.progress import LONGEST_FAILURE, MOST_REFUSALS, Progress, lanes_of
from models.sql.prepared import Row
from resolvers.changes.cursor import Position
from resolvers.webhook.vocabulary import WebhookStatus

NOW = datetime(2026, 2, 1, tzinfo=UTC)
LATER = NOW + timedelta(seconds=10)
MEMBERS = ("customer_id", "legal_entity_id", "group_id", "item_type", "item_id")


def record(seq: int, segment_id: str) -> Row:
    return {"seq": seq, "type": "updated", "segment_id": segment_id, **dict.fromkeys(MEMBERS)}


def progress(**columns: Any) -> Progress:
    row: dict[str, Any] = {
        "epoch": "e",
        "seq": 4,
        "acknowledged": [],
        "retries": {},
        "failures": 0,
        "failing_since": None,
        "next_attempt_at": None,
    }
    return Progress.of({**row, **columns}, lambda tries: 10.0 * tries)


RECORDS = [record(5, "a"), record(6, "b"), record(7, "a")]


def numbers(lanes: list[list[Row]]) -> list[list[int]]:
    return [[record["seq"] for record in lane] for lane in lanes]


def test_a_lane_is_one_segment_in_order() -> None:
    assert numbers(lanes_of(RECORDS)) == [[5, 7], [6]]


def test_what_is_delivered_does_not_wait() -> None:
    received = progress()
    received.received(5, NOW)
    assert [record["seq"] for record in received.waiting(RECORDS)] == [6, 7]
    assert received.columns(4)["delivered_at"] == NOW


def test_a_lane_stops_at_its_failure_until_that_is_due() -> None:
    failing = progress()
    failing.failed(5, NOW, "no answer")
    assert numbers(failing.due(RECORDS, NOW)) == [[6]]
    assert numbers(failing.due(RECORDS, LATER)) == [[5, 7], [6]]
    assert failing.has_untried(RECORDS)
    failing.failed(6, NOW, "no answer")
    assert not failing.has_untried(RECORDS)


def test_a_silent_receiver_gets_the_event_that_was_tried_least() -> None:
    silent = progress()
    silent.failed(5, NOW, "no answer")
    silent.back_off(NOW)
    assert silent.due(RECORDS, NOW) == []
    assert numbers(silent.due(RECORDS, LATER)) == [[6]]
    silent.answered()
    assert numbers(silent.due(RECORDS, LATER)) == [[5, 7], [6]]


def test_refusals_make_a_dead_letter() -> None:
    refused = progress()
    assert [refused.refuse(RECORDS[0], NOW, "400", 400) for _ in range(MOST_REFUSALS)] == [
        *[False] * (MOST_REFUSALS - 1),
        True,
    ]
    assert refused.refused == [
        {"epoch": "e", "seq": 5, "type": "updated", "reason": "400", "status_code": 400, "at": NOW}
    ]
    assert refused.acknowledged == {5}


def test_the_position_moves_to_what_waits() -> None:
    moving = progress()
    moving.received(5, NOW)
    moving.received(7, NOW)
    moving.advance([5, 6, 7], Position("e", 7))
    assert (moving.position, moving.acknowledged) == (Position("e", 5), {7})
    moving.received(6, NOW)
    moving.advance([6, 7], Position("e", 9))
    assert (moving.position, moving.acknowledged) == (Position("e", 9), set())


def test_a_long_failure_disables() -> None:
    failing = progress()
    failing.failed(5, NOW, "no answer")
    failing.settle(NOW + LONGEST_FAILURE - timedelta(seconds=1), received=False)
    assert failing.status is WebhookStatus.ACTIVE
    failing.settle(NOW + LONGEST_FAILURE, received=False)
    assert failing.columns(4)["status"] is WebhookStatus.DISABLED


def test_a_delivery_without_retries_clears_the_failure() -> None:
    mended = progress()
    mended.failed(5, NOW, "no answer")
    mended.received(5, LATER)
    mended.settle(LATER, received=True)
    assert mended.failing_since is None
