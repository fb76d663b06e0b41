"""When the builds of rules that failed are tried again."""

from collections.abc import Collection
from dataclasses import dataclass, field
from time import monotonic
from typing import Final, TypeAlias

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 300.0
"""Seconds: each failure in a row doubles the pause."""

RuleName: TypeAlias = tuple[str, str]
"""The tenant and the segment of a rule."""


@dataclass(frozen=True, slots=True)
class _Failed:
    """The failures in a row, and the time of the next try, in seconds of `time.monotonic`."""

    count: int
    next_try: float


@dataclass(frozen=True, slots=True)
class Retries:
    """The rules of one process whose last step failed."""

    _failed: dict[RuleName, _Failed] = field(default_factory=dict)

    def is_due(self, rule: RuleName) -> bool:
        """Whether the rule has not failed, or has had its pause."""
        failed = self._failed.get(rule)
        return failed is None or monotonic() >= failed.next_try

    def failed(self, rule: RuleName) -> float:
        """Count a failure; return the seconds until the next try."""
        count = self._failed[rule].count + 1 if rule in self._failed else 1
        pause = min(FIRST_PAUSE * 2.0 ** min(count - 1, 10), LONGEST_PAUSE)
        self._failed[rule] = _Failed(count, monotonic() + pause)
        return pause

    def succeeded(self, rule: RuleName) -> None:
        """Forget the failures of the rule."""
        self._failed.pop(rule, None)

    def forget_others(self, tenant: str, segment_ids: Collection[str]) -> None:
        """Forget the tenant's rules that are no longer under way."""
        for rule in [rule for rule in self._failed if rule[0] == tenant and rule[1] not in segment_ids]:
            del self._failed[rule]
