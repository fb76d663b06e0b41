"""What is written of the change feed."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from resolvers.assignment_members import CUSTOMER_CONTENT, GROUP_CONTENT, ITEM_CONTENT
from resolvers.changes.event import EVENT_TYPES
from resolvers.segment.members import MEMBERS, STATUSES
from resolvers.writing.change import Cause
from rest_compat.openapi.members import response_schema
from rest_compat.openapi.page import Page
from rest_compat.openapi.responses import json_content
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
from rest_compat.wire.event_stream import EVENT_STREAM, event

TEXT: Final = {"type": "string"}
ITEM_TYPE: Final = {"enum": ["PRODUCT", "CATEGORY"]}
EVENTS: Final = (
    "SegmentEvent",
    "CustomerAssignmentEvent",
    "CustomerAssignmentDeletedEvent",
    "ItemAssignmentEvent",
    "ItemAssignmentDeletedEvent",
    "GroupAssignmentEvent",
    "GroupAssignmentDeletedEvent",
)

OF_SEGMENT: Final = {"tenant": TEXT, "segmentId": SEGMENT_ID}
OF_CUSTOMER: Final = {**OF_SEGMENT, "customer": ref("Customer"), "legalEntity": ref("LegalEntity")}

CHANGE_SCHEMAS: Final[dict[str, Schema]] = {
    "SegmentEvent": record(
        ("tenant", "id"),
        tenant=TEXT,
        **{member.name: response_schema(member) for member in MEMBERS},
        previousStatus=described({"enum": list(STATUSES)}, "Of an update: the status before."),
    ),
    "CustomerAssignmentEvent": record(
        ("tenant", "segmentId", "customer"),
        **OF_CUSTOMER,
        **{member.name: response_schema(member) for member in CUSTOMER_CONTENT},
    ),
    "CustomerAssignmentDeletedEvent": record(
        ("tenant", "segmentId", "customerId"), **OF_SEGMENT, customerId=FOREIGN_ID, legalEntityId=FOREIGN_ID
    ),
    "ItemAssignmentEvent": record(
        ("tenant", "segmentId", "type", "item"),
        **OF_SEGMENT,
        type=ITEM_TYPE,
        item=record(id=FOREIGN_ID, code=TEXT, name=translations("The product's or category's name.")),
        **{member.name: response_schema(member) for member in ITEM_CONTENT},
    ),
    "ItemAssignmentDeletedEvent": record(
        ("tenant", "segmentId", "type", "itemId"), **OF_SEGMENT, type=ITEM_TYPE, itemId=FOREIGN_ID
    ),
    "GroupAssignmentEvent": record(
        ("tenant", "segmentId", "group"),
        **OF_SEGMENT,
        group=record(id=FOREIGN_ID, name=translations("The group's name.")),
        **{member.name: response_schema(member) for member in GROUP_CONTENT},
    ),
    "GroupAssignmentDeletedEvent": record(
        ("tenant", "segmentId", "groupId"), **OF_SEGMENT, groupId=FOREIGN_ID
    ),
    "Change": record(
        ("type", "timestamp", "cursor", "cause", "data"),
        type=described({"enum": list(EVENT_TYPES)}, "What happened."),
        timestamp=described(INSTANT, "The instant of the request that made the change."),
        cursor=described(TEXT, "The change itself, and where to go on behind it."),
        cause=described(
            {"enum": [str(cause) for cause in Cause]},
            "Whether a caller wrote it, a data file was loaded, or it went with something that was deleted.",
        ),
        actor=described(TEXT, "Whose token it was; left out where the token names nobody."),
        data={
            "anyOf": [ref(name) for name in EVENTS],
            "description": "The members that the type has; names of customers and items as they are now.",
        },
    ),
    "ChangeBatch": record(
        ("changes", "cursor", "hasMore"),
        changes=array_of(ref("Change")),
        cursor=described(TEXT, "For the next `after`; past what the filters left out."),
        hasMore=described({"type": "boolean"}, "Whether there are more changes by now."),
    ),
}

EXAMPLE: Final[dict[str, Any]] = {
    "changes": [
        {
            "type": "customer-segment.customer-assignment-created",
            "timestamp": "2026-10-01T09:30:00.000Z",
            "cursor": "9rN0qfPRo3oP8QmWl1pTQ9m1bZr0Qp3v8xWnhA",
            "cause": "MANUAL",
            "actor": "shop-backend",
            "data": {
                "tenant": "acme",
                "segmentId": "winter-sports",
                "customer": {"id": "anna"},
                "assignmentType": "MANUAL",
                "metadata": {
                    "createdAt": "2026-10-01T09:30:00.000Z",
                    "modifiedAt": "2026-10-01T09:30:00.000Z",
                    "version": 1,
                },
            },
        }
    ],
    "cursor": "9rN0qfPRo3oP8QmWl1pTQ9m1bZr0Qp3v8xWnhA",
    "hasMore": False,
}

_CHANGE: Final = EXAMPLE["changes"][0]
STREAM: Final = event(orjson.dumps(_CHANGE).decode(), kind=_CHANGE["type"], event_id=_CHANGE["cursor"])
"""What a stream of events says of a change."""

CHANGES: Final[Mapping[str, Page]] = {
    "GET-customer-segment-changes": Page(
        "Follow changes",
        "The changes of segments and assignments behind a cursor, in the order in which they were committed; "
        "without one, from the oldest that is kept. With `segment_read_own`: those of the calling customer's "
        "own assignments and groups, and of segments and items while the segment is in their view. 410 is a "
        "cursor whose changes are deleted, or one of another log: read everything anew. 501: the feed is "
        "off. "
        "With `Accept: text/event-stream` the response goes on until the token ends: each change is an "
        "event when it is committed, from now on where there is no cursor. 429: there are too many streams.",
        {
            200: {
                "description": "A batch of changes, or a stream of them.",
                "content": json_content(ref("ChangeBatch"), EXAMPLE)
                | {EVENT_STREAM: {"schema": TEXT, "example": STREAM}},
            }
        },
        (
            "after",
            "limit",
            "types",
            "segmentIds",
            "customerIdOfChanges",
            "waitSeconds",
            "Last-Event-ID",
        ),
        failures=(410, 429, 501),
    ),
}
