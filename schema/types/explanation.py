"""Answers to "why", as GraphQL shows them."""

from datetime import datetime
from enum import Enum
from typing import cast

import strawberry
from strawberry.scalars import JSON

from resolvers.explain import reason as explained
from resolvers.explain.reason import ReasonCode as Code


@strawberry.enum(description="What a reason is about.")
class ReasonCode(Enum):
    SEGMENT_LEADS_TO_ITEM = strawberry.enum_value(
        Code.SEGMENT_LEADS_TO_ITEM,
        description="A segment that holds the item, or a category that leads to it.",
    )
    ITEM_ASSIGNED = strawberry.enum_value(
        Code.ITEM_ASSIGNED, description="The item itself is in the segment."
    )
    CATEGORY_OF_PRODUCT_ASSIGNED = strawberry.enum_value(
        Code.CATEGORY_OF_PRODUCT_ASSIGNED, description="A category that the product is in is in the segment."
    )
    CATEGORY_BELOW_ASSIGNED = strawberry.enum_value(
        Code.CATEGORY_BELOW_ASSIGNED, description="A category below the category is in the segment."
    )
    CUSTOMER_ASSIGNED = strawberry.enum_value(
        Code.CUSTOMER_ASSIGNED, description="Whether the customer is assigned to the segment."
    )
    SEGMENT_ACTIVE = strawberry.enum_value(Code.SEGMENT_ACTIVE, description="Whether the segment is active.")
    SEGMENT_VALID = strawberry.enum_value(
        Code.SEGMENT_VALID, description="Whether the segment is valid now, where validity counts."
    )
    SEGMENT_ON_SITE = strawberry.enum_value(
        Code.SEGMENT_ON_SITE, description="Whether the segment belongs to the site."
    )
    ITEM_IN_NO_SEGMENT = strawberry.enum_value(
        Code.ITEM_IN_NO_SEGMENT, description="No segment leads to the item."
    )
    SEGMENT_UNKNOWN = strawberry.enum_value(Code.SEGMENT_UNKNOWN, description="There is no such segment.")
    ASSIGNED_BY_CLIENT = strawberry.enum_value(
        Code.ASSIGNED_BY_CLIENT, description="A client assigned the customer."
    )
    ASSIGNED_AUTOMATICALLY = strawberry.enum_value(
        Code.ASSIGNED_AUTOMATICALLY, description="The platform assigned the customer."
    )
    NOT_ASSIGNED = strawberry.enum_value(Code.NOT_ASSIGNED, description="There is no assignment.")
    EXCLUDED_BY_CLIENT = strawberry.enum_value(
        Code.EXCLUDED_BY_CLIENT,
        description="A client took the customer out of the segment: its rule does not bring them back.",
    )
    RULE_NOT_APPLIED = strawberry.enum_value(
        Code.RULE_NOT_APPLIED,
        description="The rule says otherwise: it is paused, off, or not applied to the customer yet.",
    )
    RULE_OF_OTHER_SUBJECT = strawberry.enum_value(
        Code.RULE_OF_OTHER_SUBJECT,
        description="The rule is about customers for themselves, or about those on behalf of a legal entity.",
    )
    CUSTOMER_UNKNOWN = strawberry.enum_value(
        Code.CUSTOMER_UNKNOWN,
        description="The gateway does not know the customer, or not as one who acts for the legal entity.",
    )
    CONDITION = strawberry.enum_value(
        Code.CONDITION, description="A condition of the rule on one value: what was `seen` and `expected`."
    )
    ALL = strawberry.enum_value(Code.ALL, description="Conditions of the rule that must all hold.")
    ANY = strawberry.enum_value(Code.ANY, description="Conditions of the rule of which one must hold.")
    NOT = strawberry.enum_value(Code.NOT, description="A condition of the rule that must not hold.")
    ANY_LEGAL_ENTITY = strawberry.enum_value(
        Code.ANY_LEGAL_ENTITY,
        description="A condition on legal entities, which must hold for one that the customer may act for.",
    )
    LEGAL_ENTITY = strawberry.enum_value(
        Code.LEGAL_ENTITY, description="Whether the condition holds for one of the legal entities."
    )


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
        """The reason as GraphQL shows it.

        Its members are values: with a resolver for each, a response takes twice as long.
        """
        return cls(
            holds=reason.holds,
            code=ReasonCode(reason.code),
            text=reason.text,
            seen=cast("JSON | None", reason.seen),
            expected=cast("JSON | None", reason.expected),
            since=reason.since,
            until=reason.until,
            reasons=[cls.of(one) for one in reason.reasons],
        )


@strawberry.type(description="An answer, and why it is so.")
class Explanation:
    holds: bool = strawberry.field(description="The answer.")
    because: list[Reason] = strawberry.field(
        description="The reasons, those that hold first. It holds where one of them does."
    )

    @classmethod
    def of(cls, explanation: explained.Explanation) -> "Explanation":
        """The explanation as GraphQL shows it."""
        return cls(holds=explanation.holds, because=[Reason.of(one) for one in explanation.because])
