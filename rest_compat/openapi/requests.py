"""What may be sent, as schemas. Each says what the checks in `resolvers` insist on."""

from typing import Final

from resolvers.match import MAXIMUM_IDS
from resolvers.segment.document import STATUSES
from resolvers.segment.patch import CONTRACT_OPERATIONS, MAXIMUM_OPERATIONS, POINTER_LENGTH
from resolvers.text import SITE_CODE_LENGTH
from resolvers.writing.bulk import MAXIMUM_ELEMENTS
from rest_compat.openapi.shapes import (
    FOREIGN_ID,
    INSTANT,
    SEGMENT_ID,
    Schema,
    array_of,
    described,
    optional,
    record,
    ref,
    translations_or_text,
)

SITE_CODE: Final = {"type": "string", "minLength": 1, "maxLength": SITE_CODE_LENGTH}

MIXINS: Final = described(
    optional({"type": "object", "additionalProperties": {"type": "object"}}),
    "Attributes of your own, grouped: a map from the mixin's name to an object.",
)
MIXIN_SCHEMAS: Final = described(
    optional({"type": "object", "additionalProperties": {"type": "string", "pattern": "^[Hh][Tt][Tt][Pp]"}}),
    "Where the JSON Schema of each mixin is published: a map from the mixin's name to an absolute URL.",
)
VERSION: Final = described(
    optional({"type": "integer", "minimum": 0}),
    "The version that was read. If the stored one has moved on, the answer is 409; leave it out to "
    "overwrite whatever is there. Ignored where nothing is stored yet.",
)
UNVERSIONED: Final = optional(record(mixins=MIXIN_SCHEMAS))
VERSIONED: Final = optional(record(mixins=MIXIN_SCHEMAS, version=VERSION))

CONTENT: Final[dict[str, Schema]] = {
    "name": translations_or_text("The segment's name by language; at least one is not blank."),
    "description": {
        "anyOf": [translations_or_text("What the segment is for, by language."), {"type": "null"}]
    },
    "validity": described(
        optional(record(**{"from": optional(INSTANT), "to": optional(INSTANT)})),
        "The period that the segment is meant for; either end may stay open.",
    ),
    "status": {
        "enum": [*STATUSES, None],
        "default": "INACTIVE",
        "description": "Whether the segment takes effect.",
    },
    "siteCode": described(SITE_CODE, "The site that the segment belongs to."),
    "mixins": MIXINS,
}
REQUIRED: Final = ("name", "siteCode")
OWN_ID: Final = described(optional(SEGMENT_ID), "The segment's id; made up if left out.")
CUSTOMER_KEY: Final[dict[str, Schema]] = {
    "customerId": described(FOREIGN_ID, "The customer."),
    "legalEntityId": described(
        optional({**FOREIGN_ID, "minLength": 0}),
        "The company on whose behalf the customer is meant; left out for a private one.",
    ),
}
ASSIGNMENT: Final[dict[str, Schema]] = {"mixins": MIXINS, "metadata": VERSIONED}

REQUESTS: Final[dict[str, Schema]] = {
    "SegmentCreation": record(REQUIRED, id=OWN_ID, **CONTENT, metadata=UNVERSIONED),
    "SegmentUpdate": record(
        REQUIRED,
        id=described(optional(SEGMENT_ID), "If it is sent, it is the id in the path."),
        **CONTENT,
        metadata=VERSIONED,
    ),
    "SegmentUpdateBulk": record(REQUIRED, id=OWN_ID, **CONTENT, metadata=VERSIONED),
    "Search": optional(
        record(q=described(optional({"type": "string"}), "A query, as the parameter `q` of the lists."))
    ),
    "PatchOperation": record(
        ("op", "path"),
        op={"enum": list(CONTRACT_OPERATIONS)},
        path={
            "type": "string",
            "pattern": "^/",
            "maxLength": POINTER_LENGTH,
            "description": "A JSON Pointer to `/name`, `/description` or `/validity` or one of their "
            "members, to `/status` or `/siteCode`, or anywhere into `/mixins` or `/metadata/mixins`.",
        },
        value={"description": "Any JSON value; `add` and `replace` need one."},
    ),
    "Patch": array_of(ref("PatchOperation"), maximum=MAXIMUM_OPERATIONS),
    "Match": {
        **record(
            ("items", "segmentIds"),
            items=array_of(record(("id",), id=FOREIGN_ID), maximum=MAXIMUM_IDS),
            segmentIds=array_of({"type": "string"}, maximum=MAXIMUM_IDS),
            site=described(optional({**SITE_CODE, "minLength": 0}), "The site to look at."),
            siteCode=described(optional({**SITE_CODE, "minLength": 0}), "Another name for `site`."),
        ),
        "anyOf": [{"required": ["site"]}, {"required": ["siteCode"]}],
    },
    "CustomerAssignmentUpsert": optional(record(**ASSIGNMENT)),
    "CustomerAssignmentUpsertBulk": record(("customerId",), **CUSTOMER_KEY, **ASSIGNMENT),
    "CustomerAssignmentKey": record(("customerId",), **CUSTOMER_KEY),
    "ItemAssignmentUpsert": optional(record(**ASSIGNMENT)),
    "ItemAssignmentUpsertBulk": record(
        ("id",), id=described(FOREIGN_ID, "The product or category."), **ASSIGNMENT
    ),
}


def bulk_of(element: Schema) -> Schema:
    """As many elements as one request may carry."""
    return array_of(element, maximum=MAXIMUM_ELEMENTS)
