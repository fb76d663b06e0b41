"""What is written of the operations on segments."""

from collections.abc import Mapping
from typing import Any, Final

from rest_compat.openapi.page import (
    BULK,
    LANGUAGE,
    LIST,
    NO_CONTENT,
    SEARCH,
    SEARCH_BODY,
    Body,
    Page,
    created,
    list_of,
    one,
    results,
)
from rest_compat.openapi.requests import bulk_of
from rest_compat.openapi.responses import json_content
from rest_compat.openapi.shapes import SEGMENT_ID, array_of, ref

SENT: Final = {
    "name": {"en": "Winter sports", "de": "Wintersport"},
    "description": {"en": "Customers who ski or skate"},
    "validity": {"from": "2026-11-01T00:00:00.000Z"},
    "status": "ACTIVE",
    "siteCode": "main",
}
STORED: Final[dict[str, Any]] = {
    "id": "winter-sports",
    **SENT,
    "name": {"en": "Winter sports"},
    "metadata": {
        "createdAt": "2026-10-01T09:30:00.000Z",
        "modifiedAt": "2026-10-01T09:30:00.000Z",
        "version": 1,
    },
}
DONE: Final = {"index": 1, "code": 204, "status": "OK", "id": "winter-sports"}
MADE: Final = {**DONE, "code": 201, "status": "Created"}
BROKEN: Final = {
    "index": 2,
    "code": 400,
    "status": "Bad Request",
    "message": "Validation problem with request body.",
}
CHOICE: Final = (LANGUAGE, "customerId", "legalEntityId")
OWN_ONLY: Final = " With `segment_read_own`: only active segments that the calling customer is in."

SEGMENTS: Final[Mapping[str, Page]] = {
    "POST-customer-segment-create-segment": Page(
        "Create a segment",
        "Stores a new segment, under an id of your choice or a generated one.",
        created("winter-sports"),
        ("Content-Language",),
        Body(ref("SegmentCreation"), {"id": "winter-sports", **SENT}),
        (409,),
    ),
    "GET-customer-segment-retrieve-segments": Page(
        "List segments",
        f"The segments of the tenant, filtered, sorted and in pages.{OWN_ONLY}",
        list_of("Segment", STORED),
        (*LIST, *CHOICE),
    ),
    "GET-customer-segment-retrieve-own-segments": Page(
        "List the calling customer's own segments",
        "The active segments that the customer is assigned to, or one of their groups: groups without a "
        "company, and those of the company that the token names. A token without a company has them all.",
        list_of("Segment", STORED),
        (*LIST, LANGUAGE),
    ),
    "POST-customer-segment-search-segments": Page(
        "Search for segments",
        f"The same list, with the query in the body, where it may be longer than a URL.{OWN_ONLY}",
        list_of("Segment", STORED),
        (*SEARCH, *CHOICE),
        SEARCH_BODY,
    ),
    "GET-customer-segment-retrieve-segment": Page(
        "Read a segment",
        f"One segment by its id.{OWN_ONLY}",
        one("Segment", STORED),
        ("fields", LANGUAGE, "legalEntityId"),
        failures=(404,),
    ),
    "PUT-customer-segment-update-segment": Page(
        "Create or replace a segment",
        "Makes the segment in the path equal to the body: members that are left out are gone afterwards, and "
        "a status that is left out is INACTIVE.",
        created("winter-sports") | NO_CONTENT,
        ("Content-Language",),
        Body(ref("SegmentUpdate"), {**SENT, "metadata": {"version": 1}}),
        (409,),
    ),
    "PATCH-customer-segment-update-segment": Page(
        "Change parts of a segment",
        "Applies a JSON Patch (RFC 6902) with the operations `add`, `remove` and `replace`: all or none.",
        NO_CONTENT,
        ("Content-Language",),
        Body(ref("Patch"), [{"op": "replace", "path": "/name/de", "value": "Wintersportler"}]),
        (404,),
    ),
    "DELETE-customer-segment-remove-segment": Page(
        "Delete a segment",
        "Removes the segment. While customers, items or groups are assigned to it, that takes "
        "`forceDelete`, which removes the assignments too. Deleting what does not exist is done already.",
        NO_CONTENT,
        ("forceDelete",),
    ),
    "POST-customer-segment-create-segments-bulk": Page(
        "Create segments in bulk",
        f"Stores new segments.{BULK}",
        results("BulkSegmentResult", MADE, BROKEN),
        ("Content-Language",),
        Body(
            bulk_of(ref("SegmentCreation")),
            [{"id": "winter-sports", **SENT}, {"name": {"en": " "}, "siteCode": "main"}],
        ),
    ),
    "PUT-customer-segment-update-segments-bulk": Page(
        "Create or replace segments in bulk",
        f"Makes each segment equal to its element; one without an id is new.{BULK}",
        results("BulkSegmentResult", DONE),
        ("Content-Language",),
        Body(bulk_of(ref("SegmentUpdateBulk")), [{"id": "winter-sports", **SENT}]),
    ),
    "DELETE-customer-segment-remove-segments-bulk": Page(
        "Delete segments in bulk",
        f"Removes the segments whose ids the body lists; `forceDelete` counts for all of them.{BULK}",
        results("BulkSegmentResult", DONE),
        ("forceDelete",),
        Body(bulk_of(SEGMENT_ID), ["winter-sports"]),
    ),
    "POST-customer-segment-check-match": Page(
        "Match products with segments",
        "Which of the products are meant for one of the segments: assigned by themselves, or by a category "
        "that they are directly in. Only active segments of the site count.",
        {
            200: {
                "description": "The products that match, in the order of the request.",
                "content": json_content(array_of(ref("MatchingItem")), [{"id": "skates"}]),
            }
        },
        body=Body(
            ref("Match"),
            {
                "site": "main",
                "items": [{"id": "skates"}, {"id": "parasol"}],
                "segmentIds": ["winter-sports"],
            },
        ),
    ),
}
