"""What is written of the operations on groups of customers in segments."""

from collections.abc import Mapping
from typing import Any, Final

from rest_compat.openapi.page import LANGUAGE, LIST, NO_CONTENT, SEARCH, Body, Page, created, list_of, one
from rest_compat.openapi.shapes import ref

SENT: Final = {"mixins": {"campaign": {"code": "SNOW26"}}}
STORED: Final[dict[str, Any]] = {
    "segmentId": "winter-sports",
    "group": {"id": "instructors", "name": {"en": "Ski instructors"}},
    **SENT,
    "metadata": {
        "createdAt": "2026-10-04T07:00:00.000Z",
        "modifiedAt": "2026-10-04T07:00:00.000Z",
        "version": 1,
    },
}

GROUPS: Final[Mapping[str, Page]] = {
    "GET-customer-segment-retrieve-groups": Page(
        "List a segment's groups",
        "The groups assigned to the segment: each customer of a group is in the segment. A segment that does "
        "not exist has none.",
        list_of("GroupAssignment", STORED),
        (*LIST, LANGUAGE),
    ),
    "POST-customer-segment-search-groups": Page(
        "Search among a segment's groups",
        "The same list, with the query in the body.",
        list_of("GroupAssignment", STORED),
        (*SEARCH, LANGUAGE),
        Body(ref("Search"), {"q": "group.id:instructors"}, required=False),
    ),
    "GET-customer-segment-retrieve-group": Page(
        "Read a group's assignment",
        "One group's assignment to the segment.",
        one("GroupAssignment", STORED),
        ("fields", LANGUAGE),
        failures=(404,),
    ),
    "PUT-customer-segment-update-group": Page(
        "Assign a group",
        "Puts the customers of the group into the segment, which has to exist. A group of employees is "
        "refused. An assignment that exists is replaced as a whole; without a body, it has no mixins "
        "afterwards.",
        created() | NO_CONTENT,
        body=Body(ref("GroupAssignmentUpsert"), SENT, required=False),
        failures=(409,),
    ),
    "DELETE-customer-segment-remove-group": Page(
        "Remove a group",
        "Takes the group out of the segment; customers who are assigned themselves stay.",
        NO_CONTENT,
    ),
}
