from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import String, literal_column

from models.tables.segment import segment
from resolvers.caller import ANONYMOUS, Caller, Scope
from resolvers.errors import Forbidden, Unauthenticated
from resolvers.policy import Policy
from resolvers.visibility import (
    if_visible,
    in_own_view,
    is_active,
    is_active_row,
    reads_something,
    sees_all,
    visible_item_assignments,
    visible_segments,
    writes_beyond_own_view,
)
from tests.resolvers.readers import ANNA, NOW, STAFF, reader_of

WRITER = Caller("shop", frozenset({Scope.MANAGE}))
ENFORCED = Policy(enforce_validity=True)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("caller", "reads", "writes_beyond"),
    [(STAFF, True, False), (ANNA, True, False), (WRITER, False, True), (ANONYMOUS, False, False)],
)
def test_views_of_callers(caller: Caller, *, reads: bool, writes_beyond: bool) -> None:
    reader = reader_of(caller)
    assert reads_something(reader) is reads
    assert writes_beyond_own_view(reader.caller) is writes_beyond


def test_who_may_not_read_is_refused() -> None:
    assert sees_all(reader_of(STAFF))
    assert not sees_all(reader_of(ANNA))
    with pytest.raises(Forbidden):
        sees_all(reader_of(WRITER))
    with pytest.raises(Unauthenticated):
        sees_all(reader_of(ANONYMOUS))


def test_staff_see_every_row() -> None:
    for condition in (visible_segments, visible_item_assignments):
        assert str(condition(reader_of(STAFF))) == "true"
        assert str(condition(reader_of(ANNA))) != "true"
    column = literal_column("id", String())
    assert if_visible(reader_of(STAFF), column) is column


def test_validity_counts_where_it_is_enforced() -> None:
    assert str(is_active(reader_of())) == "segment.status = :status_1"
    assert " ".join(str(is_active(reader_of(policy=ENFORCED))).split()) == (
        "segment.status = :status_1 AND (segment.valid_from IS NULL OR segment.valid_from <= :now) "
        "AND (segment.valid_to IS NULL OR segment.valid_to > :now)"
    )


@pytest.mark.parametrize(
    ("row", "policy", "is_shown"),
    [
        ({"status": "INACTIVE"}, Policy(), False),
        ({"valid_to": NOW - SECOND}, Policy(), True),
        ({"valid_to": NOW}, ENFORCED, False),
        ({"valid_to": NOW + SECOND}, ENFORCED, True),
        ({"valid_from": NOW}, ENFORCED, True),
        ({"valid_from": NOW + SECOND}, ENFORCED, False),
    ],
)
def test_an_active_row(row: dict[str, Any], policy: Policy, *, is_shown: bool) -> None:
    whole = {"status": "ACTIVE", "valid_from": None, "valid_to": None, **row}
    assert is_active_row(whole, policy, NOW) is is_shown


def test_the_own_view_of_a_caller_who_reads_all() -> None:
    both = Caller("shop", frozenset({Scope.READ, Scope.READ_OWN}), customer_id="anna")
    assert in_own_view(both).scopes == {Scope.READ_OWN}
    with pytest.raises(Forbidden):
        in_own_view(STAFF)
    assert segment.name == "segment"
