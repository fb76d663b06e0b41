"""Mutations that put groups of customers into segments, and take them out. They need segment_manage."""

from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from resolvers.group_assignment import assign_group, group_key, remove_group, write_group_assignments
from resolvers.writing.command import Remove, Upsert
from schema.mutations.assignment import (
    ELEMENT_ERRORS,
    EXPECTED_VERSION,
    INDEX,
    RESULTS,
    WHOLE,
    SegmentId,
    assignment_document,
    element_results,
)
from schema.mutations.mutating import UserError, WriteEffect, mutate_each, user_errors
from schema.types.group_assignment import GroupAssignment
from schema.vocabulary.context import Info
from schema.vocabulary.input.conversion import converted_at_once
from schema.vocabulary.values import MIXIN_SCHEMAS, MIXINS
from schema.vocabulary.withheld import WITHHELD


@converted_at_once
@strawberry.input(description="A group to assign, or whose assignment to replace.")
class GroupAssignmentInput:
    group_id: strawberry.ID = strawberry.field(description="The group. One of employees is refused.")
    mixins: JSON | None = strawberry.field(default=None, description=MIXINS)
    mixin_schemas: JSON | None = strawberry.field(default=None, description=MIXIN_SCHEMAS)
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)


GroupsToAssign = Annotated[
    list[GroupAssignmentInput], strawberry.argument(description="The groups to put in; at most 200.")
]
GroupIds = Annotated[
    list[strawberry.ID], strawberry.argument(description="The groups to take out; at most 200.")
]


@strawberry.type(description="What became of one group of the input.")
class GroupAssignmentResult:
    index: int = strawberry.field(description=INDEX)
    group_assignment: GroupAssignment | None = strawberry.field(
        description=f"The assignment as it is now; null on failure, and after a removal. {WITHHELD}"
    )
    effect: WriteEffect | None = strawberry.field(description="What was done; null on failure.")
    user_errors: list[UserError] = strawberry.field(description=ELEMENT_ERRORS)


@strawberry.type(description="The answer of `segmentGroupsAssign`.")
class SegmentGroupsAssignPayload:
    results: list[GroupAssignmentResult] = strawberry.field(description=RESULTS)
    user_errors: list[UserError] = strawberry.field(description=WHOLE)


@strawberry.type(description="The answer of `segmentGroupsRemove`.")
class SegmentGroupsRemovePayload:
    results: list[GroupAssignmentResult] = strawberry.field(description=RESULTS)
    user_errors: list[UserError] = strawberry.field(description=WHOLE)


@strawberry.type
class GroupAssignmentMutation:
    @strawberry.field(
        description="Put groups of customers into a segment, or replace their assignments; at most 200. "
        "REST: `PUT /segments/{segmentId}/groups/{groupId}`."
    )
    async def segment_groups_assign(
        self, info: Info, segment_id: SegmentId, groups: GroupsToAssign
    ) -> SegmentGroupsAssignPayload:
        def assign(element: GroupAssignmentInput) -> Upsert:
            key = group_key(segment_id, element.group_id)
            return assign_group(key, assignment_document(element), info.context.policy)

        outcomes = await mutate_each(info, groups, assign, write_group_assignments, ("groups",))
        results = await element_results(
            info, outcomes, GroupAssignment, GroupAssignmentResult, "group_assignment"
        )
        return SegmentGroupsAssignPayload(results=results, user_errors=user_errors(outcomes))

    @strawberry.field(
        description="Take groups out of a segment; at most 200. Nothing there is no error. "
        "REST: `DELETE /segments/{segmentId}/groups/{groupId}`."
    )
    async def segment_groups_remove(
        self, info: Info, segment_id: SegmentId, group_ids: GroupIds
    ) -> SegmentGroupsRemovePayload:
        def remove(group_id: strawberry.ID) -> Remove:
            return remove_group(group_key(segment_id, group_id))

        outcomes = await mutate_each(info, group_ids, remove, write_group_assignments, ("groupIds",))
        results = await element_results(
            info, outcomes, GroupAssignment, GroupAssignmentResult, "group_assignment"
        )
        return SegmentGroupsRemovePayload(results=results, user_errors=user_errors(outcomes))
