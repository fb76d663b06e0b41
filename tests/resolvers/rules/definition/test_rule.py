from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from resolvers.rules.definition.rule import Rule
from resolvers.rules.vocabulary import Removal, RuleState
from tests.resolvers.rules.contents import rule

NOW = datetime(2026, 2, 1, tzinfo=UTC)
ROW: dict[str, Any] = {
    "segment_id": "gold",
    "condition": None,
    "q": "email:a",
    "subject": "CUSTOMER",
    "time_zone": "Europe/Berlin",
    "state": "BUILDING",
    "version": 3,
    "created_at": NOW,
    "modified_at": NOW,
    "built_customer_id": "anna",
    "built_legal_entity_id": "",
    "built_keys": 7,
    "removal": None,
}


def test_a_rule_of_a_row() -> None:
    stored = Rule.of(ROW)
    assert stored.name == ("gold", 3, NOW)
    assert (stored.state, stored.built_to, stored.built_keys) == (RuleState.BUILDING, ("anna", ""), 7)
    assert stored.zone == ZoneInfo("Europe/Berlin")
    assert Rule.of({**ROW, "built_customer_id": None}).built_to is None


def test_a_rule_under_removal() -> None:
    stored = Rule.of({**ROW, "state": "PAUSED", "removal": "STAY"})
    assert (stored.state, stored.removal) == (RuleState.REMOVING, Removal.STAY)


@pytest.mark.parametrize(
    ("state", "q", "is_applied"),
    [
        (RuleState.ACTIVE, "email:a", True),
        (RuleState.BUILDING, "email:a", True),
        (RuleState.PAUSED, "email:a", False),
        (RuleState.REMOVING, "email:a", False),
        (RuleState.ACTIVE, "colour:a", False),
    ],
)
def test_whether_a_rule_is_applied(state: RuleState, q: str, *, is_applied: bool) -> None:
    assert rule("gold", q, state=state).is_applied is is_applied


def test_a_rule_depends_on_mixins_as_a_whole() -> None:
    stored = rule("gold", "mixins.shop.turnover:5")
    assert stored.looks_at == {"mixins.shop.turnover", "loadedInto:gold"}
    assert stored.depends_on == {"mixins.shop", "loadedInto:gold"}


def test_an_unreadable_rule_has_the_zone_utc() -> None:
    assert rule("gold", "colour:a", time_zone="Nowhere/None").zone is UTC
