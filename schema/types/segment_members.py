"""The members of a segment in types, inputs and lists.

Lists filter and sort by them.
"""

from collections.abc import Callable
from enum import Enum
from typing import Any, Optional

import strawberry
from strawberry.scalars import JSON

from models.filter.tree import Condition
from models.sql.prepared import Row
from resolvers.segment.members import CONTENT, SEGMENTS
from resolvers.visibility import is_active_row
from schema.filter.combined import combined, filter_values
from schema.filter.mixin import MixinFilter
from schema.filter.value import DateTimeFilter, EnumFilter, IDFilter, StringFilter
from schema.vocabulary.column import column, enum_column
from schema.vocabulary.context import Context, Info
from schema.vocabulary.declaration import Computed, declared
from schema.vocabulary.enums import SegmentStatus
from schema.vocabulary.input.conversion import converted_at_once
from schema.vocabulary.input.document import input_document
from schema.vocabulary.localized import Translation, TranslationInput, localized, translations
from schema.vocabulary.node import Node
from schema.vocabulary.values import (
    METADATA,
    MIXIN_SCHEMAS,
    MIXINS,
    VALIDITY,
    VALIDITY_COLUMNS,
    Metadata,
    Validity,
    ValidityInput,
)


def _is_active(context: Context) -> Callable[[Row], bool]:
    """Whether a segment's row is active now."""
    policy, now = context.policy, context.now
    return lambda row: is_active_row(row, policy, now)


@strawberry.type
class SegmentMembers(Node, is_type=False):
    """The fields of a segment from its row.

    `Segment` adds the relations.
    """

    id: strawberry.ID = column("id", "The contract's own id, case-sensitive; unique within the tenant.")
    name: str | None = localized("name", "Its name.")
    name_translations: list[Translation] = translations("name", "Its name.")
    description: str | None = localized("description", "Its description.")
    description_translations: list[Translation] = translations("description", "Its description.")

    status: SegmentStatus = enum_column("status", SegmentStatus, "Whether the segment takes effect.")

    @strawberry.field(
        description="Whether it is active now: by status and, where validity is enforced, by its validity.",
        metadata=declared(Computed(("status", *VALIDITY_COLUMNS), _is_active)),
    )
    def is_active(self, info: Info) -> bool:
        return _is_active(info.context)(self.row)

    @strawberry.field(description="When the segment is valid; null where always.", metadata=VALIDITY)
    def validity(self) -> Validity | None:
        return Validity.of(self.row)

    site_code: str = column("site_code", "The site that the segment belongs to.")
    mixins: JSON = column("mixins", MIXINS)

    @strawberry.field(description="Version and times.", metadata=METADATA)
    def metadata(self) -> Metadata:
        return Metadata(row=self.row)


@converted_at_once
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
        """The contract's document, not yet checked.

        Raises InvalidInput for a duplicate language.
        """
        return input_document(self, CONTENT)


@converted_at_once
@strawberry.input(description="Which segments to list: all that the given members ask for.")
class SegmentWhere:
    and_: list["SegmentWhere"] | None = strawberry.field(
        default=None, name="and", description="All of these hold."
    )
    or_: list["SegmentWhere"] | None = strawberry.field(
        default=None, name="or", description="At least one of these holds; an empty list matches nothing."
    )
    not_: Optional["SegmentWhere"] = strawberry.field(
        default=None, name="not", description="This does not hold."
    )
    id: IDFilter | None = strawberry.field(default=None, description="By id.")
    status: EnumFilter[SegmentStatus] | None = strawberry.field(default=None, description="By status.")
    site_code: StringFilter | None = strawberry.field(default=None, description="By site.")
    valid_from: DateTimeFilter | None = strawberry.field(
        default=None, description="By the start of the validity."
    )
    valid_to: DateTimeFilter | None = strawberry.field(
        default=None, description="By the end of the validity."
    )
    created_at: DateTimeFilter | None = strawberry.field(default=None, description="By creation.")
    modified_at: DateTimeFilter | None = strawberry.field(default=None, description="By the last change.")
    mixin: MixinFilter | None = strawberry.field(
        default=None, description="By an attribute in its mixins; several by `and`."
    )

    def condition(self) -> Condition:
        """The filter tree."""
        values = {**filter_values(self, SEGMENTS), ("mixins",): self.mixin}
        return combined(values, self.and_, self.or_, self.not_)


@strawberry.enum(description="What segments can be sorted by; the id always decides between equals.")
class SegmentOrderField(Enum):
    ID = strawberry.enum_value("id", description="The id.")
    NAME = strawberry.enum_value("name", description="The name in the language that would be shown.")
    STATUS = strawberry.enum_value("status", description="Status: active before inactive.")
    SITE_CODE = strawberry.enum_value("siteCode", description="The site.")
    VALID_FROM = strawberry.enum_value("validity.from", description="When the validity begins.")
    VALID_TO = strawberry.enum_value("validity.to", description="When the validity ends.")
    CREATED_AT = strawberry.enum_value("metadata.createdAt", description="When it was created.")
    MODIFIED_AT = strawberry.enum_value("metadata.modifiedAt", description="When it was last written.")
    VERSION = strawberry.enum_value("metadata.version", description="The version.")
