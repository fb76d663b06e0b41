from datetime import UTC, datetime

import pytest

from resolvers.errors import NotFound
from resolvers.writing.command import Create, Outcome, Record, Remove, Stamp

NOW = datetime(2026, 2, 1, tzinfo=UTC)


def test_a_precondition_sees_the_stored_row() -> None:
    rows: list[Record | None] = []
    command = Create(("gold",), {}, precondition=rows.append)
    command.check(None)
    command.check({"id": "gold"})
    assert rows == [None, {"id": "gold"}]
    Remove(("gold",)).check(None)


def test_a_stamp_has_the_columns_that_it_decides() -> None:
    assert Stamp().given == {}
    assert Stamp(version=2, modified_at=NOW).given == {"version": 2, "modified_at": NOW}


def test_an_outcome_raises_its_error() -> None:
    outcome = Outcome(("gold",))
    assert outcome.raised() is outcome
    with pytest.raises(NotFound):
        Outcome(("gold",), error=NotFound("gold")).raised()


def test_a_removal_takes_nothing_along() -> None:
    assert not Remove(("gold",)).takes_along
