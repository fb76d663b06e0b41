"""Descriptions of the operations on customers in segments."""

from collections.abc import Mapping
from typing import Any, Final

from rest_compat.openapi.page import (
    BULK,
    LIST,
    NO_CONTENT,
    SEARCH,
    Body,
    Page,
    created,
    list_of,
    one,
    results,
)
from rest_compat.openapi.requests import bulk_of
from rest_compat.openapi.shapes import ref

SENT: Final = {"mixins": {"campaign": {"code": "SNOW26"}}}
PRIVATE: Final[dict[str, Any]] = {
    "customer": {"id": "ada", "firstName": "Ada", "lastName": "Berg", "email": "ada@example.com"},
    "assignmentType": "MANUAL",
    **SENT,
    "metadata": {
        "createdAt": "2026-10-02T10:00:00.000Z",
        "modifiedAt": "2026-10-02T10:00:00.000Z",
        "version": 1,
    },
}
FOR_A_COMPANY: Final = {**PRIVATE, "legalEntity": {"id": "alpine-club", "name": "Alpine Club e.V."}}
DONE: Final = {"index": 1, "code": 204, "status": "OK"}
KEY: Final = {"customerId": "ada", "legalEntityId": "alpine-club"}
UPSERT: Final = Body(ref("CustomerAssignmentUpsert"), SENT, required=False)
REPLACES: Final = (
    " An assignment that exists is replaced as a whole; without a body, it has no mixins afterwards. "
    "The segment has to exist."
)

CUSTOMERS: Final[Mapping[str, Page]] = {
    "GET-customer-segment-retrieve-customers": Page(
        "List a segment's customers",
        "Who is assigned to the segment, privately or for a company. With `segment_read_own`: the caller's "
        "own assignments, while the segment is active. A segment that does not exist has none.",
        list_of("CompanyCustomerAssignment", FOR_A_COMPANY, localized=False),
        LIST,
    ),
    "POST-customer-segment-search-customers": Page(
        "Search among a segment's customers",
        "The same list, with the query in the body.",
        list_of("CompanyCustomerAssignment", FOR_A_COMPANY, localized=False),
        SEARCH,
        Body(ref("Search"), {"q": "customer.lastName:Berg"}, required=False),
    ),
    "GET-customer-segment-retrieve-customer-by-customerId": Page(
        "Read a private customer's assignment",
        "The assignment that the customer has without a company.",
        one("CustomerAssignment", PRIVATE, localized=False),
        ("fields",),
        failures=(404,),
    ),
    "PUT-customer-segment-update-customer-by-customerId": Page(
        "Assign a private customer",
        f"Puts the customer into the segment, without a company.{REPLACES}",
        created() | NO_CONTENT,
        body=UPSERT,
        failures=(409,),
    ),
    "DELETE-customer-segment-remove-customer-by-customerId": Page(
        "Remove a private customer",
        "Takes the customer out of the segment; assignments for companies stay.",
        NO_CONTENT,
    ),
    "GET-customer-segment-retrieve-customer": Page(
        "Read the assignment of a company's customer",
        "The assignment that the customer has for the company.",
        one("CompanyCustomerAssignment", FOR_A_COMPANY, localized=False),
        ("fields",),
        failures=(404,),
    ),
    "PUT-customer-segment-update-customer": Page(
        "Assign a company's customer",
        f"Puts the customer into the segment when buying for the company.{REPLACES}",
        created() | NO_CONTENT,
        body=UPSERT,
        failures=(409,),
    ),
    "DELETE-customer-segment-remove-customer": Page(
        "Remove a company's customer",
        "Takes out the assignment for this company alone.",
        NO_CONTENT,
    ),
    "PUT-customer-segment-update-customers-bulk": Page(
        "Assign customers in bulk",
        f"Puts customers into the segment, privately or for companies.{BULK}",
        results("BulkAssignmentResult", {**DONE, "code": 201, "status": "Created"}),
        body=Body(bulk_of(ref("CustomerAssignmentUpsertBulk")), [{**KEY, **SENT}]),
    ),
    "DELETE-customer-segment-remove-customers-bulk": Page(
        "Remove customers in bulk",
        f"Takes out the assignments that the body lists; without a company, the private one is meant.{BULK}",
        results("BulkAssignmentResult", DONE),
        body=Body(bulk_of(ref("CustomerAssignmentKey")), [KEY, {"customerId": "ada"}]),
    ),
}
