"""What mutations take to write a segment; it becomes the contract's document and is checked as that."""

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry
from strawberry.scalars import JSON

from resolvers.errors import InvalidInput
from schema.enums import SegmentStatus
from schema.localized import TranslationInput
from schema.values import MIXINS

MIXIN_SCHEMAS = "A map from mixin name to the absolute URL of its schema."


@strawberry.input(description="A window of time; an end that is left out or null is open.")
class ValidityInput:
    from_: datetime | None = strawberry.field(default=None, name="from", description="From this instant on.")
    to: datetime | None = strawberry.field(
        default=None, description="Until just before this instant; not before `from`."
    )

    def document(self) -> dict[str, Any]:
        return {"from": self.from_, "to": self.to}


@strawberry.input(description="A whole segment: what is left out or null is not kept from before.")
class SegmentUpsertInput:
    name: list[TranslationInput] = strawberry.field(
        description="Its name, each language once; at least one text that is not blank."
    )
    site_code: str = strawberry.field(description="The site that it belongs to; not blank.")
    description: list[TranslationInput] | None = strawberry.field(
        default=None, description="Its description, each language once."
    )
    status: SegmentStatus | None = strawberry.field(
        default=SegmentStatus.INACTIVE, description="Whether it takes effect."
    )
    validity: ValidityInput | None = strawberry.field(default=None, description="When it is valid.")
    mixins: JSON | None = strawberry.field(default=None, description=MIXINS)
    mixin_schemas: JSON | None = strawberry.field(default=None, description=MIXIN_SCHEMAS)

    def document(self) -> dict[str, Any]:
        """The contract's document, not yet checked. Raises InvalidInput for a language given twice."""
        return {
            "name": translations_document(self.name, "name"),
            "description": translations_document(self.description or [], "description"),
            "status": self.status and self.status.value,
            "siteCode": self.site_code,
            "validity": self.validity and self.validity.document(),
            "mixins": self.mixins,
            "metadata": {"mixins": self.mixin_schemas},
        }


@strawberry.input(description="A new segment.")
class SegmentCreateInput(SegmentUpsertInput):
    id: strawberry.ID | None = strawberry.field(
        default=None, description="Its id, 1 to 128 of `A-Z a-z 0-9 _ . : ~ -`; left out, one is made."
    )

    def document(self) -> dict[str, Any]:
        return {**SegmentUpsertInput.document(self), "id": self.id}


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


@strawberry.input(
    description="One operation on the segment as REST shows it: "
    "`/name/de`, `/description`, `/validity/to`, `/status`, `/siteCode`, `/mixins/...`, "
    "`/metadata/mixins/...`."
)
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


def translations_document(texts: list[TranslationInput], member: str) -> dict[str, str]:
    """The contract's map from language to text. Raises InvalidInput for a language given twice."""
    document: dict[str, str] = {}
    for text in texts:
        if text.language in document:
            raise InvalidInput(f"The language {text.language[:50]!r} is given twice.", path=(member,))
        document[text.language] = text.text
    return document


def with_version(document: dict[str, Any], expected_version: int | None) -> dict[str, Any]:
    """The document of a writer who says which version they have seen."""
    return {**document, "metadata": {**document["metadata"], "version": expected_version}}
