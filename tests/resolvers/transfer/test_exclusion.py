from datetime import UTC, datetime

import pytest

from resolvers.errors import InvalidInput
from resolvers.policy import Policy
from resolvers.transfer.exclusion import exclusion_record, remove_exclusion, restore_exclusion
from resolvers.writing.command import Stamp

NOW = datetime(2026, 2, 1, tzinfo=UTC)
DOCUMENT = {
    "segmentId": "gold",
    "customerId": "anna",
    "legalEntityId": "acme",
    "metadata": {"createdAt": "2026-02-01T00:00:00.000Z"},
}
ROW = {"segment_id": "gold", "customer_id": "anna", "legal_entity_id": "acme", "created_at": NOW}


def test_a_record_comes_back_as_it_was() -> None:
    command = restore_exclusion(DOCUMENT, Policy())
    assert (command.key, command.content) == (("gold", "anna", "acme"), {})
    assert command.stamp == Stamp(created_at=NOW)
    assert exclusion_record(ROW) == DOCUMENT


def test_without_a_legal_entity_none_is_written() -> None:
    assert "legalEntityId" not in exclusion_record({**ROW, "legal_entity_id": ""})


def test_a_version_alone_is_no_stamp() -> None:
    document = {"segmentId": "gold", "customerId": "anna", "metadata": {"version": 2}}
    assert restore_exclusion(document, Policy()).stamp is None


def test_a_removal_has_the_key() -> None:
    assert remove_exclusion(DOCUMENT).key == ("gold", "anna", "acme")
    with pytest.raises(InvalidInput):
        remove_exclusion({"segmentId": "gold"})
