"""What is answered, as schemas. Little is required: `fields` may leave out almost anything."""

from typing import Final

from resolvers.assignment_members import CUSTOMER_CONTENT, GROUP_CONTENT, ITEM_CONTENT
from resolvers.segment.members import MEMBERS
from rest_compat.openapi.members import VALIDITY, response_schema
from rest_compat.openapi.shapes import (
    FOREIGN_ID,
    INSTANT,
    SEGMENT_ID,
    Schema,
    array_of,
    described,
    record,
    ref,
    translations,
)

TEXT: Final = {"type": "string"}
NUMBER: Final = {"type": "integer"}

BULK_RESULT: Final[dict[str, Schema]] = {
    "index": described(NUMBER, "The element's place in the request; the first is 1, or 0 if so configured."),
    "code": described(
        {"enum": [201, 204, 400, 404, 409]}, "The status that the element would have got alone."
    ),
    "status": described(
        {"enum": ["Created", "OK", "Bad Request", "Not Found", "Conflict"]}, "The status in words."
    ),
    "message": described(TEXT, "What went wrong; only where something did."),
}
BULK_REQUIRED: Final = ("index", "code", "status")

CUSTOMER_ASSIGNMENT: Final[dict[str, Schema]] = {
    "customer": ref("Customer"),
    **{member.name: response_schema(member) for member in CUSTOMER_CONTENT},
}

DOCUMENTS: Final[dict[str, Schema]] = {
    "Metadata": record(
        createdAt=INSTANT,
        modifiedAt=INSTANT,
        version=described({"type": "integer", "minimum": 1}, "Counts up with every write."),
        mixins={"type": "object", "additionalProperties": TEXT},
    ),
    "Segment": record(("id",), **{member.name: response_schema(member) for member in MEMBERS}),
    "SegmentId": record(("id",), id=SEGMENT_ID),
    "Customer": record(id=FOREIGN_ID, firstName=TEXT, lastName=TEXT, email=TEXT),
    "LegalEntity": record(id=FOREIGN_ID, name=TEXT),
    "CustomerAssignment": record(**CUSTOMER_ASSIGNMENT),
    "CompanyCustomerAssignment": record(**CUSTOMER_ASSIGNMENT, legalEntity=ref("LegalEntity")),
    "ItemAssignment": record(
        segmentId=SEGMENT_ID,
        item=record(id=FOREIGN_ID, code=TEXT, name=translations("The product's or category's name.")),
        type={"enum": ["PRODUCT", "CATEGORY"]},
        **{member.name: response_schema(member) for member in ITEM_CONTENT},
    ),
    "GroupAssignment": record(
        segmentId=SEGMENT_ID,
        group=record(id=FOREIGN_ID, name=translations("The group's name.")),
        **{member.name: response_schema(member) for member in GROUP_CONTENT},
    ),
    "Category": record(
        ("id", "code", "name", "isSegmentAssigned"),
        id=FOREIGN_ID,
        parentId=described(
            FOREIGN_ID, "The category above; roots have none, unless their tree continues another."
        ),
        code=described(TEXT, "The shop's own code; the id where the category has none."),
        name=translations("The category's name."),
        localizedDescription=translations("What the category holds."),
        localizedSlug=translations("The name as it is written in an address."),
        ecn=array_of(TEXT),
        validity=VALIDITY,
        position=described(NUMBER, "The place among its siblings."),
        published={"type": "boolean"},
        isSegmentAssigned=described(
            {"type": "boolean"}, "False where the category only leads to one that is assigned."
        ),
        subcategories=array_of(ref("Category")),
    ),
    "MatchingItem": record(("id",), id=FOREIGN_ID),
    "BulkSegmentResult": record(BULK_REQUIRED, **BULK_RESULT, id=SEGMENT_ID),
    "BulkAssignmentResult": record(BULK_REQUIRED, **BULK_RESULT),
    "Error": record(
        ("code", "status", "message"),
        code=NUMBER,
        status=described(TEXT, "The status in words."),
        message=TEXT,
        resourceId=described(TEXT, "What the failure is about, where it is about one thing."),
        details=described(
            record(("type", "message"), field=TEXT, type=TEXT, message=TEXT),
            "The first problem that was found.",
        ),
    ),
    "Fault": record(
        ("fault",),
        fault=record(
            ("faultstring", "detail"),
            faultstring=TEXT,
            detail=record(("errorcode",), errorcode=TEXT),
        ),
    ),
}
