import asyncio
from collections.abc import Collection, Mapping

from models.connection.failure import DatabaseUnavailable
from models.connection.heads import Heads, Listener

LONG = 30.0
"""Seconds that no test waits: the listener is woken before."""


class Log:
    """Numbers of changes by tenant, and the questions for them."""

    def __init__(self, heads: Mapping[str, int], failures: int = 0) -> None:
        self.heads = heads
        self.failures = failures
        self.questions: list[list[str]] = []

    async def read(self, tenants: Collection[str]) -> Mapping[str, int]:
        self.questions.append(sorted(tenants))
        if len(self.questions) <= self.failures:
            raise DatabaseUnavailable
        return self.heads


async def test_a_change_wakes_its_tenant_without_a_question() -> None:
    log = Log({})
    heads = Heads(log.read)
    waiting = asyncio.create_task(heads.wait("shop", 3, LONG))
    await asyncio.sleep(0)
    heads.wake("other")
    assert not waiting.done()
    heads.wake("shop")
    await waiting
    assert log.questions == []
    await heads.close()


async def test_one_question_serves_all_tenants() -> None:
    log = Log({"shop": 4, "other": 8})
    heads = Heads(log.read)
    async with asyncio.timeout(LONG):
        await asyncio.gather(heads.wait("shop", 3, LONG), heads.wait("other", 7, LONG))
    assert log.questions == [["other", "shop"]]
    await heads.close()


async def test_a_failed_question_is_repeated() -> None:
    log = Log({"shop": 4}, failures=1)
    heads = Heads(log.read)
    async with asyncio.timeout(LONG):
        await heads.wait("shop", 3, LONG)
    assert log.questions == [["shop"], ["shop"]]
    await heads.close()


async def test_a_known_number_wakes_no_listener() -> None:
    heads = Heads(Log({"shop": 3}).read)
    waiting = asyncio.create_task(heads.wait("shop", 3, 0.25))  # two questions long
    await asyncio.sleep(0)
    [listener] = heads._listeners["shop"]  # noqa: SLF001
    await waiting
    assert not listener._news.is_set()  # noqa: SLF001
    assert heads._listeners == {}  # noqa: SLF001
    await heads.close()


async def test_a_listener_waits_no_longer_than_its_time() -> None:
    listener = Listener()
    await listener.wait(5, 0)
    assert listener.known == 5
