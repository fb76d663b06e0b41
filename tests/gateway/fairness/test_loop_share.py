"""Requests of callers who use much of the event loop, beside those of others."""

import asyncio
import gc
import itertools
import time
import weakref
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from time import thread_time
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from gateway.fairness import loop_share
from gateway.fairness.accounts import HEAVY, LIGHT
from gateway.fairness.loop_share import FairLoop, LoopShare
from resolvers.background import in_background
from resolvers.caller import ANONYMOUS, Caller
from rest_compat.wire.request_state import request_state

ANNA, BEN = Caller("shop", subject="anna"), Caller("shop", subject="ben")
Work = Callable[[], Awaitable[None]]


def busy(seconds: float) -> None:
    until = thread_time() + seconds
    while thread_time() < until:
        pass


class Gateway:
    """An application whose requests do what they are given, behind a share of the loop."""

    def __init__(self, share: float = 0.1, most_waiting: int = 3) -> None:
        self.fair = FairLoop(share, most_waiting)
        self.app = LoopShare(self._answer, self.fair)
        self.log: list[str] = []

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["work"]()
        await PlainTextResponse("done")(scope, receive, send)

    async def ask(self, caller: Caller, work: Work, address: str = "192.0.2.1") -> int:
        """The status of a request that does the work."""
        scope: dict[str, Any] = {
            "type": "http",
            "method": "GET",
            "path": "/graphql",
            "headers": [],
            "client": (address, 1234),
            "work": work,
        }
        request_state(scope).caller = caller
        status = 0

        async def send(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)

        async def receive() -> Message:
            return {"type": "http.disconnect"}

        await self.app(scope, receive, send)
        return status

    async def make_heavy(self, caller: Caller, address: str = "192.0.2.1") -> None:
        async def work() -> None:
            busy(0.2)

        assert await self.ask(caller, work, address) == 200
        assert self.fair.accounts.heavy >= 1


async def nothing() -> None:
    return


async def test_a_heavy_callers_requests_begin_one_at_a_time_while_another_is_active() -> None:
    gateway = Gateway()
    await gateway.make_heavy(ANNA)
    gate, running, most = asyncio.Event(), 0, 0

    async def counted() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await gate.wait()
        running -= 1

    async def held() -> None:
        await gate.wait()

    other = asyncio.create_task(gateway.ask(BEN, held))
    await asyncio.sleep(0)
    heavy = [asyncio.create_task(gateway.ask(ANNA, counted)) for _ in range(4)]
    await asyncio.sleep(0.01)
    assert (most, gateway.fair.waits) == (1, 3)
    assert await gateway.ask(BEN, nothing) == 200
    gate.set()
    assert [await one for one in (other, *heavy)] == [200] * 5
    assert most == 1


async def test_a_lone_callers_requests_run_together() -> None:
    gateway = Gateway()
    await gateway.make_heavy(ANNA)
    together = asyncio.Barrier(4)

    async def meet() -> None:
        await together.wait()

    assert await asyncio.gather(*(gateway.ask(ANNA, meet) for _ in range(4))) == [200] * 4
    assert gateway.fair.waits == 0


async def test_more_than_may_wait_are_refused_and_leave_nothing_behind() -> None:
    gateway = Gateway(most_waiting=2)
    await gateway.make_heavy(ANNA)
    gate = asyncio.Event()

    async def held() -> None:
        await gate.wait()

    others = [asyncio.create_task(gateway.ask(caller, held)) for caller in (BEN, ANNA, ANNA, ANNA)]
    await asyncio.sleep(0.01)
    assert await gateway.ask(ANNA, nothing) == 503
    gate.set()
    assert [await one for one in others] == [200] * 4
    account = gateway.fair.accounts.of(ANNA.client)
    assert (account.running, account.bytes_waiting, len(account.waiting)) == (0, 0, 0)


async def test_who_waits_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_share, "LONGEST_WAIT", 0.05)
    gateway = Gateway()
    await gateway.make_heavy(ANNA)
    gate = asyncio.Event()

    async def held() -> None:
        await gate.wait()

    others = [asyncio.create_task(gateway.ask(caller, held)) for caller in (BEN, ANNA)]
    await asyncio.sleep(0.01)
    assert await gateway.ask(ANNA, nothing) == 503
    assert gateway.fair.refusals == 1
    gate.set()
    assert [await one for one in others] == [200, 200]


async def test_a_waiting_request_whose_client_leaves_is_forgotten() -> None:
    gateway = Gateway()
    await gateway.make_heavy(ANNA)
    gate = asyncio.Event()

    async def held() -> None:
        await gate.wait()

    others = [asyncio.create_task(gateway.ask(caller, held)) for caller in (BEN, ANNA)]
    await asyncio.sleep(0.01)
    waiting = asyncio.create_task(gateway.ask(ANNA, nothing))
    await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    account = gateway.fair.accounts.of(ANNA.client)
    assert (account.running, len(account.waiting)) == (1, 0)
    gate.set()
    assert [await one for one in others] == [200, 200]
    assert gateway.fair.accounts.running[LIGHT] == 0


async def test_between_the_steps_of_a_heavy_caller_others_have_their_turn() -> None:
    gateway = Gateway()
    accounts = gateway.fair.accounts
    anna = accounts.of(ANNA.client)
    for _ in range(3_000):  # cheap requests, so many that half of them counts for a while
        accounts.begin(anna)
        accounts.charge(anna, 0.001)
        accounts.end(anna)

    async def heavy_steps() -> None:
        for _ in range(3):
            busy(0.002)
            gateway.log.append("heavy")
            await asyncio.sleep(0)

    async def light_steps() -> None:
        for _ in range(10):
            gateway.log.append("light")
            await asyncio.sleep(0)

    light = asyncio.create_task(gateway.ask(BEN, light_steps))
    await asyncio.gather(light, *(gateway.ask(ANNA, heavy_steps) for _ in range(20)))
    lights = [place for place, name in enumerate(gateway.log) if name == "light"]
    between = [second - first - 1 for first, second in itertools.pairwise(lights)]
    assert gateway.log.count("heavy") == 60
    assert max(between) <= 6  # of 20 that could go on
    assert gateway.fair.rounds[HEAVY].waits > 0


@pytest.mark.slow
async def test_after_a_long_step_of_a_heavy_caller_others_have_as_long() -> None:
    gateway = Gateway()
    await gateway.make_heavy(ANNA)

    async def heavy_steps() -> None:
        for _ in range(30):
            busy(0.02)
            gateway.log.append("heavy")
            await asyncio.sleep(0)

    async def light_steps() -> None:
        for _ in range(20):
            gateway.log.append("light")
            await asyncio.sleep(0)

    heavy = asyncio.create_task(gateway.ask(ANNA, heavy_steps))
    await gateway.ask(BEN, light_steps)
    await heavy
    lights = [place for place, name in enumerate(gateway.log) if name == "light"]
    assert gateway.log[lights[0] : lights[-1]].count("heavy") <= 5  # not one for each step
    assert gateway.log.count("heavy") == 30


async def test_work_in_another_thread_is_charged_as_well() -> None:
    gateway = Gateway()

    async def work() -> None:
        await in_background(lambda: busy(0.2))

    assert await gateway.ask(ANNA, work) == 200
    assert gateway.fair.accounts.of(ANNA.client).is_heavy


async def test_what_a_step_waits_for_the_machine_is_not_charged() -> None:
    gateway = Gateway()

    async def work() -> None:
        time.sleep(0.3)  # noqa: ASYNC251  (as if other processes had the processor)

    accounts = gateway.fair.accounts
    accounts.begin(accounts.of(BEN.client))  # alone it makes no difference
    accounts.charge(accounts.of(ANNA.client), 0.1)  # from where on steps are measured exactly
    assert await gateway.ask(ANNA, work) == 200
    assert not accounts.of(ANNA.client).is_heavy


async def test_without_a_token_an_address_is_a_caller() -> None:
    gateway = Gateway()
    await gateway.make_heavy(ANONYMOUS, "2001:db8::1")
    accounts = gateway.fair.accounts
    same, other = (
        gateway.fair.account_of(ANONYMOUS, {"client": (address, 1)})
        for address in ("2001:db8::2", "2001:db8:0:1::1")
    )
    assert (same.is_heavy, other.is_heavy) == (True, False)
    assert gateway.fair.account_of(replace(ANNA, tenant="other"), {}) is not accounts.of(ANNA.client)


async def test_an_exception_ends_the_request_in_the_books() -> None:
    gateway = Gateway()

    async def fail() -> None:
        await asyncio.sleep(0)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await gateway.ask(ANNA, fail)
    assert gateway.fair.accounts.of(ANNA.client).running == 0


async def test_a_cancelled_request_is_cancelled_where_it_waits() -> None:
    gateway = Gateway()
    caught: list[str] = []

    async def held() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            caught.append("inside")
            raise

    task = asyncio.create_task(gateway.ask(ANNA, held))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert caught == ["inside"]
    assert gateway.fair.accounts.of(ANNA.client).running == 0


class Body:
    """What a client has sent."""


async def test_a_failed_request_is_freed_without_the_garbage_collector() -> None:
    """Neither the future that failed nor its error leads back to the frames of the request."""
    gateway = Gateway()
    sent: list[weakref.ref[Body]] = []

    async def work() -> None:
        body = Body()
        sent.append(weakref.ref(body))

        def refuse(_body: Body) -> None:
            raise ValueError("too large")

        await in_background(lambda: refuse(body))

    gc.disable()
    try:
        with suppress(ValueError):
            await gateway.ask(ANNA, work)
        await in_background(lambda: None)  # until then the thread has the work before
        assert [body() for body in sent] == [None]
    finally:
        gc.enable()
