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


@strawberry.type(description="A condition that was looked at. With `reasons`, it holds where all of them do.")
class Reason:
    reason: strawberry.Private[explained.Reason]

    @strawberry.field(description="Whether the condition holds.")
    def holds(self) -> bool:
        return self.reason.holds

    @strawberry.field(description="What it is about.")
    def code(self) -> ReasonCode:
        return ReasonCode(self.reason.code)

    @strawberry.field(description="The same for people, in English.")
    def text(self) -> str:
        return self.reason.text

    @strawberry.field(description="What was found.")
    def seen(self) -> JSON | None:
        return cast("JSON | None", self.reason.seen)

    @strawberry.field(description="What would have to be found.")
    def expected(self) -> JSON | None:
        return cast("JSON | None", self.reason.expected)

    @strawberry.field(description="From when on it holds, or would.")
    def since(self) -> datetime | None:
        return self.reason.since

    @strawberry.field(description="Until when it holds, or did.")
    def until(self) -> datetime | None:
        return self.reason.until

    @strawberry.field(description="The conditions inside it.")
    def reasons(self) -> list["Reason"]:
        return [Reason(reason=one) for one in self.reason.reasons]


@strawberry.type(description="An answer, and why it is so.")
class Explanation:
    explanation: strawberry.Private[explained.Explanation]

    @strawberry.field(description="The answer.")
    def holds(self) -> bool:
        return self.explanation.holds

    @strawberry.field(description="The reasons, those that hold first. It holds where one of them does.")
    def because(self) -> list[Reason]:
        return [Reason(reason=one) for one in self.explanation.because]
