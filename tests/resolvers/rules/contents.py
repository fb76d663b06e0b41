"""Rules without a database."""

from datetime import UTC, datetime
from typing import Any, Final

from resolvers.rules.definition.content import RuleContent
from resolvers.rules.definition.rule import Rule
from resolvers.rules.vocabulary import Removal, RuleState, RuleSubject

NOW: Final = datetime(2026, 2, 1, tzinfo=UTC)


def content(
    q: str | None = None,
    *,
    where: dict[str, Any] | None = None,
    subject: RuleSubject = RuleSubject.CUSTOMER,
    time_zone: str = "UTC",
) -> RuleContent:
    return RuleContent(where, q, subject, time_zone)


def rule(
    segment_id: str,
    q: str = "email:a",
    *,
    state: RuleState = RuleState.ACTIVE,
    removal: Removal | None = None,
    **members: Any,
) -> Rule:
    return Rule(segment_id, content(q, **members), state, 1, NOW, NOW, None, 0, removal)
