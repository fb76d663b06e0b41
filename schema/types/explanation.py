"""The GraphQL types for explanations.

An explanation answers "why".
"""

from datetime import datetime
from typing import cast

import strawberry
from strawberry.scalars import JSON

from resolvers.explain import reason as explained
from schema.vocabulary.enums import ReasonCode


@strawberry.type(
    description="A condition that was looked at. With `reasons`, it holds where all of them do; with the "
    "code ANY or ANY_LEGAL_ENTITY, where one of them does; with NOT, where none does."
)
class Reason:
    holds: bool = strawberry.field(description="Whether the condition holds.")
    code: ReasonCode = strawberry.field(description="What it is about.")
    text: str = strawberry.field(description="The same for people, in English.")
    seen: JSON | None = strawberry.field(description="What was found.")
    expected: JSON | None = strawberry.field(description="What would have to be found.")
    since: datetime | None = strawberry.field(description="From when on it holds, or would.")
    until: datetime | None = strawberry.field(
        description="Until when it holds, or did; of a rule, while only time passes."
    )
    reasons: list["Reason"] = strawberry.field(description="The conditions inside it.")

    @classmethod
    def of(cls, reason: explained.Reason) -> "Reason":
        """Convert a reason to its GraphQL type.

        Its members are values: with a resolver for each, a response takes twice as long.
        """
        return cls(
            holds=reason.holds,
            code=reason.code,
            text=reason.text,
            seen=cast("JSON | None", reason.seen),
            expected=cast("JSON | None", reason.expected),
            since=reason.since,
            until=reason.until,
            reasons=[cls.of(inner) for inner in reason.reasons],
        )


@strawberry.type(description="An answer, and why it is so.")
class Explanation:
    holds: bool = strawberry.field(description="The answer.")
    because: list[Reason] = strawberry.field(
        description="The reasons, those that hold first. It holds where one of them does."
    )

    @classmethod
    def of(cls, explanation: explained.Explanation) -> "Explanation":
        """Convert an explanation to its GraphQL type."""
        return cls(holds=explanation.holds, because=[Reason.of(reason) for reason in explanation.because])
