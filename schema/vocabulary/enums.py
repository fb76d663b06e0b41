"""Closed sets of words."""

from enum import Enum

import strawberry


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


@strawberry.enum(description="Which way to sort.")
class OrderDirection(Enum):
    ASC = strawberry.enum_value("ASC", description="Smallest first; missing values before all others.")
    DESC = strawberry.enum_value("DESC", description="Largest first; missing values after all others.")
