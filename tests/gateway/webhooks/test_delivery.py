"""Delivery to webhooks: order, retries, dead letters, leases, and what a client can do meanwhile."""

import asyncio
import base64
import hmac
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from standardwebhooks import Webhook as Verifier

from gateway.webhooks import deliverer
from gateway.webhooks.deliverer import Deliverer, delivering_in_background
from gateway.webhooks.delivery import Delivering, deliver
from gateway.webhooks.post import Poster
from models.connection.database import Database
from models.tables.columns import this_instant
from models.tables.webhook import dead_letter, webhook
from resolvers.webhook.lease import take_lease
from resolvers.webhook.secrets import Secrets
from tests.factories.documents import customer, segment
from tests.factories.shop import Shop
from tests.factories.webhooks import SECRET, add_webhook
from tests.gateway.webhooks.receiver import Received, Receiver, Response, receiving

OLD_SECRET = "whsec_YW5vdGhlciBzZWNyZXQgb2YgYSB3ZWJob29rIG9mIHRlc3Rz"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
def hooked(shop: Shop) -> Shop:
    """A tenant whose webhooks may be inside."""
    return Shop(shop.database, shop.tenant, replace(shop.policy, webhooks_allow_private=True))


def delivering(shop: Shop, *, seconds: float = 2, retry: float = 0.02, owner: str = "test") -> Delivering:
    poster = Poster(seconds=seconds, allows_private=True)
    return Delivering(shop.database, shop.policy, poster, owner, delay=lambda _: retry)


def running(shop: Shop, **options: Any) -> Any:
    return delivering_in_background(delivering(shop, **options))


async def once(shop: Shop, **options: Any) -> None:
    """Deliver what is due now."""
    await deliver(delivering(shop, **options), shop.tenant, "hook", asyncio.Event())


async def stored(shop: Shop) -> dict[str, Any]:
    async with shop.database.read() as snapshot:
        [row] = await snapshot.rows(select(webhook).where(webhook.c.tenant == shop.tenant))
        return dict(row)


async def letters(shop: Shop) -> list[tuple[int, str, int]]:
    of_tenant = select(dead_letter).where(dead_letter.c.tenant == shop.tenant).order_by(dead_letter.c.seq)
    async with shop.database.read() as snapshot:
        return [(row["seq"], row["type"], row["status_code"]) for row in await snapshot.rows(of_tenant)]


async def change(shop: Shop, **columns: Any) -> None:
    statement = update(webhook).where(webhook.c.tenant == shop.tenant).values(**columns)
    await shop.write(lambda writer: writer.transaction.write(statement))


async def until(condition: Callable[[dict[str, Any]], bool], shop: Shop) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while not condition(row := await stored(shop)):  # noqa: ASYNC110  (a row has no event)
            await asyncio.sleep(0.02)
        return row


def ids(requests: list[Received]) -> list[str]:
    return [request.event["data"]["id"] for request in requests]


async def test_an_event_is_signed_and_has_the_members_of_the_contract(
    hooked: Shop, receiver: Receiver
) -> None:
    await add_webhook(hooked, url=receiver.url, secrets=Secrets(SECRET, headers={"X-Key": "k"}))
    await hooked.known_customers(customer("anna", firstName="Anna"))
    await hooked.segments(segment("s"))
    await hooked.customers(("s", "anna"))
    await once(hooked)
    first, second = receiver.accepted
    assert Verifier(SECRET).verify(first.body, first.headers) == first.event
    assert list(first.event) == ["type", "timestamp", "cursor", "data"]
    assert first.event["type"] == "customer-segment.segment-created"
    assert first.event["data"]["tenant"] == hooked.tenant
    assert second.event["type"] == "customer-segment.customer-assignment-created"
    assert second.event["data"]["customer"]["firstName"] == "Anna"
    assert first.headers["x-key"] == "k"
    row = await stored(hooked)
    assert (row["seq"], row["seen"], row["acknowledged"], row["failures"]) == (2, 2, [], 0)
    assert (row["lease_until"], row["last_error"]) == (None, None)
    assert row["delivered_at"] is not None


async def test_the_vendors_format_is_the_data_with_a_signature(hooked: Shop, receiver: Receiver) -> None:
    """It has events of groups, which the vendor has not, only where they are asked for."""
    await add_webhook(hooked, url=receiver.url, format="EMPORIX")
    await hooked.segments(segment("s"))
    await hooked.groups(("s", "club"))
    await once(hooked)
    [request] = receiver.accepted
    assert request.event["id"] == "s"
    await change(hooked, types=["GROUP_ASSIGNMENT_CREATED"], seq=0, seen=0)
    await once(hooked)
    assert receiver.accepted[1].headers["webhook-event-type"] == "customer-segment.group-assignment-created"
    assert receiver.accepted[1].event["group"] == {"id": "club"}
    assert request.headers["emporix-event-publish-time"].endswith("Z")
    expected = hmac.digest(SECRET.encode(), request.body, "sha256")
    assert base64.b64decode(request.headers["emporix-event-signature"]) == expected


async def test_two_secrets_sign_while_one_rotates(hooked: Shop, receiver: Receiver) -> None:
    soon = this_instant() + timedelta(minutes=1)
    await add_webhook(hooked, url=receiver.url, secrets=Secrets(SECRET, OLD_SECRET), rotates_until=soon)
    await hooked.segments(segment("s"))
    await once(hooked)
    for secret in (SECRET, OLD_SECRET):
        Verifier(secret).verify(receiver.accepted[0].body, receiver.accepted[0].headers)
    await change(hooked, rotates_until=this_instant() - timedelta(minutes=1))
    await hooked.segments(segment("t"))
    await once(hooked)
    assert receiver.accepted[1].headers["webhook-signature"].count("v1,") == 1
    Verifier(SECRET).verify(receiver.accepted[1].body, receiver.accepted[1].headers)


async def test_filters_leave_out_and_the_cursor_moves_on(hooked: Shop, receiver: Receiver) -> None:
    await add_webhook(hooked, url=receiver.url, types=["SEGMENT_UPDATED"], segment_ids=["s", "t"])
    await hooked.segments(segment("s"), segment("t"), segment("u"))
    await hooked.segments(segment("t"), segment("u"))
    await once(hooked)
    assert ids(receiver.accepted) == ["t"]
    assert (await stored(hooked))["seq"] == 5


@pytest.mark.slow
async def test_order_is_kept_with_a_receiver_that_fails_at_random(hooked: Shop, receiver: Receiver) -> None:
    chance = random.Random(7)  # noqa: S311
    answers: list[Response | bytes] = [(204, {}), (500, {}), (429, {}), b""]

    def answer(_: Received) -> Response | bytes:
        return chance.choices(answers, [6, 2, 1, 1])[0]

    receiver.answer = answer
    await add_webhook(hooked, url=receiver.url)
    async with running(hooked, retry=0.005), running(hooked, retry=0.005, owner="other"):
        for _ in range(6):
            await hooked.segments(*(segment(f"s{number}") for number in range(5)))
            await hooked.customers(*((f"s{number}", "anna") for number in range(5)))
        await until(lambda row: row["seq"] == 60, hooked)
    versions: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    by_id: dict[str, str] = {}
    for request in receiver.accepted:
        event = request.event
        data = event["data"]
        lane = data.get("segmentId", data.get("id")), event["type"].rpartition("-")[0]
        assert by_id.setdefault(request.headers["webhook-id"], event["cursor"]) == event["cursor"]
        if data["metadata"]["version"] not in versions[lane]:  # a repetition has the same id
            versions[lane].append(data["metadata"]["version"])
    assert len(by_id) == 60
    assert len(versions) == 10
    assert list(versions.values()) == [[1, 2, 3, 4, 5, 6]] * 10


async def test_a_refused_event_is_a_dead_letter_and_others_go_on(hooked: Shop, receiver: Receiver) -> None:
    receiver.answer = lambda one: (422, {}) if one.event["data"]["id"] == "bad" else (200, {})
    await add_webhook(hooked, url=receiver.url)
    async with running(hooked):
        await hooked.segments(segment("a"), segment("bad"), segment("c"))
        row = await until(lambda row: row["seq"] == 3, hooked)
    assert sorted(ids(receiver.accepted)) == ["a", "c"]
    assert len(receiver.requests) == 5
    assert await letters(hooked) == [(2, "SEGMENT_CREATED", 422)]
    assert (row["dead_letters"], row["status"], row["failures"]) == (1, "ACTIVE", 0)
    assert row["last_error"] == "The status of the response was 422."


async def test_an_event_that_fails_holds_its_lane_alone(hooked: Shop, receiver: Receiver) -> None:
    receiver.answer = lambda one: (500, {}) if one.event["data"]["id"] == "bad" else (200, {})
    await add_webhook(hooked, url=receiver.url)
    await hooked.segments(segment("a"), segment("bad"), segment("c"))
    await hooked.segments(segment("bad"), segment("c"))
    await once(hooked, retry=3_600)
    assert ids(receiver.requests).count("bad") == 1
    assert sorted(ids(receiver.accepted)) == ["a", "c", "c"]
    row = await stored(hooked)
    assert (row["seq"], row["acknowledged"], row["seen"]) == (1, [3, 5], 5)
    assert row["failing_since"] is not None
    await hooked.segments(segment("d"))
    await once(hooked, retry=3_600)
    assert ids(receiver.accepted)[3:] == ["d"]
    receiver.answer = lambda _: (200, {})
    await change(hooked, retries={}, next_attempt_at=this_instant())
    await once(hooked)
    assert ids(receiver.accepted)[4:] == ["bad", "bad"]
    row = await stored(hooked)
    assert (row["seq"], row["acknowledged"], row["failing_since"], row["next_attempt_at"]) == (
        6,
        [],
        None,
        None,
    )


async def test_an_event_that_fails_alone_does_not_make_others_wait(hooked: Shop, receiver: Receiver) -> None:
    receiver.answer = lambda one: (500, {}) if one.event["data"]["id"] == "bad" else (200, {})
    await add_webhook(hooked, url=receiver.url)
    await hooked.segments(segment("bad"))
    await once(hooked, retry=3_600)
    await hooked.segments(segment("good"))
    await once(hooked, retry=3_600)
    assert ids(receiver.requests) == ["bad", "good"]
    assert ids(receiver.accepted) == ["good"]


async def test_a_receiver_that_is_away_gets_one_event_at_a_time(hooked: Shop, receiver: Receiver) -> None:
    receiver.answer = lambda _: (503, {})
    await add_webhook(hooked, url=receiver.url)
    await hooked.segments(*(segment(f"s{number}") for number in range(20)))
    await once(hooked, retry=3_600)
    row = await stored(hooked)
    assert (len(receiver.requests) <= 7, row["failures"], row["seq"]) == (True, 1, 0)
    await once(hooked)
    tried = len(receiver.requests)
    await change(hooked, next_attempt_at=this_instant())
    await once(hooked, retry=3_600)
    assert (len(receiver.requests), (await stored(hooked))["failures"]) == (tried + 1, 2)


async def test_retry_after_is_honoured(hooked: Shop, receiver: Receiver) -> None:
    receiver.answer = lambda _: (429, {"Retry-After": "600"})
    await add_webhook(hooked, url=receiver.url)
    await hooked.segments(segment("s"))
    before = this_instant()
    await once(hooked)
    row = await stored(hooked)
    assert timedelta(seconds=590) < row["next_attempt_at"] - before < timedelta(seconds=700)


async def test_gone_disables(hooked: Shop, receiver: Receiver) -> None:
    receiver.answer = lambda _: (410, {})
    await add_webhook(hooked, url=receiver.url)
    await hooked.segments(segment("s"))
    await once(hooked)
    await once(hooked)
    row = await stored(hooked)
    assert (row["status"], row["seq"], len(receiver.requests)) == ("DISABLED", 0, 1)


async def test_five_days_of_failure_disable(hooked: Shop, receiver: Receiver) -> None:
    receiver.answer = lambda _: (500, {})
    since = this_instant() - timedelta(days=5)
    await add_webhook(hooked, url=receiver.url, failing_since=since + timedelta(minutes=1))
    await hooked.segments(segment("s"))
    await once(hooked, retry=3_600)
    assert (await stored(hooked))["status"] == "ACTIVE"
    await change(hooked, failing_since=since, retries={}, next_attempt_at=this_instant())
    await once(hooked)
    assert (await stored(hooked))["status"] == "DISABLED"


async def test_a_log_without_the_cursor_disables(hooked: Shop, receiver: Receiver) -> None:
    await add_webhook(hooked, url=receiver.url, epoch="another", seq=0)
    await hooked.segments(segment("s"))
    await once(hooked)
    row = await stored(hooked)
    assert (row["status"], receiver.connections) == ("DISABLED", 0)
    assert "webhookReplay" in row["last_error"]


async def test_a_test_is_sent_to_a_disabled_webhook(hooked: Shop, receiver: Receiver) -> None:
    await add_webhook(hooked, url=receiver.url, status="DISABLED", test_requested_at=this_instant())
    await hooked.segments(segment("s"))
    await once(hooked)
    await once(hooked)
    [request] = receiver.requests
    assert request.event["type"] == "customer-segment.webhook-test"
    assert Verifier(SECRET).verify(request.body, request.headers) == request.event
    row = await stored(hooked)
    assert (row["test_status_code"], row["test_error"], row["seq"]) == (204, None, 0)
    assert row["test_sent_at"] is not None


async def test_a_lease_is_had_by_one_process(hooked: Shop, receiver: Receiver) -> None:
    await add_webhook(hooked, url=receiver.url)
    await hooked.segments(segment("s"))

    async def take(seconds: float) -> int | None:
        lease = await hooked.database.write(
            lambda transaction: take_lease(
                transaction, hooked.tenant, "hook", "somebody", timedelta(seconds=seconds)
            )
        )
        return None if lease is None else lease.fence

    assert [await take(60), await take(60)] == [1, None]
    await once(hooked)
    assert receiver.connections == 0
    await change(hooked, lease_until=this_instant() - timedelta(seconds=1))
    assert await take(60) == 2


async def test_who_lost_the_lease_moves_no_cursor(hooked: Shop, receiver: Receiver) -> None:
    may_answer = asyncio.Event()
    receiver.before_answer = may_answer.wait
    await add_webhook(hooked, url=receiver.url)
    await hooked.segments(segment("s"), segment("t"))
    working = asyncio.create_task(once(hooked, seconds=5))
    await until(lambda row: row["lease_fence"] > 0, hooked)
    await change(hooked, lease_fence=7)
    may_answer.set()
    await working
    row = await stored(hooked)
    assert (row["seq"], row["lease_fence"]) == (0, 7)


async def test_a_replay_wins_over_deliveries_under_way(hooked: Shop, receiver: Receiver) -> None:
    may_answer = asyncio.Event()
    receiver.before_answer = may_answer.wait
    await add_webhook(hooked, url=receiver.url)
    await hooked.segments(segment("s"), segment("t"))
    working = asyncio.create_task(once(hooked, seconds=5))
    await until(lambda row: row["lease_fence"] > 0, hooked)
    await change(hooked, seq=0, replays=1, version=2)
    may_answer.set()
    await working
    row = await stored(hooked)
    assert (row["seq"], row["lease_until"]) == (0, None)
    await once(hooked)
    assert (await stored(hooked))["seq"] == 2
    assert len({one.headers["webhook-id"] for one in receiver.accepted}) == 2


async def test_what_is_disabled_meanwhile_gets_no_more(hooked: Shop, receiver: Receiver) -> None:
    await add_webhook(hooked, url=receiver.url)
    await hooked.segments(segment("s"))
    async with running(hooked, seconds=0.6):
        receiver.answer = lambda _: (500, {})
        await until(lambda row: row["last_error"] is not None, hooked)
        await change(hooked, status="DISABLED", version=2)
        await until(lambda row: row["lease_until"] is None, hooked)
        await asyncio.sleep(0.1)
        tried = len(receiver.requests)
        await asyncio.sleep(0.2)
        assert len(receiver.requests) == tried


async def test_a_stop_keeps_what_was_delivered(hooked: Shop, receiver: Receiver) -> None:
    receiver.answer = lambda one: None if one.event["data"]["id"] == "m-slow" else (200, {})
    await add_webhook(hooked, url=receiver.url)
    await hooked.segments(segment("a"), segment("m-slow"), segment("z"))
    async with running(hooked, seconds=30):
        await receiver.wait_for(2)
    row = await stored(hooked)
    assert (row["seq"], row["acknowledged"], row["lease_until"]) == (1, [3], None)


async def test_a_write_is_delivered_at_once(hooked: Shop, receiver: Receiver, database_url: str) -> None:
    await add_webhook(hooked, url=receiver.url)
    other = Database(database_url)
    async with running(hooked):
        await hooked.segments(segment("s"))
        await receiver.wait_for(1)
        await Shop(other, hooked.tenant, hooked.policy).segments(segment("t"))
        await receiver.wait_for(2)
    await other.close()
    assert ids(receiver.accepted) == ["s", "t"]


async def test_the_first_webhook_is_noticed_at_the_second_look(
    hooked: Shop, receiver: Receiver, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that had nothing to deliver looks once a second; nothing in it tells of the webhook."""
    looks = 0
    look = Deliverer._look  # noqa: SLF001  (how often it looks is the question)

    async def counted(self: Deliverer) -> None:
        nonlocal looks
        looks += 1
        await look(self)

    monkeypatch.setattr(Deliverer, "_look", counted)
    assert deliverer.SECONDS_BETWEEN_LOOKS <= 1
    other = Database(database_url)
    elsewhere = Shop(other, hooked.tenant, hooked.policy)
    async with running(hooked):
        async with asyncio.timeout(60):
            while not looks:  # noqa: ASYNC110  (nothing tells)
                await asyncio.sleep(0.01)
        await add_webhook(elsewhere, url=receiver.url)
        await elsewhere.segments(segment("s"))
        before = looks
        await receiver.wait_for(1)
        assert looks - before <= 2, "one may have begun before"
    await other.close()
    assert ids(receiver.accepted) == ["s"]
