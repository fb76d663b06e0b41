"""What may be sent, as schemas. Each says what the checks in `resolvers` insist on."""

from typing import Final

from resolvers.declaration.member import ANY_DEPTH, Mixins
from resolvers.match import MAXIMUM_IDS
from resolvers.segment import members
from resolvers.segment.patch import CONTRACT_OPERATIONS, MAXIMUM_OPERATIONS, POINTER_LENGTH, WRITABLE
from resolvers.values.text import SITE_CODE_LENGTH
from resolvers.writing.bulk import MAXIMUM_ELEMENTS
from rest_compat.openapi.members import request_schema
from rest_compat.openapi.shapes import (
    FOREIGN_ID,
    SEGMENT_ID,
    Schema,
    array_of,
    described,
    optional,
    record,
    ref,
)

SITE_CODE: Final = {"type": "string", "minLength": 1, "maxLength": SITE_CODE_LENGTH}

MIXINS: Final = request_schema(Mixins())
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
    member.name: request_schema(member) for member in members.CONTENT if member.name != "metadata"
}
REQUIRED: Final = tuple(member.name for member in members.CONTENT if member.missing)
OWN_ID: Final = described(optional(SEGMENT_ID), "The segment's id; made up if left out.")
CUSTOMER_KEY: Final[dict[str, Schema]] = {
    "customerId": described(FOREIGN_ID, "The customer."),
    "legalEntityId": described(
        optional({**FOREIGN_ID, "minLength": 0}),
        "The company on whose behalf the customer is meant; left out for a private one.",
    ),
}
ASSIGNMENT: Final[dict[str, Schema]] = {"mixins": MIXINS, "metadata": VERSIONED}


def _pointers(depth: int) -> str:
    """The members of a segment that a patch may write to this depth: "`/status` or `/siteCode`"."""
    *rest, last = (f"`/{'/'.join(path)}`" for path, write_depth in WRITABLE.items() if write_depth == depth)
    return f"{', '.join(rest)} or {last}" if rest else last


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
            "description": f"A JSON Pointer to {_pointers(1)} or one of their members, "
            f"to {_pointers(0)}, or anywhere into {_pointers(ANY_DEPTH)}.",
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
    "GroupAssignmentUpsert": optional(record(**ASSIGNMENT)),
    "ItemAssignmentUpsert": optional(record(**ASSIGNMENT)),
    "ItemAssignmentUpsertBulk": record(
        ("id",), id=described(FOREIGN_ID, "The product or category."), **ASSIGNMENT
    ),
}


def bulk_of(element: Schema) -> Schema:
    """As many elements as one request may carry."""
    return array_of(element, maximum=MAXIMUM_ELEMENTS)
