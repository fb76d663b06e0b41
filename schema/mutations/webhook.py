"""Mutations for webhooks; they need the scope segment_manage."""

from typing import Annotated

import strawberry

from models.sql.prepared import Row
from resolvers.caller import Scope
from resolvers.errors import GatewayError
from resolvers.webhook.document import webhook_content
from resolvers.webhook.read import require_webhooks
from resolvers.webhook.write import (
    create_webhook,
    delete_webhook,
    replay_webhook,
    request_test,
    rotate_secret,
    update_webhook,
)
from schema.mutations.mutating import UserError, mutate, user_errors
from schema.mutations.webhook_input import WebhookCreateInput, WebhookUpdateInput
from schema.types.webhook import Webhook
from schema.vocabulary.context import Info

WebhookId = Annotated[strawberry.ID, strawberry.argument(description="The webhook.")]
NewWebhook = Annotated[WebhookCreateInput, strawberry.argument(description="The webhook to create.")]
ChangedWebhook = Annotated[WebhookUpdateInput, strawberry.argument(description="What to change.")]
Cursor = Annotated[
    str, strawberry.argument(description="A cursor of a change or of a batch: deliveries go on behind it.")
]

NULL_ON_FAILURE = "The webhook as it is now; null where there are `userErrors`."
ERRORS = "What is wrong with the input; empty on success."
ONCE = "The secret to verify signatures with. It is not shown again."
READS = "Needs segment_read as well: the receiver learns every change."


@strawberry.type
class WebhookPayload:
    webhook: Webhook | None = strawberry.field(description=NULL_ON_FAILURE)
    user_errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.type(description="The answer of `webhookCreate`.")
class WebhookCreatePayload(WebhookPayload):
    secret: str | None = strawberry.field(description=ONCE)


@strawberry.type(description="The answer of `webhookUpdate`.")
class WebhookUpdatePayload(WebhookPayload):
    pass


@strawberry.type(description="The answer of `webhookRotateSecret`.")
class WebhookRotateSecretPayload(WebhookPayload):
    secret: str | None = strawberry.field(description=ONCE)


@strawberry.type(description="The answer of `webhookTest`.")
class WebhookTestPayload(WebhookPayload):
    pass


@strawberry.type(description="The answer of `webhookReplay`.")
class WebhookReplayPayload(WebhookPayload):
    pass


@strawberry.type(description="The answer of `webhookDelete`.")
class WebhookDeletePayload:
    deleted_webhook_id: strawberry.ID | None = strawberry.field(
        description="The webhook that was deleted; null where there was none, and that is no error."
    )
    user_errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.type
class WebhookMutation:
    @strawberry.field(
        description=f"Post changes to a URL from now on, or from a cursor on; at most 50 a tenant. {READS}"
    )
    async def webhook_create(self, info: Info, input: NewWebhook) -> WebhookCreatePayload:
        _require(info, Scope.READ)
        policy = info.context.policy
        result = await mutate(
            info,
            lambda: webhook_content(input.document(), policy),
            lambda writer, content: create_webhook(writer, content, input.after),
        )
        if isinstance(result, GatewayError):
            return WebhookCreatePayload(webhook=None, secret=None, user_errors=user_errors(result, "input"))
        return WebhookCreatePayload(webhook=Webhook(row=result.row), secret=result.secret, user_errors=[])

    @strawberry.field(
        description="Change a webhook. Where it has headers, a URL of another origin needs `headers` as "
        f"well, since they would be sent there. {READS}"
    )
    async def webhook_update(self, info: Info, id: WebhookId, input: ChangedWebhook) -> WebhookUpdatePayload:
        _require(info, Scope.READ)
        policy = info.context.policy
        result = await mutate(
            info,
            lambda: webhook_content(input.document(), policy),
            lambda writer, content: update_webhook(writer, id, content),
        )
        return WebhookUpdatePayload(
            webhook=_shown(result), user_errors=user_errors(result, "input", beside=("id",))
        )

    @strawberry.field(
        description="Delete a webhook and its dead letters; nothing there is no error. An event that is "
        "being sent may still arrive."
    )
    async def webhook_delete(self, info: Info, id: WebhookId) -> WebhookDeletePayload:
        _require(info)
        result = await mutate(info, lambda: id, delete_webhook)
        return WebhookDeletePayload(
            deleted_webhook_id=id if result is True else None, user_errors=user_errors(result)
        )

    @strawberry.field(
        description="Give a webhook a new secret. For 24 hours STANDARD signs with both; EMPORIX has room "
        "for one signature, and takes the new one at once."
    )
    async def webhook_rotate_secret(self, info: Info, id: WebhookId) -> WebhookRotateSecretPayload:
        _require(info)
        result = await mutate(info, lambda: id, rotate_secret)
        if isinstance(result, GatewayError):
            return WebhookRotateSecretPayload(webhook=None, secret=None, user_errors=user_errors(result))
        return WebhookRotateSecretPayload(
            webhook=Webhook(row=result.row), secret=result.secret, user_errors=[]
        )

    @strawberry.field(
        description="Have an event of the type `customer-segment.webhook-test` sent once, also to a webhook "
        "that is disabled. What came of it is shown by `lastTest`, seconds later."
    )
    async def webhook_test(self, info: Info, id: WebhookId) -> WebhookTestPayload:
        _require(info)
        result = await mutate(info, lambda: id, request_test)
        return WebhookTestPayload(webhook=_shown(result), user_errors=user_errors(result))

    @strawberry.field(
        description="Move a webhook behind a cursor, back or forth: changes are sent again, with the same "
        f"`webhook-id`, or left out. {READS}"
    )
    async def webhook_replay(self, info: Info, id: WebhookId, after: Cursor) -> WebhookReplayPayload:
        _require(info, Scope.READ)
        result = await mutate(info, lambda: id, lambda writer, key: replay_webhook(writer, key, after))
        return WebhookReplayPayload(webhook=_shown(result), user_errors=user_errors(result))


def _require(info: Info, *scopes: Scope) -> None:
    """Require the scopes before reading the input."""
    for scope in (Scope.MANAGE, *scopes):
        info.context.caller.require(scope)
    require_webhooks(info.context.policy)


def _shown(result: Row | GatewayError) -> Webhook | None:
    return None if isinstance(result, GatewayError) else Webhook(row=result)
