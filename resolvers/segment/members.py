"""The members of a segment, in document order."""

from typing import Final

from models.filter.catalogue import METADATA_ALIASES, Catalogue
from models.tables.segment import segment
from resolvers.declaration.derived import content_members, fields_of, localized_members
from resolvers.declaration.member import Choice, Localized, Metadata, Mixins, SegmentId, Text, Validity
from resolvers.values.text import SITE_CODE_LENGTH

STATUSES: Final = ("ACTIVE", "INACTIVE")

MEMBERS: Final = (
    SegmentId(name="id", column="id"),
    Localized(
        name="name",
        column="name",
        missing="A name in at least one language is required.",
        request="The segment's name by language; at least one is not blank.",
        response="The name, in the languages that were asked for.",
        inner_example="/de",
    ),
    Localized(
        name="description",
        column="description",
        request="What the segment is for, by language.",
        response="What the segment is for.",
    ),
    Validity(request="The period that the segment is meant for; either end may stay open."),
    Choice(
        name="status",
        column="status",
        choices=STATUSES,
        default="INACTIVE",
        request="Whether the segment takes effect.",
    ),
    Text(
        name="siteCode",
        column="site_code",
        length=SITE_CODE_LENGTH,
        missing="A site code is required.",
        request="The site that the segment belongs to.",
    ),
    Mixins(),
    Metadata(),
)
CONTENT: Final = content_members(MEMBERS)
LOCALIZED: Final = localized_members(MEMBERS)

SEGMENTS: Final = Catalogue(
    name="segments",
    base=segment,
    fields=fields_of(MEMBERS, segment),
    aliases={("_id",): ("id",), **METADATA_ALIASES},
    keys=(("id",),),
    joins={},
)
