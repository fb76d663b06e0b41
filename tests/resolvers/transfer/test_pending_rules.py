from typing import Any

from resolvers.errors import InvalidInput
from resolvers.rules.changing.restore import RuleToRestore
from resolvers.transfer.kind import KINDS_BY_NAME
from resolvers.transfer.line import Line
from resolvers.transfer.pending_rules import MOST_PENDING, PendingRules
from resolvers.transfer.rule import RestoreSegment
from resolvers.writing.command import Outcome, Remove
from tests.resolvers.rules.contents import content

SEGMENT = KINDS_BY_NAME["segment"]


def line(segment_id: str, q: str | None = "email:a") -> Line:
    rule = None if q is None else RuleToRestore(content(q))
    return Line(1, 10, SEGMENT, RestoreSegment((segment_id,), {}, rule=rule))


def added(*lines: Line, **outcome: Any) -> PendingRules:
    pending = PendingRules()
    pending.add(lines, [Outcome(("any",), **outcome) for _ in lines])
    return pending


def test_rules_wait_until_they_are_written() -> None:
    assert added(line("gold"))
    assert not added(line("gold", None))


def test_a_refused_line_has_no_rule() -> None:
    assert not added(line("gold"), error=InvalidInput("any"))


def test_a_deleted_segment_has_no_rule() -> None:
    assert not added(line("gold"), Line(2, 10, SEGMENT, Remove(("gold",))))


def test_pending_rules_are_bounded() -> None:
    lines = [line(f"s{number}") for number in range(MOST_PENDING)]
    assert not added(*lines[1:]).is_full
    assert added(*lines).is_full
    large = [line(f"s{number}", f"email:{number}{'a' * 9_000}") for number in range(900)]
    assert added(*large).is_full
