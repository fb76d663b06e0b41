from datetime import timedelta
from typing import Any, cast

import pytest

from resolvers.rules.judging.judge import Moves
from resolvers.rules.judging.panel import Panel
from resolvers.rules.upkeep.early import EarlyMoves
from tests.resolvers.rules.contents import NOW, rule

PANEL = Panel([rule("gold")])
MOVES = cast("Moves", object())


def test_the_answer_is_taken_once() -> None:
    early = EarlyMoves(PANEL, ["anna", "ben"], NOW, MOVES)
    assert early.take(PANEL, {"ben", "anna"}, NOW) is MOVES
    assert early.take(PANEL, {"ben", "anna"}, NOW) is None


@pytest.mark.parametrize(
    "question",
    [
        (Panel([rule("gold")]), {"anna", "ben"}, NOW),
        (PANEL, {"anna"}, NOW),
        (PANEL, {"anna", "ben"}, NOW + timedelta(seconds=1)),
    ],
)
def test_another_question_has_no_early_answer(question: Any) -> None:
    assert EarlyMoves(PANEL, ["anna", "ben"], NOW, MOVES).take(*question) is None
