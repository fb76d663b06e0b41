"""Managing webhooks: what is checked, what is shown, and what never is."""

import base64
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from models.tables.webhook import webhook
from resolvers.webhook import write
from resolvers.webhook.secrets import Secrets, SecretsCipher
from tests.factories.documents import segment
from tests.factories.webhooks import SECRET, add_webhook
from tests.schema.client import USER_ERRORS, Graph

SHOWN = """
    id name url types segmentIds format headerNames status cursor lag failures failingSince nextAttemptAt
    deliveredAt lastError lastErrorAt rotatesUntil deadLetterCount deadLetters { after }
    lastTest { requestedAt sentAt statusCode error }
"""
CREATE = (
    "$input: WebhookCreateInput! => webhookCreate(input: $input) "
    f"{{ webhook {{ {SHOWN} }} secret {USER_ERRORS} }}"
)
UPDATE = (
    '$input: WebhookUpdateInput! => webhookUpdate(id: "hook", input: $input) '
    f"{{ webhook {{ {SHOWN} }} {USER_ERRORS} }}"
)
REPLAY = (
    f'$after: String! => webhookReplay(id: "hook", after: $after) {{ webhook {{ {SHOWN} }} {USER_ERRORS} }}'
)
ROTATE = f"$id: ID! => webhookRotateSecret(id: $id) {{ webhook {{ rotatesUntil }} secret {USER_ERRORS} }}"
DELETE = f"$id: ID! => webhookDelete(id: $id) {{ deletedWebhookId {USER_ERRORS} }}"
URL = "https://shop.example/hooks"


async def stored(graph: Graph, webhook_id: str = "hook") -> dict[str, Any]:
    statement = select(webhook).where(webhook.c.tenant == graph.shop.tenant, webhook.c.id == webhook_id)
    async with graph.shop.database.read() as snapshot:
        [row] = await snapshot.rows(statement)
        return dict(row)


async def secrets_of(graph: Graph, webhook_id: str = "hook") -> Secrets:
    row = await stored(graph, webhook_id)
    return SecretsCipher(graph.shop.policy.webhook_keys).decrypted(
        graph.shop.tenant, webhook_id, row["secrets"]
    )


async def create(graph: Graph, **members: Any) -> Any:
    return await graph.mutate(CREATE, {"input": {"name": "Hook", "url": URL, **members}})


async def cursor(graph: Graph) -> str:
    newest: str = (await graph("{ changesCursor }"))["changesCursor"]
    return newest


async def test_a_new_webhook_begins_with_the_next_change(graph: Graph) -> None:
    await graph.shop.segments(segment("s"))
    payload = await create(graph, types=["SEGMENT_DELETED", "SEGMENT_CREATED"], segmentIds=["s"])
    shown = payload["webhook"]
    assert payload["userErrors"] == []
    assert shown == {
        "id": shown["id"],
        "name": "Hook",
        "url": URL,
        "types": ["SEGMENT_CREATED", "SEGMENT_DELETED"],
        "segmentIds": ["s"],
        "format": "STANDARD",
        "headerNames": [],
        "status": "ACTIVE",
        "cursor": await cursor(graph),
        "lag": 0,
        "failures": 0,
        **dict.fromkeys(("failingSince", "nextAttemptAt", "deliveredAt", "lastError", "lastErrorAt")),
        "rotatesUntil": None,
        "deadLetterCount": 0,
        "deadLetters": [],
        "lastTest": None,
    }
    await graph.shop.segments(segment("t"))
    data = await graph(f'{{ webhook(id: "{shown["id"]}") {{ {SHOWN} }} webhooks {{ {SHOWN} }} }}')
    assert data == {"webhook": {**shown, "lag": 1}, "webhooks": [{**shown, "lag": 1}]}


async def test_a_new_webhook_can_begin_at_a_cursor(graph: Graph) -> None:
    await graph.shop.segments(segment("s"))
    first = await cursor(graph)
    await graph.shop.segments(segment("t"), segment("u"))
    payload = await create(graph, after=first)
    assert (payload["webhook"]["cursor"], payload["webhook"]["lag"]) == (first, 2)
    assert (await create(graph, after="nonsense"))["userErrors"] == [
        {
            "code": "INVALID_ARGUMENT",
            "path": ["input", "after"],
            "message": "This is not a cursor of changes.",
        }
    ]


async def test_the_secret_is_shown_once_and_stored_encrypted(graph: Graph) -> None:
    headers = {"Authorization": "Bearer a-credential"}
    payload = await create(graph, headers=headers)
    secret = payload["secret"]
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
    assert payload["webhook"]["headerNames"] == ["Authorization"]
    row = await stored(graph, payload["webhook"]["id"])
    for hidden in (secret.removeprefix("whsec_"), "a-credential"):
        assert hidden not in str(row)
        assert hidden.encode() not in base64.b64decode(row["secrets"])
    assert await secrets_of(graph, payload["webhook"]["id"]) == Secrets(secret, None, headers)


async def test_secrets_belong_to_their_row(graph: Graph) -> None:
    await add_webhook(graph.shop, "other", Secrets("whsec_b3RoZXI="))
    await add_webhook(graph.shop)
    row = await stored(graph, "other")
    move = webhook.update().where(webhook.c.tenant == graph.shop.tenant, webhook.c.id == "hook")
    await graph.shop.write(lambda writer: writer.transaction.write(move.values(secrets=row["secrets"])))
    answer = await graph.ask('mutation { webhookRotateSecret(id: "hook") { secret } }')
    assert answer.codes == ["WEBHOOKS_OFF"]
    assert answer.errors[0]["message"].startswith("The secrets of this webhook were encrypted with another")


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"name": " "}, ["name"]),
        ({"name": "x" * 201}, ["name"]),
        ({"url": "http://shop.example"}, ["url"]),
        ({"url": "https://user:password@shop.example"}, ["url"]),
        ({"url": f"https://shop.example/{'x' * 2048}"}, ["url"]),
        ({"segmentIds": ["a b"]}, ["segmentIds", "0"]),
        ({"segmentIds": ["s"] * 1001}, ["segmentIds"]),
        ({"headers": []}, ["headers"]),
        ({"headers": {f"x-{number}": "v" for number in range(21)}}, ["headers"]),
        ({"headers": {"x-a": "v", "X-A": "w"}}, ["headers"]),
        ({"headers": {"x-a": 1}}, ["headers", "x-a"]),
        ({"headers": {"x-a": "v" * 2001}}, ["headers", "x-a"]),
        ({"headers": {"x-a": "v\r\nHost: inside"}}, ["headers", "x-a"]),
        ({"headers": {"x-a\r\nHost": "inside"}}, ["headers", "x-a\r\nHost"]),
        ({"headers": {"x a": "v"}}, ["headers", "x a"]),
        ({"headers": {"": "v"}}, ["headers", ""]),
        ({"headers": {"x-a": ""}}, ["headers", "x-a"]),
        ({"headers": {"x-a": "ü"}}, ["headers", "x-a"]),
        ({"headers": {"Host": "inside"}}, ["headers", "Host"]),
        ({"headers": {"content-LENGTH": "1"}}, ["headers", "content-LENGTH"]),
        ({"headers": {"Transfer-Encoding": "chunked"}}, ["headers", "Transfer-Encoding"]),
        ({"headers": {"Connection": "x-a"}}, ["headers", "Connection"]),
        ({"headers": {"Proxy-Authorization": "v"}}, ["headers", "Proxy-Authorization"]),
        ({"headers": {"webhook-signature": "v1,x"}}, ["headers", "webhook-signature"]),
        ({"headers": {"Emporix-Event-Signature": "x"}}, ["headers", "Emporix-Event-Signature"]),
    ],
)
async def test_what_is_wrong_with_the_input_is_named(
    graph: Graph, members: dict[str, Any], path: list[str]
) -> None:
    payload = await create(graph, **members)
    assert (payload["webhook"], payload["secret"]) == (None, None)
    assert [(one["code"], one["path"]) for one in payload["userErrors"]] == [
        ("INVALID_INPUT", ["input", *path])
    ]
    assert (await graph("{ webhooks { id } }"))["webhooks"] == []


async def test_a_tenant_has_no_more_webhooks_than_it_may_have(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "MOST_WEBHOOKS", 1)
    await create(graph)
    [error] = (await create(graph))["userErrors"]
    assert (error["code"], error["message"]) == ("LIMIT_REACHED", "A tenant may have 1 webhooks.")


async def test_an_update_changes_what_it_says(graph: Graph) -> None:
    await add_webhook(graph.shop, types=["SEGMENT_CREATED"], failures=3)
    payload = await graph.mutate(
        UPDATE, {"input": {"types": None, "format": "EMPORIX", "status": "DISABLED"}}
    )
    shown = payload["webhook"]
    assert (shown["name"], shown["url"], shown["types"]) == ("Hook", URL, None)
    assert (shown["format"], shown["status"], shown["failures"]) == ("EMPORIX", "DISABLED", 3)
    shown = (await graph.mutate(UPDATE, {"input": {"status": "ACTIVE", "name": "New"}}))["webhook"]
    assert (shown["name"], shown["status"], shown["failures"]) == ("New", "ACTIVE", 0)
    unknown = await graph.ask(
        'mutation { webhookUpdate(id: "none", input: {}) { userErrors { code path } } }'
    )
    assert unknown.data["webhookUpdate"]["userErrors"] == [{"code": "NOT_FOUND", "path": ["id"]}]


async def test_stored_headers_do_not_go_to_another_origin(graph: Graph) -> None:
    secrets = Secrets(SECRET, headers={"Authorization": "Bearer a-credential"})
    await add_webhook(graph.shop, secrets=secrets)
    for url in ("https://evil.example/hooks", "https://shop.example:444/hooks"):
        [error] = (await graph.mutate(UPDATE, {"input": {"url": url}}))["userErrors"]
        assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "headers"])
    assert (await graph.mutate(UPDATE, {"input": {"url": f"{URL}/2"}}))["webhook"]["url"] == f"{URL}/2"
    assert await secrets_of(graph) == secrets
    given = {"url": "https://other.example", "headers": {"X-Key": "k"}}
    assert (await graph.mutate(UPDATE, {"input": given}))["webhook"]["headerNames"] == ["X-Key"]
    assert await secrets_of(graph) == replace(secrets, headers={"X-Key": "k"})


async def test_a_rotated_secret_keeps_the_one_before(graph: Graph) -> None:
    await add_webhook(graph.shop)
    payload = await graph.mutate(ROTATE, {"id": "hook"})
    assert payload["webhook"]["rotatesUntil"] is not None
    assert payload["secret"] != SECRET
    assert await secrets_of(graph) == Secrets(payload["secret"], SECRET)


async def test_a_replay_moves_the_cursor(graph: Graph) -> None:
    await graph.shop.segments(segment("s"))
    first = await cursor(graph)
    await graph.shop.segments(segment("t"))
    await add_webhook(graph.shop, epoch="", acknowledged=[2], retries={"1": {"tries": 1}}, failures=2)
    shown = (await graph.mutate(REPLAY, {"after": first}))["webhook"]
    assert (shown["cursor"], shown["lag"], shown["failures"]) == (first, 1, 0)
    row = await stored(graph)
    assert (row["acknowledged"], row["retries"], row["replays"], row["seen"]) == ([], {}, 1, 1)
    [error] = (await graph.mutate(REPLAY, {"after": "nonsense"}))["userErrors"]
    assert (error["code"], error["path"]) == ("INVALID_ARGUMENT", ["after"])


async def test_a_deleted_webhook_is_gone(graph: Graph) -> None:
    await add_webhook(graph.shop)
    assert await graph.mutate(DELETE, {"id": "hook"}) == {"deletedWebhookId": "hook", "userErrors": []}
    assert await graph.mutate(DELETE, {"id": "hook"}) == {"deletedWebhookId": None, "userErrors": []}
    assert (await graph("{ webhooks { id } }"))["webhooks"] == []


async def test_without_a_key_there_are_no_webhooks(graph: Graph) -> None:
    policy = replace(graph.shop.policy, webhook_keys=())
    for document in (
        "{ webhooks { id } }",
        'mutation { webhookCreate(input: {name: "x", url: ""}) { secret } }',
        'mutation { webhookTest(id: "x") { webhook { id } } }',
    ):
        answer = await graph.ask(document, policy=policy)
        assert answer.codes == ["WEBHOOKS_OFF"]
        assert "SEGMENTS_WEBHOOK_KEY" in answer.errors[0]["message"]
