"""Server-sent events: GraphQL over them (the graphql-sse protocol), and the stream of the REST path."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.app import create_app
from gateway.identity.claims import InvalidToken
from gateway.identity.keys import SharedSecret
from gateway.identity.tokens import JwtVerifier
from gateway.settings.settings import Settings
from models.connection.database import Database
from resolvers import streams
from resolvers.caller import Caller
from resolvers.changes import feed, follow
from rest_compat.wire import event_stream
from rest_compat.wire.send_now import SEND_NOW
from schema.engine.subscription import Subscription
from tests.factories.documents import segment
from tests.factories.shop import Shop
from tests.gateway.serving import http_client, listening
from tests.gateway.streaming import PATIENCE, Event, Events, Tenant

pytestmark = pytest.mark.slow

SUBSCRIPTION = """
subscription ($after: String, $types: [ChangeType!]) {
  changes(after: $after, types: $types) { changes { type segmentId cursor } cursor hasMore }
}
"""


@pytest.fixture
async def shop(settings: Settings, tenant: str, secret: str) -> AsyncIterator[Tenant]:
    changed = settings.model_copy(update={"max_streams": 6, "streams_per_caller": 4})
    async with listening(create_app(changed)) as url:
        yield Tenant(url, tenant, secret)


async def batch(events: Events) -> Any:
    """The next batch of a subscription."""
    event = await events.next()
    assert event is not None
    assert event.kind == "next"
    return event.json["data"]["changes"]


def ids(batch: Any) -> list[str]:
    return [change["segmentId"] for change in batch["changes"]]


async def test_a_subscription_tells_where_it_begins_and_then_each_change(shop: Tenant) -> None:
    await shop.put("before")
    async with shop.graphql(SUBSCRIPTION) as events:
        assert events.response.headers["content-type"] == "text/event-stream; charset=utf-8"
        start = await batch(events)
        assert (start["changes"], start["hasMore"]) == ([], False)
        for number in range(3):
            await shop.put(f"s{number}")
            assert ids(await batch(events)) == [f"s{number}"]
    async with shop.graphql(SUBSCRIPTION, {"after": start["cursor"]}) as events:
        assert ids(await batch(events)) == ["s0", "s1", "s2"]


async def test_a_subscription_by_get_and_with_a_filter(shop: Tenant) -> None:
    await shop.put("s")
    async with (
        http_client(shop.url, timeout=PATIENCE) as client,
        client.stream(
            "GET",
            "/graphql",
            params={"query": "subscription { changes(types: [SEGMENT_DELETED]) { changes { segmentId } } }"},
            headers={**shop.token(), "Accept": "text/event-stream, application/json;q=0.5"},
        ) as response,
    ):
        events = Events(response)
        assert ids(await batch(events)) == []
        await shop.put("t")
        await shop.delete("s")
        assert ids(await batch(events)) == ["s"]


async def test_queries_and_mutations_are_one_event_and_the_end(shop: Tenant) -> None:
    async with shop.graphql("{ __typename }") as events:
        assert await events.rest() == [Event("next", '{"data":{"__typename":"Query"}}'), Event("complete")]
    async with shop.graphql("{ nope }") as events:
        [answer, end] = await events.rest()
        assert ("errors" in answer.json, "data" in answer.json, end.kind) == (True, False, "complete")


async def test_without_events_a_subscription_is_refused(shop: Tenant) -> None:
    async with shop.client() as client:
        for accept in ("application/json", "*/*"):
            answer = await client.post("/graphql", json={"query": SUBSCRIPTION}, headers={"Accept": accept})
            assert answer.status_code == 400
            assert "text/event-stream" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("scopes", "variables", "code"),
    [
        ("M", {}, "FORBIDDEN"),
        ("R", {"after": "x"}, "INVALID_ARGUMENT"),
        ("R", {"types": ["X"]}, "BAD_REQUEST"),
    ],
)
async def test_what_cannot_begin_is_told_in_the_first_event(
    shop: Tenant, scopes: str, variables: dict[str, Any], code: str
) -> None:
    async with shop.graphql(SUBSCRIPTION, variables, scopes=scopes) as events:
        [answer, end] = await events.rest()
    assert [error["extensions"]["code"] for error in answer.json["errors"]] == [code]
    assert end.kind == "complete"


async def test_nothing_is_opened_without_a_token(shop: Tenant) -> None:
    async with http_client(shop.url) as client:
        accept = {"Accept": "text/event-stream"}
        answer = await client.post("/graphql", json={"query": SUBSCRIPTION}, headers=accept)
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (
            401,
            "UNAUTHENTICATED",
        )
        answer = await client.get(f"/customer-segment/{shop.name}/changes", headers=accept)
        assert answer.status_code == 401


async def test_the_rest_stream_has_an_event_for_each_change_and_goes_on_by_its_id(shop: Tenant) -> None:
    async with shop.rest() as events:
        await shop.put("s")
        first = await events.next()
        assert first is not None
        assert (first.data, first.kind) == ("", "")
        assert first.id
        created = await events.next()
        assert created is not None
        await shop.put("s", status="INACTIVE")
        updated = await events.next()
        assert updated is not None
    assert (created.kind, updated.kind) == (
        "customer-segment.segment-created",
        "customer-segment.segment-updated",
    )
    assert (created.json["cursor"], created.json["data"]["id"]) == (created.id, "s")
    async with shop.client() as client:
        listed = await client.get(f"/customer-segment/{shop.name}/changes?after={first.id}")
    assert listed.json()["changes"] == [created.json, updated.json]
    async with shop.rest(f"?after={first.id}", {"Last-Event-ID": created.id}) as events:
        assert await events.next() == updated
    async with shop.rest(f"?after={first.id}&types=customer-segment.segment-updated") as events:
        assert await events.next() == updated


async def test_clients_of_a_server_that_leaves_do_not_connect_again_all_at_once(
    settings: Settings, tenant: str, secret: str
) -> None:
    pauses = set()
    async with listening(create_app(settings)) as url:
        shop = Tenant(url, tenant, secret)
        for _ in range(10):
            async with shop.rest() as events:
                first = await anext(events._chunks)  # noqa: SLF001  (the browser's own line is looked for)
                name, _, pause = first.partition("\n")[0].partition(": ")
                assert name == "retry"
                pauses.add(int(pause))
    assert len(pauses) > 1
    assert min(pauses) >= 500
    assert max(pauses) <= 2_500


async def test_a_bad_id_is_refused_before_anything_is_sent(shop: Tenant) -> None:
    async with shop.rest(headers={"Last-Event-ID": "x"}) as events:
        assert events.response.status_code == 400


async def test_head_sends_no_stream(shop: Tenant) -> None:
    async with shop.client() as client:
        answer = await client.head(
            f"/customer-segment/{shop.name}/changes", headers={"Accept": "text/event-stream"}
        )
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")


@pytest.mark.parametrize("extension", [SEND_NOW, "of another server"])
async def test_silence_is_broken_by_comments_and_checkpoints(
    shop: Tenant, monkeypatch: pytest.MonkeyPatch, extension: str
) -> None:
    monkeypatch.setattr(event_stream, "SEND_NOW", extension)
    monkeypatch.setattr(event_stream, "SECONDS_BETWEEN_SIGNS", 0.2)
    monkeypatch.setattr(event_stream, "SECONDS_BETWEEN_LOOKS", 0.2)
    monkeypatch.setattr(streams, "SECONDS_BETWEEN_LOOKS", 0.05)
    monkeypatch.setattr(follow, "SECONDS_BETWEEN_CHECKPOINTS", 0.3)
    async with shop.rest("?customerId=nobody") as events:
        start = await events.next()
        text = ""
        async with asyncio.timeout(PATIENCE):
            while text.count(":\n\n") < 2:
                text += await anext(events._chunks)  # noqa: SLF001  (comments are what is looked for)
        await shop.put("s")
        checkpoint = await events.next()
    assert start is not None
    assert checkpoint is not None
    assert (checkpoint.data, checkpoint.id == start.id) == ("", False)


async def test_a_stream_ends_with_its_token(shop: Tenant) -> None:
    """The tokens have 30 seconds of leeway, of which three are left at most."""
    began = int(time.time())
    async with shop.graphql(SUBSCRIPTION, expires_in=-27) as graphql, shop.rest(expires_in=-27) as rest:
        told = await asyncio.gather(graphql.rest(), rest.rest())
    assert time.time() >= began + 3
    assert list(map(len, told)) == [1, 1], "where they begin; without `complete` a client connects again"


class Withdrawable(JwtVerifier):
    """Knows tokens until they are withdrawn."""

    is_withdrawn = False

    async def verify(self, token: str) -> Caller:
        if self.is_withdrawn:
            raise InvalidToken("withdrawn")
        return await super().verify(token)

    def knows(self, token: str) -> bool:
        return not self.is_withdrawn and super().knows(token)


async def test_a_withdrawn_token_gets_no_more_batches(
    settings: Settings, tenant: str, secret: str, database: Database
) -> None:
    verifier = Withdrawable(SharedSecret(secret))
    async with listening(create_app(settings, verifier=verifier)) as url:
        shop = Tenant(url, tenant, secret)
        async with shop.rest() as rest, shop.graphql(SUBSCRIPTION) as graphql:
            await rest.next()
            await batch(graphql)
            await shop.put("s")
            assert (await rest.next()) is not None
            assert ids(await batch(graphql)) == ["s"]
            verifier.is_withdrawn = True
            await Shop(database, tenant).segments(segment("t"))
            assert (await rest.rest(), await graphql.rest()) == ([], [])


async def test_callers_and_the_process_have_bounds(shop: Tenant) -> None:
    async with (
        shop.rest(subject="a"), shop.rest(subject="a"), shop.rest(subject="a"), shop.rest(subject="a"),
        shop.rest(subject="a") as fifth, shop.graphql(SUBSCRIPTION, subject="a") as sixth,
        shop.rest(subject="b") as other,
    ):  # fmt: skip
        assert (fifth.response.status_code, sixth.response.status_code) == (429, 429)
        assert other.response.status_code == 200
    status = 429
    async with asyncio.timeout(PATIENCE):
        while status == 429:  # until the gateway has noticed that the streams are over
            async with shop.rest(subject="a") as again:
                status = again.response.status_code
    assert status == 200


async def test_streams_are_no_requests_and_have_no_deadline(
    database: Database, settings: Settings, tenant: str, secret: str
) -> None:
    changed = settings.model_copy(update={"max_requests": 1, "request_timeout": 0.3})
    async with listening(create_app(changed)) as url:
        shop = Tenant(url, tenant, secret)
        async with shop.rest() as rest, shop.graphql(SUBSCRIPTION) as graphql:
            await rest.next()
            await batch(graphql)
            await asyncio.sleep(0.6)
            await Shop(database, tenant).segments(segment("s"))
            created = await rest.next()
            assert created is not None
            assert ids(await batch(graphql)) == ["s"]


async def test_metrics_count_streams_and_batches(shop: Tenant) -> None:
    async with shop.graphql(SUBSCRIPTION) as graphql, shop.rest() as rest:
        await batch(graphql)
        await rest.next()
        await shop.put("s")
        await batch(graphql)
        await rest.next()
        async with http_client(shop.url) as client:
            page = (await client.get("/metrics")).text
    samples = dict(line.rsplit(" ", 1) for line in page.splitlines() if line.startswith("segments_stream"))
    assert 0 < float(samples.pop("segments_stream_lag_seconds")) < PATIENCE
    assert samples == {
        'segments_streams{kind="websocket"}': "0.0",
        'segments_streams{kind="graphql_sse"}': "1.0",
        'segments_streams{kind="rest_sse"}': "1.0",
        'segments_stream_batches_total{kind="websocket"}': "0.0",
        'segments_stream_batches_total{kind="graphql_sse"}': "2.0",
        'segments_stream_batches_total{kind="rest_sse"}': "2.0",
    }


async def test_tenants_see_their_own_alone(settings: Settings, tenant: str, secret: str) -> None:
    async with listening(create_app(settings)) as url:
        one, other = Tenant(url, tenant, secret), Tenant(url, f"o{tenant[:15]}", secret)
        async with one.graphql(SUBSCRIPTION) as first, other.graphql(SUBSCRIPTION) as second:
            await batch(first)
            await batch(second)
            for number in range(5):
                await one.put(f"one{number}")
                await other.put(f"other{number}")
                assert ids(await batch(first)) == [f"one{number}"]
                assert ids(await batch(second)) == [f"other{number}"]


async def test_subscribers_with_the_same_view_share_statements(
    settings: Settings, tenant: str, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten readers of the same document cost as many statements as one."""
    query = "subscription { changes { changes { segment { id } } } }"
    executions = 0
    execute = Subscription.execute

    async def counted(self: Subscription, event: Any, context: Any) -> Any:
        nonlocal executions
        executions += 1
        return await execute(self, event, context)

    monkeypatch.setattr(Subscription, "execute", counted)
    async with listening(create_app(settings)) as url:
        shop = Tenant(url, tenant, secret)
        await shop.put("before")
        async with shop.graphql(query) as a, shop.graphql(query) as b, shop.graphql(query, scopes="RM") as c:
            for events in (a, b, c):
                await batch(events)
            executions = 0
            await shop.put("s")
            for events in (a, b, c):
                assert (await batch(events))["changes"] == [{"segment": {"id": "s"}}]
    assert executions == 2, "of those with the same scopes one"


async def test_a_slow_reader_reads_the_table(
    settings: Settings, tenant: str, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "ROOM", 1)
    async with listening(create_app(settings)) as url:
        shop = Tenant(url, tenant, secret)
        async with shop.graphql(SUBSCRIPTION) as events:
            await batch(events)
            await shop.put(*(f"s{number}" for number in range(10)))
            seen: list[str] = []
            while len(seen) < 10:
                seen += ids(await batch(events))
    assert seen == [f"s{number}" for number in range(10)]
