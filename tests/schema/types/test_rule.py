from typing import Any

import pytest

from resolvers.rules.read import ShownRule
from resolvers.rules.vocabulary import RuleState
from schema.filter.customer import CustomerWhere
from schema.filter.value import StringFilter
from schema.types.rule import SegmentRule, SegmentRuleInput
from tests.resolvers.rules.contents import NOW, rule


def shown(q: str, **members: Any) -> Any:
    return SegmentRule(shown=ShownRule(rule("gold", q, **members), NOW))


def test_an_input_is_the_document_of_a_rule() -> None:
    where = CustomerWhere(email=StringFilter(eq="a"))
    assert SegmentRuleInput(where=where).document() == {
        "where": {"email": {"eq": "a"}},
        "q": None,
        "subject": "CUSTOMER",
        "timeZone": "UTC",
    }
    assert SegmentRuleInput(q="email:a").document()["q"] == "email:a"


async def test_a_rule_is_shown_in_both_forms() -> None:
    written = shown("email:a")
    assert await written.q() == "email:a"
    assert await written.where() == {"email": {"eq": "a"}}


async def test_a_pattern_has_no_where() -> None:
    assert await shown("email:~a").where() is None


async def test_a_rule_that_cannot_be_read_is_shown_as_it_is() -> None:
    broken = shown("colour:red")
    assert broken.error().startswith("q: ")
    assert await broken.q() == "colour:red"
    assert await broken.where() is None


@pytest.mark.parametrize(
    ("q", "paths"), [("email:a", ["email"]), ("mixins.b.c:1 inSegment:vip", ["inSegment:vip", "mixins.b"])]
)
def test_what_a_rule_depends_on(q: str, paths: list[str]) -> None:
    assert shown(q).depends_on() == paths


def test_members_of_a_rule() -> None:
    paused = shown("email:a", state=RuleState.PAUSED, time_zone="Europe/Berlin")
    assert (paused.state(), paused.time_zone(), paused.version(), paused.evaluated_to()) == (
        RuleState.PAUSED,
        "Europe/Berlin",
        1,
        NOW,
    )
