from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest

from resolvers.policy import Policy
from resolvers.values.language import parse_accept_language
from schema.engine.plan.request import PlanRequest


def request(accept_language: str) -> PlanRequest:
    context: Any = SimpleNamespace(policy=Policy())
    return PlanRequest(
        context, cast("Any", None), cast("Any", None), [parse_accept_language(accept_language)]
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (None, None),
        ('"Gold"', "Gold"),
        ('{"de": "Gold", "en": "Golden"}', "Gold"),
        ('{"en": "Golden"}', "Golden"),
        ('{"de": " "}', None),
        ("{}", None),
    ],
)
def test_a_text_in_the_language_of_the_reader(text: str | None, shown: str | None) -> None:
    assert orjson.loads(orjson.dumps(request("de").shows_text(0)(text))) == shown


def test_fields_see_the_context() -> None:
    made = request("de")
    assert made.info.context is made.context
    assert made.info is made.info
