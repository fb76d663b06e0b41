"""Inputs for writing segments.

An input becomes the contract's document and is checked as such.
"""

from enum import Enum
from typing import Any

import strawberry
from strawberry.scalars import JSON

from resolvers.segment.members import CONTENT
from schema.types.segment_members import SegmentUpsertInput
from schema.vocabulary.input.conversion import converted_at_once
from schema.vocabulary.input.document import with_version


@converted_at_once
@strawberry.input(description="A new segment.")
class SegmentCreateInput(SegmentUpsertInput):
    id: strawberry.ID | None = strawberry.field(
        default=None, description="Its id, 1 to 128 of `A-Z a-z 0-9 _ . : ~ -`; left out, one is made."
    )

    def document(self) -> dict[str, Any]:
        return {**SegmentUpsertInput.document(self), "id": self.id}


@converted_at_once
@strawberry.input(description="One of many segments to replace or create.")
class SegmentsUpsertInput(SegmentUpsertInput):
    id: strawberry.ID | None = strawberry.field(
        default=None, description="The segment; left out, a new one is created."
    )
    expected_version: int | None = strawberry.field(
        default=None, description="Only if the stored segment is at this version."
    )

    def document(self) -> dict[str, Any]:
        return with_version(SegmentUpsertInput.document(self), self.expected_version)


@strawberry.enum(description="The operations of RFC 6902.")
class JsonPatchOp(Enum):
    ADD = strawberry.enum_value("add", description="Set a member, or insert into an array.")
    REMOVE = strawberry.enum_value("remove", description="Take away what is there.")
    REPLACE = strawberry.enum_value("replace", description="Set what is already there.")
    MOVE = strawberry.enum_value("move", description="Take away at `from` and add at `path`.")
    COPY = strawberry.enum_value("copy", description="Add at `path` what is at `from`.")
    TEST = strawberry.enum_value("test", description="Refuse the whole patch unless `path` has this value.")


_POINTERS = ", ".join(f"`/{'/'.join(member.content_path)}{member.inner_example}`" for member in CONTENT)


@converted_at_once
@strawberry.input(description=f"One operation on the segment as REST shows it: {_POINTERS}.")
class JsonPatchOperation:
    op: JsonPatchOp = strawberry.field(description="What to do.")
    path: str = strawberry.field(description="JSON Pointer to where.")
    from_: str | None = strawberry.field(
        default=None, name="from", description="JSON Pointer to the source of `MOVE` and `COPY`."
    )
    value: JSON | None = strawberry.field(
        default=strawberry.UNSET,
        description="For `ADD`, `REPLACE` and `TEST`. null takes a member away, except inside mixins.",
    )

    def document(self) -> dict[str, Any]:
        """The operation as RFC 6902 writes it."""
        value = {} if self.value is strawberry.UNSET else {"value": self.value}
        return {"op": self.op.value, "path": self.path, "from": self.from_, **value}
