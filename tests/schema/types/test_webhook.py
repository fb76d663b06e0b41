from datetime import UTC, datetime
from typing import Any

import pytest

from resolvers.webhook import vocabulary
from schema.types.webhook import Webhook, WebhookFormat, WebhookStatus

NOW = datetime(2026, 2, 1, tzinfo=UTC)
ROW: dict[str, Any] = {
    "id": "wh_1",
    "types": None,
    "segment_ids": None,
    "format": "EMPORIX",
    "status": "DISABLED",
    "head": 12,
    "seq": 7,
    "failures": 2,
    "retries": {},
    "test_requested_at": None,
    "test_sent_at": None,
    "test_status_code": None,
    "test_error": None,
}


def webhook(**members: Any) -> Any:
    return Webhook(row={**ROW, **members})


def test_words_are_those_of_the_row() -> None:
    assert webhook().format() is WebhookFormat.EMPORIX
    assert webhook().status() is WebhookStatus.DISABLED
    assert [str(value.value) for value in WebhookFormat] == [word.value for word in vocabulary.WebhookFormat]
    assert [str(value.value) for value in WebhookStatus] == [word.value for word in vocabulary.WebhookStatus]


@pytest.mark.parametrize(("head", "seq", "lag"), [(12, 7, 5), (7, 7, 0), (None, 7, 0), (3, 7, 0)])
def test_the_lag(head: int | None, seq: int, lag: int) -> None:
    assert webhook(head=head, seq=seq).lag() == lag


def test_failures_of_the_change_that_failed_most_often() -> None:
    assert webhook().failures() == 2
    assert webhook(retries={"8": {"tries": 5}, "9": {"tries": 1}}).failures() == 5


def test_a_test_is_shown_once_it_is_requested() -> None:
    assert webhook().last_test() is None
    test = webhook(test_requested_at=NOW, test_status_code=204).last_test()
    assert (test.requested_at, test.sent_at, test.status_code, test.error) == (NOW, None, 204, None)


def test_null_means_all() -> None:
    assert (webhook().types(), webhook().segment_ids()) == (None, None)
    assert webhook(segment_ids=["gold"]).segment_ids() == ["gold"]
