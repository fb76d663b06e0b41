"""The arguments of Query's fields."""

from typing import Annotated

import strawberry

Id = Annotated[strawberry.ID, strawberry.argument(description="The contract's own id.")]
NodeId = Annotated[strawberry.ID, strawberry.argument(description="A `nodeId` of this schema.")]
NodeIds = Annotated[list[strawberry.ID], strawberry.argument(description="Ids as `nodeId` shows them.")]
ActsFor = Annotated[
    strawberry.ID | None, strawberry.argument(description="The legal entity that the customer acts for.")
]
OfCustomer = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="For this customer instead of the caller. Needs segment_read."),
]
OnlyActive = Annotated[
    bool, strawberry.argument(description="Only of active segments; always so in the own view.")
]
CustomerId = Annotated[strawberry.ID, strawberry.argument(description="The customer.")]
SiteOfSegments = Annotated[str, strawberry.argument(description="The site of the segments.")]
ProductIds = Annotated[list[strawberry.ID], strawberry.argument(description="Products; at most 10,000.")]
MatchedSegmentIds = Annotated[
    list[strawberry.ID], strawberry.argument(description="Segments; at most 10,000.")
]
FirstChanges = Annotated[int, strawberry.argument(description="At most so many, up to 1,000.")]
WaitSeconds = Annotated[
    int,
    strawberry.argument(
        description="Where there are no changes, wait for some, up to 30 seconds and at most as long "
        "as a request may take; then the batch is empty."
    ),
]
