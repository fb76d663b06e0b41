"""Mutations that put customers and items into segments, and take them out. They need segment_manage."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Protocol, TypeVar

import strawberry
from strawberry.scalars import JSON

from resolvers.customer_assignment import (
    assign_customer,
    customer_key,
    remove_customer,
    write_customer_assignments,
)
from resolvers.errors import GatewayError
from resolvers.item_assignment import assign_item, item_key, remove_item, write_item_assignments
from resolvers.writing.command import Outcome, Remove, Upsert
from schema.mutations.mutating import UserError, WriteEffect, effect_of, mutate_each, user_errors
from schema.mutations.written import written_nodes
from schema.types.customer_assignment import CustomerAssignment
from schema.types.item_assignment import ItemAssignment
from schema.vocabulary.context import Info
from schema.vocabulary.enums import ItemType
from schema.vocabulary.input.conversion import converted_at_once
from schema.vocabulary.node import Node
from schema.vocabulary.values import MIXIN_SCHEMAS, MIXINS
from schema.vocabulary.withheld import WITHHELD

Result = TypeVar("Result")

RESULTS = "One for each element, in their order; each is processed independently, some may fail."
WHOLE = "What is wrong with the whole request; then nothing was written."
INDEX = "The element's place in the input, from 0."
ELEMENT_ERRORS = "What is wrong with the element."
EXPECTED_VERSION = "Only if the stored assignment is at this version; left out, whatever it is at."

SegmentId = Annotated[strawberry.ID, strawberry.argument(description="The segment.")]
TypeOfItems = Annotated[ItemType, strawberry.argument(description="What the items are.")]
ItemIds = Annotated[
    list[strawberry.ID], strawberry.argument(description="The items to take out; at most 200.")
]


@converted_at_once
@strawberry.input(description="Which row of a customer in a segment.")
class CustomerKeyInput:
    customer_id: strawberry.ID = strawberry.field(description="The customer.")
    legal_entity_id: strawberry.ID | None = strawberry.field(
        default=None, description="On whose behalf; left out, the row of the private customer."
    )


@converted_at_once
@strawberry.input(description="A customer to assign, or whose assignment to replace.")
class CustomerAssignmentInput(CustomerKeyInput):
    mixins: JSON | None = strawberry.field(default=None, description=MIXINS)
    mixin_schemas: JSON | None = strawberry.field(default=None, description=MIXIN_SCHEMAS)
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


@converted_at_once
@strawberry.input(description="An item to assign, or whose assignment to replace.")
class ItemAssignmentInput:
    item_id: strawberry.ID = strawberry.field(description="The product or category.")
    mixins: JSON | None = strawberry.field(default=None, description=MIXINS)
    mixin_schemas: JSON | None = strawberry.field(default=None, description=MIXIN_SCHEMAS)
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


CustomersToAssign = Annotated[
    list[CustomerAssignmentInput], strawberry.argument(description="The customers to put in; at most 200.")
]
CustomersToRemove = Annotated[
    list[CustomerKeyInput], strawberry.argument(description="The customers to take out; at most 200.")
]
ItemsToAssign = Annotated[
    list[ItemAssignmentInput], strawberry.argument(description="The items to put in; at most 200.")
]


@strawberry.type(description="What became of one customer of the input.")
class CustomerAssignmentResult:
    index: int = strawberry.field(description=INDEX)
    customer_assignment: CustomerAssignment | None = strawberry.field(
        description=f"The assignment as it is now; null on failure, and after a removal. {WITHHELD}"
    )
    effect: WriteEffect | None = strawberry.field(description="What was done; null on failure.")
    user_errors: list[UserError] = strawberry.field(description=ELEMENT_ERRORS)


@strawberry.type(description="What became of one item of the input.")
class ItemAssignmentResult:
    index: int = strawberry.field(description=INDEX)
    item_assignment: ItemAssignment | None = strawberry.field(
        description=f"The assignment as it is now; null on failure, and after a removal. {WITHHELD}"
    )
    effect: WriteEffect | None = strawberry.field(description="What was done; null on failure.")
    user_errors: list[UserError] = strawberry.field(description=ELEMENT_ERRORS)


@strawberry.type(description="The answer of `segmentCustomersAssign`.")
class SegmentCustomersAssignPayload:
    results: list[CustomerAssignmentResult] = strawberry.field(description=RESULTS)
    user_errors: list[UserError] = strawberry.field(description=WHOLE)


@strawberry.type(description="The answer of `segmentCustomersRemove`.")
class SegmentCustomersRemovePayload:
    results: list[CustomerAssignmentResult] = strawberry.field(description=RESULTS)
    user_errors: list[UserError] = strawberry.field(description=WHOLE)


@strawberry.type(description="The answer of `segmentItemsAssign`.")
class SegmentItemsAssignPayload:
    results: list[ItemAssignmentResult] = strawberry.field(description=RESULTS)
    user_errors: list[UserError] = strawberry.field(description=WHOLE)


@strawberry.type(description="The answer of `segmentItemsRemove`.")
class SegmentItemsRemovePayload:
    results: list[ItemAssignmentResult] = strawberry.field(description=RESULTS)
    user_errors: list[UserError] = strawberry.field(description=WHOLE)


@strawberry.type
class AssignmentMutation:
    @strawberry.field(
        description="Put customers into a segment, or replace their assignments; at most 200. "
        "REST: `PUT /segments/{segmentId}/customers/bulk`."
    )
    async def segment_customers_assign(
        self, info: Info, segment_id: SegmentId, customers: CustomersToAssign
    ) -> SegmentCustomersAssignPayload:
        def assign(element: CustomerAssignmentInput) -> Upsert:
            key = customer_key(segment_id, element.customer_id, element.legal_entity_id)
            return assign_customer(key, assignment_document(element), info.context.policy)

        outcomes = await mutate_each(info, customers, assign, write_customer_assignments, ("customers",))
        return SegmentCustomersAssignPayload(
            results=await customer_results(info, outcomes), user_errors=user_errors(outcomes)
        )

    @strawberry.field(
        description="Take customers out of a segment; at most 200. A missing assignment is no error. "
        "REST: `DELETE /segments/{segmentId}/customers/bulk`."
    )
    async def segment_customers_remove(
        self, info: Info, segment_id: SegmentId, customers: CustomersToRemove
    ) -> SegmentCustomersRemovePayload:
        def remove(element: CustomerKeyInput) -> Remove:
            return remove_customer(customer_key(segment_id, element.customer_id, element.legal_entity_id))

        outcomes = await mutate_each(info, customers, remove, write_customer_assignments, ("customers",))
        return SegmentCustomersRemovePayload(
            results=await customer_results(info, outcomes), user_errors=user_errors(outcomes)
        )

    @strawberry.field(
        description="Put items of one type into a segment, or replace their assignments; at most 200. "
        "REST: `PUT /segments/{segmentId}/items/{type}/bulk`."
    )
    async def segment_items_assign(
        self, info: Info, segment_id: SegmentId, type: TypeOfItems, items: ItemsToAssign
    ) -> SegmentItemsAssignPayload:
        def assign(element: ItemAssignmentInput) -> Upsert:
            return assign_item(
                item_key(segment_id, type.value, element.item_id),
                assignment_document(element),
                info.context.policy,
            )

        outcomes = await mutate_each(info, items, assign, write_item_assignments, ("items",))
        return SegmentItemsAssignPayload(
            results=await _item_results(info, outcomes), user_errors=user_errors(outcomes)
        )

    @strawberry.field(
        description="Take items of one type out of a segment; at most 200. Nothing there is no error. "
        "REST: `DELETE /segments/{segmentId}/items/{type}/bulk`."
    )
    async def segment_items_remove(
        self, info: Info, segment_id: SegmentId, type: TypeOfItems, item_ids: ItemIds
    ) -> SegmentItemsRemovePayload:
        def remove(item_id: strawberry.ID) -> Remove:
            return remove_item(item_key(segment_id, type.value, item_id))

        outcomes = await mutate_each(info, item_ids, remove, write_item_assignments, ("itemIds",))
        return SegmentItemsRemovePayload(
            results=await _item_results(info, outcomes), user_errors=user_errors(outcomes)
        )


class AssignmentInput(Protocol):
    """What a client says of an assignment beside its key."""

    mixins: JSON | None
    mixin_schemas: JSON | None
    expected_version: int | None


def assignment_document(element: AssignmentInput) -> dict[str, Any]:
    """The contract's document of an assignment."""
    metadata = {"mixins": element.mixin_schemas, "version": element.expected_version}
    return {"mixins": element.mixins, "metadata": metadata}


async def customer_results(
    info: Info, outcomes: Sequence[Outcome] | GatewayError
) -> list[CustomerAssignmentResult]:
    """What became of each customer of the input."""
    return await element_results(
        info, outcomes, CustomerAssignment, CustomerAssignmentResult, "customer_assignment"
    )


async def _item_results(info: Info, outcomes: Sequence[Outcome] | GatewayError) -> list[ItemAssignmentResult]:
    return await element_results(info, outcomes, ItemAssignment, ItemAssignmentResult, "item_assignment")


async def element_results(
    info: Info,
    outcomes: Sequence[Outcome] | GatewayError,
    node_type: type[Node],
    result_type: Callable[..., Result],
    member: str,
) -> list[Result]:
    """What became of each element of the input; `member` is where a result has the assignment."""
    results = [] if isinstance(outcomes, GatewayError) else outcomes
    nodes = await written_nodes(info, node_type, results)
    return [
        result_type(
            index=index,
            effect=effect_of(outcome),
            user_errors=user_errors(outcome),
            **{member: node},
        )
        for index, (outcome, node) in enumerate(zip(results, nodes, strict=True))
    ]
