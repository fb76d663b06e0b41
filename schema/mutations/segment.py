"""Mutations for segments; they need the scope segment_manage."""

from collections.abc import Sequence
from typing import Annotated, TypeVar

import strawberry

from resolvers.errors import GatewayError, InvalidInput
from resolvers.segment.patch import parse_operations
from resolvers.segment.write import (
    PatchSegment,
    RemoveSegment,
    create_segment,
    upsert_segment,
    write_segment,
    write_segments,
)
from resolvers.values.document import expected_version as read_version
from resolvers.values.text import checked_segment_id
from resolvers.writing.command import Create, Outcome, Upsert
from schema.mutations.mutating import UserError, WriteEffect, effect_of, mutate, mutate_each, user_errors
from schema.mutations.segment_input import (
    JsonPatchOperation,
    SegmentCreateInput,
    SegmentsUpsertInput,
)
from schema.mutations.written import written_nodes
from schema.types.segment import Segment
from schema.types.segment_members import SegmentUpsertInput
from schema.vocabulary.context import Info
from schema.vocabulary.input.document import with_version
from schema.vocabulary.withheld import WITHHELD

SegmentId = Annotated[strawberry.ID, strawberry.argument(description="The segment.")]
ExpectedVersion = Annotated[
    int | None,
    strawberry.argument(
        description="Only if the stored segment is at this version; left out, whatever it is at."
    ),
]
ForceDelete = Annotated[
    bool, strawberry.argument(description="Delete the assignments of the segment as well, if it has any.")
]
NewSegment = Annotated[SegmentCreateInput, strawberry.argument(description="The segment to create.")]
NewSegments = Annotated[
    list[SegmentCreateInput], strawberry.argument(description="The segments to create; at most 200.")
]
WholeSegment = Annotated[SegmentUpsertInput, strawberry.argument(description="The segment as it shall be.")]
WholeSegments = Annotated[
    list[SegmentsUpsertInput], strawberry.argument(description="The segments as they shall be; at most 200.")
]
SegmentIds = Annotated[
    list[strawberry.ID], strawberry.argument(description="The segments to delete; at most 200.")
]
Operations = Annotated[
    list[JsonPatchOperation],
    strawberry.argument(description="What to change, one operation after the other; at most 200."),
]
BulkPayload = TypeVar("BulkPayload", bound="SegmentsPayload")

NULL_ON_FAILURE = f"The segment as it is now; null where there are `userErrors`. {WITHHELD}"
ERRORS = "What is wrong with the input; empty on success."


@strawberry.type(description="The answer of `segmentCreate`.")
class SegmentCreatePayload:
    segment: Segment | None = strawberry.field(description=NULL_ON_FAILURE)
    user_errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.type(description="The answer of `segmentUpsert`.")
class SegmentUpsertPayload:
    segment: Segment | None = strawberry.field(description=NULL_ON_FAILURE)
    effect: WriteEffect | None = strawberry.field(description="Whether it was created or replaced.")
    user_errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.type(description="The answer of `segmentPatch`.")
class SegmentPatchPayload:
    segment: Segment | None = strawberry.field(description=NULL_ON_FAILURE)
    user_errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.type(description="The answer of `segmentDelete`.")
class SegmentDeletePayload:
    deleted_segment_id: strawberry.ID | None = strawberry.field(
        description="The segment that was deleted; null where there was none, and that is no error."
    )
    user_errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.type(description="What became of one element of a bulk mutation.")
class SegmentResult:
    index: int = strawberry.field(description="The element's place in the input, from 0.")
    id: strawberry.ID | None = strawberry.field(
        description="The segment's id, where the element had a usable one."
    )
    segment: Segment | None = strawberry.field(description=f"The segment as it is now. {WITHHELD}")
    effect: WriteEffect | None = strawberry.field(description="What was done; null on failure.")
    user_errors: list[UserError] = strawberry.field(description="What is wrong with the element.")


@strawberry.type
class SegmentsPayload:
    results: list[SegmentResult] = strawberry.field(description="One for each element, in their order.")
    user_errors: list[UserError] = strawberry.field(
        description="What is wrong with the whole list; then nothing was written."
    )


BULK = "Elements are processed independently: some may fail."


@strawberry.type(description=f"The answer of `segmentsCreate`. {BULK}")
class SegmentsCreatePayload(SegmentsPayload):
    pass


@strawberry.type(description=f"The answer of `segmentsUpsert`. {BULK}")
class SegmentsUpsertPayload(SegmentsPayload):
    pass


@strawberry.type(description=f"The answer of `segmentsDelete`. {BULK}")
class SegmentsDeletePayload(SegmentsPayload):
    pass


@strawberry.type
class SegmentMutation:
    @strawberry.field(description="Create a segment. REST: `POST /segments`.")
    async def segment_create(self, info: Info, input: NewSegment) -> SegmentCreatePayload:
        policy = info.context.policy
        result = await mutate(info, lambda: create_segment(input.document(), policy), write_segment)
        return SegmentCreatePayload(
            segment=await _segment(info, result), user_errors=user_errors(result, "input")
        )

    @strawberry.field(description="Replace a segment, or create it. REST: `PUT /segments/{segmentId}`.")
    async def segment_upsert(
        self,
        info: Info,
        id: SegmentId,
        input: WholeSegment,
        expected_version: ExpectedVersion = None,
    ) -> SegmentUpsertPayload:
        def read() -> Upsert:
            return upsert_segment(id, with_version(input.document(), expected_version), info.context.policy)

        result = await mutate(info, read, write_segment)
        return SegmentUpsertPayload(
            segment=await _segment(info, result),
            effect=effect_of(result),
            user_errors=user_errors(result, "input", beside=("id", "expectedVersion")),
        )

    @strawberry.field(
        description="Change parts of a segment by JSON Patch, all operations or none. "
        "No operation at all changes nothing. REST: `PATCH /segments/{segmentId}`."
    )
    async def segment_patch(
        self,
        info: Info,
        id: SegmentId,
        operations: Operations,
        expected_version: ExpectedVersion = None,
    ) -> SegmentPatchPayload:
        def read() -> PatchSegment:
            parsed = parse_operations([operation.document() for operation in operations])
            version = read_version({"metadata": {"version": expected_version}})
            return PatchSegment((checked_segment_id(id, ("id",)),), parsed, expected_version=version)

        result = await mutate(info, read, write_segment)
        return SegmentPatchPayload(
            segment=await _segment(info, result),
            user_errors=user_errors(result, "operations", beside=("id", "expectedVersion")),
        )

    @strawberry.field(
        description="Delete a segment; nothing there is no error. REST: `DELETE /segments/{segmentId}`."
    )
    async def segment_delete(
        self, info: Info, id: SegmentId, force_delete: ForceDelete = False
    ) -> SegmentDeletePayload:
        def read() -> RemoveSegment:
            return RemoveSegment((checked_segment_id(id, ("id",)),), force_delete)

        result = await mutate(info, read, write_segment)
        deleted = effect_of(result) is WriteEffect.DELETED
        return SegmentDeletePayload(
            deleted_segment_id=id if deleted else None, user_errors=user_errors(result)
        )

    @strawberry.field(description="Create segments, at most 200. REST: `POST /segments/bulk`.")
    async def segments_create(self, info: Info, inputs: NewSegments) -> SegmentsCreatePayload:
        def create(element: SegmentCreateInput) -> Create:
            return create_segment(element.document(), info.context.policy)

        ids = [element.id for element in inputs]
        outcomes = await mutate_each(info, inputs, create, write_segments, ("inputs",))
        return await _bulk(info, SegmentsCreatePayload, outcomes, ids)

    @strawberry.field(description="Replace or create segments, at most 200. REST: `PUT /segments/bulk`.")
    async def segments_upsert(self, info: Info, inputs: WholeSegments) -> SegmentsUpsertPayload:
        def upsert(element: SegmentsUpsertInput) -> Upsert:
            return upsert_segment(element.id, element.document(), info.context.policy)

        ids = [element.id for element in inputs]
        outcomes = await mutate_each(info, inputs, upsert, write_segments, ("inputs",))
        return await _bulk(info, SegmentsUpsertPayload, outcomes, ids)

    @strawberry.field(description="Delete segments, at most 200. REST: `DELETE /segments/bulk`.")
    async def segments_delete(
        self, info: Info, ids: SegmentIds, force_delete: ForceDelete = False
    ) -> SegmentsDeletePayload:
        def remove(segment_id: strawberry.ID) -> RemoveSegment:
            return RemoveSegment((checked_segment_id(segment_id, ()),), force_delete)

        outcomes = await mutate_each(info, ids, remove, write_segments, ("ids",))
        return await _bulk(info, SegmentsDeletePayload, outcomes, ids)


async def _bulk(
    info: Info,
    payload: type[BulkPayload],
    outcomes: Sequence[Outcome] | GatewayError,
    ids: Sequence[strawberry.ID | None],
) -> BulkPayload:
    if isinstance(outcomes, GatewayError):
        return payload(results=[], user_errors=user_errors(outcomes))
    segments = await written_nodes(info, Segment, outcomes)
    results = [
        SegmentResult(
            index=index,
            id=strawberry.ID(outcome.key[0]) if outcome.key else _usable(segment_id),
            segment=segments[index],
            effect=effect_of(outcome),
            user_errors=user_errors(outcome),
        )
        for index, (outcome, segment_id) in enumerate(zip(outcomes, ids, strict=True))
    ]
    return payload(results=results, user_errors=[])


def _usable(segment_id: strawberry.ID | None) -> strawberry.ID | None:
    """The id of a failed element, if valid (behaviour D47)."""
    try:
        return strawberry.ID(checked_segment_id(segment_id, ()))
    except InvalidInput:
        return None


async def _segment(info: Info, result: Outcome | GatewayError) -> Segment | None:
    [segment] = await written_nodes(info, Segment, [result])
    return segment
