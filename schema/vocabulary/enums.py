"""Closed sets of words."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar

import strawberry

from resolvers.changes.record import ChangeType
from resolvers.explain.reason import ReasonCode
from resolvers.membership import Membership
from resolvers.rules.vocabulary import RuleState, RuleSubject
from resolvers.writing.change import Cause as ChangeCause

__all__ = [
    "AssignmentType",
    "ChangeCause",
    "ChangeType",
    "ItemType",
    "Membership",
    "OrderDirection",
    "ReasonCode",
    "RuleState",
    "RuleSubject",
    "SegmentStatus",
    "UserType",
    "describe",
]

AnyEnum = TypeVar("AnyEnum", bound=Enum)


def describe(
    values: type[AnyEnum], description: str, descriptions: Mapping[AnyEnum, str], *, name: str | None = None
) -> None:
    """Make an enum of the domain one of GraphQL's, in which every value has a description."""
    enum: Any = strawberry.enum(values, name=name, description=description)
    for value in enum.__strawberry_definition__.values:
        value.description = descriptions[values[value.name]]


@strawberry.enum(description="Whether a segment takes effect.")
class SegmentStatus(Enum):
    ACTIVE = strawberry.enum_value("ACTIVE", description="Its customers see it, and its items match.")
    INACTIVE = strawberry.enum_value("INACTIVE", description="Only administrators see it.")


@strawberry.enum(description="How a customer came into a segment.")
class AssignmentType(Enum):
    MANUAL = strawberry.enum_value("MANUAL", description="Assigned by a client.")
    AUTOMATIC = strawberry.enum_value("AUTOMATIC", description="Derived by the platform.")


@strawberry.enum(description="What kind of thing is in a segment.")
class ItemType(Enum):
    PRODUCT = strawberry.enum_value("PRODUCT", description="A product.")
    CATEGORY = strawberry.enum_value(
        "CATEGORY", description="A category, and so the products directly in it."
    )


@strawberry.enum(description="Whom a group is of.")
class UserType(Enum):
    CUSTOMER = strawberry.enum_value("CUSTOMER", description="Customers: it may be in segments.")
    EMPLOYEE = strawberry.enum_value("EMPLOYEE", description="The shop's employees: it is in no segment.")


@strawberry.enum(description="Which way to sort.")
class OrderDirection(Enum):
    ASC = strawberry.enum_value("ASC", description="Smallest first; missing values before all others.")
    DESC = strawberry.enum_value("DESC", description="Largest first; missing values after all others.")


describe(
    ReasonCode,
    "What a reason is about.",
    {
        ReasonCode.SEGMENT_LEADS_TO_ITEM: "A segment that holds the item, or a category that leads to it.",
        ReasonCode.ITEM_ASSIGNED: "The item itself is in the segment.",
        ReasonCode.CATEGORY_OF_PRODUCT_ASSIGNED: "A category that the product is in is in the segment.",
        ReasonCode.CATEGORY_BELOW_ASSIGNED: "A category below the category is in the segment.",
        ReasonCode.CUSTOMER_ASSIGNED: "Whether the customer is assigned to the segment.",
        ReasonCode.GROUP_ASSIGNED: "A group that the customer is in is assigned to the segment.",
        ReasonCode.SEGMENT_ACTIVE: "Whether the segment is active.",
        ReasonCode.SEGMENT_VALID: "Whether the segment is valid now, where validity counts.",
        ReasonCode.SEGMENT_ON_SITE: "Whether the segment belongs to the site.",
        ReasonCode.ITEM_IN_NO_SEGMENT: "No segment leads to the item.",
        ReasonCode.SEGMENT_UNKNOWN: "There is no such segment.",
        ReasonCode.ASSIGNED_BY_CLIENT: "A client assigned the customer.",
        ReasonCode.ASSIGNED_AUTOMATICALLY: "The platform assigned the customer.",
        ReasonCode.NOT_ASSIGNED: "There is no assignment.",
        ReasonCode.EXCLUDED_BY_CLIENT: (
            "A client took the customer out of the segment: its rule does not bring them back."
        ),
        ReasonCode.RULE_NOT_APPLIED: (
            "The rule says otherwise: it is paused, off, or not applied to the customer yet."
        ),
        ReasonCode.RULE_OF_OTHER_SUBJECT: (
            "The rule is about customers for themselves, or about those on behalf of a legal entity."
        ),
        ReasonCode.CUSTOMER_UNKNOWN: (
            "The gateway does not know the customer, or not as one who acts for the legal entity."
        ),
        ReasonCode.CONDITION: "A condition of the rule on one value: what was `seen` and `expected`.",
        ReasonCode.ALL: "Conditions of the rule that must all hold.",
        ReasonCode.ANY: "Conditions of the rule of which one must hold.",
        ReasonCode.NOT: "A condition of the rule that must not hold.",
        ReasonCode.ANY_LEGAL_ENTITY: (
            "A condition on legal entities, which must hold for one that the customer may act for."
        ),
        ReasonCode.LEGAL_ENTITY: "Whether the condition holds for one of the legal entities.",
    },
)

describe(
    ChangeType,
    "What happened to which kind of record.",
    {
        ChangeType.SEGMENT_CREATED: "A new segment.",
        ChangeType.SEGMENT_UPDATED: "A write to the segment, which has a new version.",
        ChangeType.SEGMENT_DELETED: "The segment is gone.",
        ChangeType.CUSTOMER_ASSIGNMENT_CREATED: "A new customer assignment.",
        ChangeType.CUSTOMER_ASSIGNMENT_UPDATED: (
            "A write to the customer assignment, which has a new version."
        ),
        ChangeType.CUSTOMER_ASSIGNMENT_DELETED: "The customer assignment is gone.",
        ChangeType.ITEM_ASSIGNMENT_CREATED: "A new item assignment.",
        ChangeType.ITEM_ASSIGNMENT_UPDATED: "A write to the item assignment, which has a new version.",
        ChangeType.ITEM_ASSIGNMENT_DELETED: "The item assignment is gone.",
        ChangeType.GROUP_ASSIGNMENT_CREATED: "A new group assignment.",
        ChangeType.GROUP_ASSIGNMENT_UPDATED: "A write to the group assignment, which has a new version.",
        ChangeType.GROUP_ASSIGNMENT_DELETED: "The group assignment is gone.",
    },
)

describe(
    ChangeCause,
    "Why a record changed.",
    {
        ChangeCause.MANUAL: "A caller wrote it.",
        ChangeCause.IMPORT: "A data file was loaded.",
        ChangeCause.CASCADE: "It belonged to a record that was deleted.",
        ChangeCause.RULE: "The data of a customer changed, and a rule looks at it.",
        ChangeCause.ACTIVATION: "A rule was set, edited or removed.",
        ChangeCause.SCHEDULE: "Time passed, and a rule looks at it.",
    },
    name="ChangeCause",
)

describe(
    Membership,
    "How a customer is in a segment.",
    {
        Membership.DIRECT: "The customer is assigned themselves, whether a group is or not.",
        Membership.GROUP: "Only groups that the customer is in are assigned.",
    },
)

describe(
    RuleSubject,
    "Over what a rule ranges, and so which rows it writes.",
    {
        RuleSubject.CUSTOMER: "Customers: their assignments name no legal entity.",
        RuleSubject.CUSTOMER_OF_LEGAL_ENTITY: (
            "Customers with each legal entity that they may act for: their assignments are on behalf "
            "of it, and `legalEntity` in the condition is that one alone."
        ),
    },
)

describe(
    RuleState,
    "How far a rule has been applied.",
    {
        RuleState.BUILDING: "To customers that have changed since it was set, and bit by bit to the others.",
        RuleState.ACTIVE: "To all customers.",
        RuleState.PAUSED: "Its members stay as they are until it is set again.",
        RuleState.REMOVING: "To no customers: its members leave, or stay by hand, bit by bit.",
        RuleState.OFF: "The gateway applies no rules: SEGMENTS_RULES is false.",
    },
)
