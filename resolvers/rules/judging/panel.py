"""Rules that judge customers together."""

from collections.abc import Iterable, Sequence
from typing import Final

from resolvers.rules.definition.rule import Rule


class Panel:
    """Rules in the order of their subjects; the bit `1 << n` stands for the one with the number `n`."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules: Final[Sequence[Rule]] = sorted(rules, key=lambda rule: rule.subject)
        self.segment_ids: Final = [rule.segment_id for rule in self.rules]
        self.bit_of: Final = {segment_id: 1 << number for number, segment_id in enumerate(self.segment_ids)}
        self.statement: Final = tuple(rule.content.identity for rule in self.rules)
        """What its statements depend on."""
