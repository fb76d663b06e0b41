"""The GraphQL types for webhooks.

They never show secrets or values of headers.
"""

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from models.sql.prepared import Row
from resolvers.caller import Scope
from resolvers.changes.cursor import CursorSeal, Position
from resolvers.webhook import vocabulary
from resolvers.webhook.read import dead_letters
from schema.vocabulary.context import Info
from schema.vocabulary.enums import ChangeType

First = Annotated[int, strawberry.argument(description="At most so many, up to 100.")]


@strawberry.enum(description="What is posted to a webhook, and how it is signed.")
class WebhookFormat(Enum):
    STANDARD = strawberry.enum_value(
        vocabulary.WebhookFormat.STANDARD,
        description="`type`, `timestamp`, `cursor` and `data`, signed after Standard Webhooks 1.0.",
    )
    EMPORIX = strawberry.enum_value(
        vocabulary.WebhookFormat.EMPORIX,
        description="The bare `data` with the headers `emporix-event-signature` and "
        "`emporix-event-publish-time`.",
    )


@strawberry.enum(description="Whether changes are delivered to a webhook.")
class WebhookStatus(Enum):
    ACTIVE = strawberry.enum_value(vocabulary.WebhookStatus.ACTIVE, description="They are.")
    DISABLED = strawberry.enum_value(
        vocabulary.WebhookStatus.DISABLED,
        description="They are not; `lastError` says why, unless it was disabled by a client. It goes on from "
        "its cursor when `webhookUpdate` makes it ACTIVE.",
    )


@strawberry.type(description="A change that a webhook refused for good.")
class WebhookDeadLetter:
    row: strawberry.Private[Row]

    @strawberry.field(description="What kind of change it is.")
    def type(self) -> ChangeType:
        return ChangeType(self.row["type"])

    @strawberry.field(
        description="The cursor before the change: `changes` and `webhookReplay` begin with it."
    )
    def after(self, info: Info) -> str:
        return _cursor(info, Position(self.row["epoch"], self.row["seq"] - 1))

    @strawberry.field(description="Why it was refused.")
    def reason(self) -> str:
        reason: str = self.row["reason"]
        return reason

    @strawberry.field(description="The status of the last response.")
    def status_code(self) -> int | None:
        code: int | None = self.row["status_code"]
        return code

    @strawberry.field(description="When it was given up.")
    def at(self) -> datetime:
        at: datetime = self.row["at"]
        return at


@strawberry.type(description="The last test of a webhook, which `webhookTest` requests.")
class WebhookTest:
    requested_at: datetime = strawberry.field(description="When it was requested.")
    sent_at: datetime | None = strawberry.field(description="When it was sent; null until then.")
    status_code: int | None = strawberry.field(description="The status of the response.")
    error: str | None = strawberry.field(description="What went wrong; null where it was received.")


@strawberry.type(description="An endpoint to which changes of the tenant are posted.")
class Webhook:
    row: strawberry.Private[Row]

    @strawberry.field(description="Its id.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(self.row["id"])

    @strawberry.field(description="Its name, for people.")
    def name(self) -> str:
        name: str = self.row["name"]
        return name

    @strawberry.field(description="Where changes are posted to.")
    def url(self) -> str:
        url: str = self.row["url"]
        return url

    @strawberry.field(
        description="The types of changes that are posted; null means all (EMPORIX: those of the contract)."
    )
    def types(self) -> list[ChangeType] | None:
        types = self.row["types"]
        return None if types is None else [ChangeType(name) for name in types]

    @strawberry.field(description="The segments whose changes are posted; null means all.")
    def segment_ids(self) -> list[strawberry.ID] | None:
        ids = self.row["segment_ids"]
        return None if ids is None else list(map(strawberry.ID, ids))

    @strawberry.field(description="What is posted, and how it is signed.")
    def format(self) -> WebhookFormat:
        return WebhookFormat(vocabulary.WebhookFormat(self.row["format"]))

    @strawberry.field(description="The names of its custom headers; their values are never shown.")
    def header_names(self) -> list[str]:
        names: list[str] = self.row["header_names"]
        return names

    @strawberry.field(description="Whether changes are delivered.")
    def status(self) -> WebhookStatus:
        return WebhookStatus(vocabulary.WebhookStatus(self.row["status"]))

    @strawberry.field(description="The cursor up to which every change is delivered or a dead letter.")
    def cursor(self, info: Info) -> str:
        return _cursor(info, Position(self.row["epoch"], self.row["seq"]))

    @strawberry.field(
        description="Changes of the tenant behind the cursor, those included that the webhook leaves out."
    )
    def lag(self) -> int:
        head: int = self.row["head"] or 0
        behind: int = head - self.row["seq"]
        return max(0, behind)

    @strawberry.field(description="Tries in a row without success, of the change that failed most often.")
    def failures(self) -> int:
        tries: list[int] = [retry["tries"] for retry in self.row["retries"].values()]
        rounds: int = self.row["failures"]
        return max(rounds, *tries, 0)

    @strawberry.field(
        description="Since when something has been failing; five days of it disable the webhook."
    )
    def failing_since(self) -> datetime | None:
        since: datetime | None = self.row["failing_since"]
        return since

    @strawberry.field(description="When the next retry is due.")
    def next_attempt_at(self) -> datetime | None:
        at: datetime | None = self.row["next_attempt_at"]
        return at

    @strawberry.field(description="When a change was received last.")
    def delivered_at(self) -> datetime | None:
        at: datetime | None = self.row["delivered_at"]
        return at

    @strawberry.field(description="What went wrong last.")
    def last_error(self) -> str | None:
        error: str | None = self.row["last_error"]
        return error

    @strawberry.field(description="When that was.")
    def last_error_at(self) -> datetime | None:
        at: datetime | None = self.row["last_error_at"]
        return at

    @strawberry.field(
        description="Until when the previous secret signs as well; null where none was rotated."
    )
    def rotates_until(self) -> datetime | None:
        until: datetime | None = self.row["rotates_until"]
        return until

    @strawberry.field(description="How many changes it has refused for good, ever.")
    def dead_letter_count(self) -> int:
        count: int = self.row["dead_letters"]
        return count

    @strawberry.field(description="The newest of them, newest first; 1,000 are kept.")
    async def dead_letters(self, info: Info, first: First = 20) -> list[WebhookDeadLetter]:
        reader = await info.context.reading(Scope.MANAGE)
        return [WebhookDeadLetter(row=row) for row in await dead_letters(reader, self.row["id"], first)]

    @strawberry.field(description="The last test; null where none was requested.")
    def last_test(self) -> WebhookTest | None:
        if self.row["test_requested_at"] is None:
            return None
        return WebhookTest(
            requested_at=self.row["test_requested_at"],
            sent_at=self.row["test_sent_at"],
            status_code=self.row["test_status_code"],
            error=self.row["test_error"],
        )

    @strawberry.field(description="When it was created.")
    def created_at(self) -> datetime:
        at: datetime = self.row["created_at"]
        return at

    @strawberry.field(description="When a client changed it last.")
    def modified_at(self) -> datetime:
        at: datetime = self.row["modified_at"]
        return at


def _cursor(info: Info, position: Position) -> str:
    return CursorSeal(info.context.policy.cursor_secret).cursor(info.context.caller.tenant, position)
