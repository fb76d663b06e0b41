"""Inputs for writing webhooks.

`resolvers.webhook.document` checks them.
"""

from enum import Enum
from typing import Any

import strawberry
from strawberry.scalars import JSON

from schema.types.webhook import WebhookFormat, WebhookStatus
from schema.vocabulary.enums import ChangeType
from schema.vocabulary.input.conversion import converted_at_once

URL = "Where to post to: https, in ASCII, at most 2,048 characters, without user, password and fragment."
TYPES = "Only changes of these types; null means all, with EMPORIX those of the contract: none of groups."
SEGMENT_IDS = "Only changes of these segments, at most 1,000; null means all."
HEADERS = (
    "Custom headers: an object of at most 20 names and texts, such as an `Authorization` that the receiver "
    "expects. They are stored encrypted, and never shown."
)


@converted_at_once
@strawberry.input(description="A new webhook.")
class WebhookCreateInput:
    name: str = strawberry.field(description="Its name, for people; at most 200 characters.")
    url: str = strawberry.field(description=URL)
    types: list[ChangeType] | None = strawberry.field(default=None, description=TYPES)
    segment_ids: list[strawberry.ID] | None = strawberry.field(default=None, description=SEGMENT_IDS)
    format: WebhookFormat = strawberry.field(
        default=WebhookFormat.STANDARD, description="What is posted, and how it is signed."
    )
    headers: JSON | None = strawberry.field(default=None, description=HEADERS)
    after: str | None = strawberry.field(
        default=None, description="The cursor behind which it begins; left out, with the next change."
    )

    def document(self) -> dict[str, Any]:
        return _document(self)


@converted_at_once
@strawberry.input(description="What to change of a webhook; what is left out stays as it is.")
class WebhookUpdateInput:
    name: str | None = strawberry.field(default=strawberry.UNSET, description="Its name.")
    url: str | None = strawberry.field(default=strawberry.UNSET, description=URL)
    types: list[ChangeType] | None = strawberry.field(default=strawberry.UNSET, description=TYPES)
    segment_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description=SEGMENT_IDS
    )
    format: WebhookFormat | None = strawberry.field(
        default=strawberry.UNSET, description="What is posted, and how it is signed."
    )
    headers: JSON | None = strawberry.field(
        default=strawberry.UNSET, description=f"{HEADERS} All of them are replaced; null removes them."
    )
    status: WebhookStatus | None = strawberry.field(
        default=strawberry.UNSET,
        description="ACTIVE also ends waiting for the next retry; DISABLED stops deliveries within seconds.",
    )

    def document(self) -> dict[str, Any]:
        return _document(self)


_MEMBERS = {
    "name": "name",
    "url": "url",
    "types": "types",
    "segment_ids": "segmentIds",
    "format": "format",
    "headers": "headers",
    "status": "status",
}
_NULLABLE = ("types", "segmentIds", "headers")


def _document(values: object) -> dict[str, Any]:
    members = {name: getattr(values, attribute, strawberry.UNSET) for attribute, name in _MEMBERS.items()}
    return {
        name: _plain(value)
        for name, value in members.items()
        if value is not strawberry.UNSET and (value is not None or name in _NULLABLE)
    }


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case list():
            return list(map(_plain, value))
        case _:
            return value
