"""Descriptions of the operations on items in segments.

Items are products and categories.
"""

from collections.abc import Mapping
from typing import Any, Final

from resolvers.category_tree import MAXIMUM_LEVELS
from rest_compat.openapi.page import (
    BULK,
    LANGUAGE,
    LIST,
    NO_CONTENT,
    SEARCH,
    VARY,
    Body,
    Page,
    created,
    list_of,
    one,
    results,
)
from rest_compat.openapi.requests import bulk_of
from rest_compat.openapi.responses import json_content
from rest_compat.openapi.shapes import FOREIGN_ID, array_of, ref

SENT: Final = {"mixins": {"teaser": {"colour": "blue"}}}
STORED: Final[dict[str, Any]] = {
    "segmentId": "winter-sports",
    "item": {"id": "skates", "code": "IS-38", "name": {"en": "Ice skates"}},
    "type": "PRODUCT",
    **SENT,
    "metadata": {
        "createdAt": "2026-10-03T08:15:00.000Z",
        "modifiedAt": "2026-10-03T08:15:00.000Z",
        "version": 1,
    },
}
TREE: Final = {
    "id": "outdoor",
    "code": "OUT",
    "name": {"en": "Outdoor"},
    "position": 1,
    "published": True,
    "isSegmentAssigned": False,
    "subcategories": [
        {
            "id": "skiing",
            "code": "skiing",
            "parentId": "outdoor",
            "name": {"en": "Skiing"},
            "isSegmentAssigned": True,
        }
    ],
}
DONE: Final = {"index": 1, "code": 204, "status": "OK"}
OWN_ONLY: Final = " With `segment_read_own`: nothing, unless the segment is active and the customer is in it."

ITEMS: Final[Mapping[str, Page]] = {
    "GET-customer-segment-retrieve-category-trees": Page(
        "Read the category trees of the calling customer",
        "The categories assigned to the customer's active segments, under the categories that lead to them. "
        "Siblings are in order of position; the answer has no pages. What lies below "
        f"{MAXIMUM_LEVELS} levels goes on as another tree, whose root has a `parentId`.",
        {
            200: {
                "description": "The trees; none where no category is assigned.",
                "headers": VARY,
                "content": json_content(array_of(ref("Category")), [TREE]),
            }
        },
        (LANGUAGE, "legalEntityId", "siteCode"),
    ),
    "GET-customer-segment-retrieve-segments-items": Page(
        "List the items of all segments",
        "Products and categories with the segment that each is assigned to: one in two segments comes twice. "
        "With `segment_read_own`: those of the calling customer's active segments.",
        list_of("ItemAssignment", STORED),
        (*LIST, LANGUAGE, "legalEntityId", "siteCode", "onlyActive"),
    ),
    "GET-customer-segment-retrieve-segment-items": Page(
        "List a segment's items",
        f"The products and categories assigned to the segment.{OWN_ONLY}",
        list_of("ItemAssignment", STORED),
        (*LIST, LANGUAGE, "legalEntityId"),
    ),
    "POST-customer-segment-search-items": Page(
        "Search among a segment's items",
        f"The same list, with the query in the body.{OWN_ONLY}",
        list_of("ItemAssignment", STORED),
        (*SEARCH, LANGUAGE, "legalEntityId"),
        Body(ref("Search"), {"q": "type:PRODUCT"}, required=False),
    ),
    "GET-customer-segment-retrieve-item": Page(
        "Read an item's assignment",
        f"One product's or category's assignment to the segment.{OWN_ONLY}",
        one("ItemAssignment", STORED),
        ("fields", LANGUAGE, "legalEntityId"),
        failures=(404,),
    ),
    "PUT-customer-segment-update-item": Page(
        "Assign an item",
        "Puts the product or category into the segment, which has to exist. An assignment that exists is "
        "replaced as a whole; without a body, it has no mixins afterwards.",
        created() | NO_CONTENT,
        body=Body(ref("ItemAssignmentUpsert"), SENT, required=False),
        failures=(409,),
    ),
    "DELETE-customer-segment-remove-item": Page(
        "Remove an item",
        "Takes the product or category out of the segment.",
        NO_CONTENT,
    ),
    "PUT-customer-segment-update-items-bulk": Page(
        "Assign items in bulk",
        f"Puts products, or categories, into the segment.{BULK}",
        results("BulkAssignmentResult", {**DONE, "code": 201, "status": "Created"}),
        body=Body(bulk_of(ref("ItemAssignmentUpsertBulk")), [{"id": "skates", **SENT}]),
    ),
    "DELETE-customer-segment-remove-items-bulk": Page(
        "Remove items in bulk",
        f"Takes the products, or categories, that the body lists out of the segment.{BULK}",
        results("BulkAssignmentResult", DONE),
        body=Body(bulk_of(FOREIGN_ID), ["skates"]),
    ),
}
