"""Rules of a data file, until its records are loaded.

A rule may ask for members of segments that come later in the file, and would assign customers
before their lines say since when they are assigned.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from models.cache import size_of
from resolvers.access import Writer
from resolvers.rules.changing.restore import restore_rules
from resolvers.transfer.line import Line
from resolvers.transfer.rule import RULE, RestoreSegment
from resolvers.writing.command import Outcome, Remove

MOST_PENDING: Final = 1_000
MOST_BYTES: Final = 8_000_000
"""Of rules in memory; where there are more, they are set before the records that follow."""


class PendingRules:
    """The last rule that the lines so far have said for each segment."""

    def __init__(self, lines: Mapping[str, Line] | None = None, size: int = 0) -> None:
        self._lines = dict(lines or {})
        self._size = size

    def __bool__(self) -> bool:
        return bool(self._lines)

    @property
    def is_full(self) -> bool:
        """Whether the rules should be written now."""
        return len(self._lines) >= MOST_PENDING or self._size >= MOST_BYTES

    @property
    def line_numbers(self) -> list[int]:
        """The lines that have the rules."""
        return sorted(line.number for line in self._lines.values())

    def copy(self) -> "PendingRules":
        """The same rules, to add others."""
        return PendingRules(self._lines, self._size)

    def add(self, lines: Iterable[Line], outcomes: Iterable[Outcome]) -> None:
        """Remember the rules of the lines that were carried out."""
        for line, outcome in zip(lines, outcomes, strict=True):
            if outcome.error is not None or line.kind is None or line.kind.name != "segment":
                continue
            match line.command:
                case Remove(key=(segment_id,)):
                    self._lines.pop(segment_id, None)
                case RestoreSegment(key=(segment_id,), rule=rule) if rule is not None:
                    command = RestoreSegment((segment_id,), {}, rule=rule)
                    self._lines[segment_id] = line._replace(command=command)
                    if rule.content is not None:
                        self._size += size_of(rule.content.where, rule.content.q)

    async def write(self, writer: Writer) -> list[tuple[Line, Outcome]]:
        """Set the rules, in one transaction; what became of each, in line order."""
        rules = {
            segment_id: line.command.rule
            for segment_id, line in self._lines.items()
            if isinstance(line.command, RestoreSegment) and line.command.rule is not None
        }
        outcomes = await restore_rules(writer, rules)
        for outcome in outcomes.values():
            if outcome.error is not None:
                outcome.error.under(RULE)
        done = [(line, outcomes[segment_id]) for segment_id, line in self._lines.items()]
        return sorted(done, key=lambda entry: entry[0].number)
