"""Delivery to all webhooks by several processes.

A process looks for webhooks with something to do in two statements, once a second and whenever the log of a
tenant with webhooks has grown. It delivers to a few at a time, of one tenant to fewer.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from typing import Final, TypeAlias

import structlog

from gateway.background_task import background_task
from gateway.webhooks.delivery import Delivering, deliver
from models.connection.failure import DATABASE_FAILURES
from models.connection.heads import Listener
from resolvers.webhook.lease import due_webhooks, tenants_with_webhooks

MOST_WEBHOOKS: Final = 16
MOST_OF_TENANT: Final = 4
"""Webhooks that one process delivers to at a time."""
MOST_LISTED: Final = 200
SECONDS_BETWEEN_LOOKS: Final = 1.0
SECONDS_AFTER_LOOK: Final = 0.02
"""Least seconds from a look to the next."""
ENDING_TIME: Final = 0.5
"""Seconds for running attempts to end when the server shuts down."""

_Key: TypeAlias = tuple[str, str]
_log = structlog.get_logger(__name__)


class _TenantListener(Listener):
    """Wakes the one loop that listens to all tenants."""

    def __init__(self, news: asyncio.Event) -> None:
        super().__init__()
        self._all_news = news

    def wake(self) -> None:
        self._all_news.set()


class Deliverer:
    """The deliveries of one process."""

    def __init__(self, delivering: Delivering) -> None:
        self._delivering = delivering
        self._stopping = asyncio.Event()
        self._news = asyncio.Event()
        self._running: dict[_Key, asyncio.Task[None]] = {}
        self._listening: dict[str, tuple[_TenantListener, AbstractContextManager[Listener]]] = {}
        self.lag = 0
        """Changes behind the webhook that is furthest behind, when this process looked last."""

    async def run(self) -> None:
        """Deliver until `stop`."""
        try:
            while not self._stopping.is_set():
                self._news.clear()
                try:
                    await self._look()
                except DATABASE_FAILURES as failure:
                    _log.warning("webhooks were not looked at", reason=str(failure))
                except Exception:  # noqa: BLE001  (the next look may work)
                    _log.exception("looking at webhooks failed")
                await asyncio.sleep(SECONDS_AFTER_LOOK)
                with suppress(TimeoutError):
                    async with asyncio.timeout(SECONDS_BETWEEN_LOOKS):
                        await self._news.wait()
        finally:
            self._listen_to({})

    async def stop(self, seconds: float) -> None:
        """Stop new attempts, and wait for running ones.

        After `seconds` they are cancelled.
        """
        self._stopping.set()
        self._news.set()
        if self._running:
            _, late = await asyncio.wait(set(self._running.values()), timeout=seconds)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=ENDING_TIME)

    async def _look(self) -> None:
        """Listen to all tenants with webhooks, and begin due deliveries."""
        database = self._delivering.database
        async with database.read(single=True) as session:
            tenants = await tenants_with_webhooks(session)
        self._listen_to({row["tenant"]: row["head"] or 0 for row in tenants})
        self.lag = max([0, *((row["head"] or 0) - row["seq"] for row in tenants)])
        if len(self._running) < MOST_WEBHOOKS:
            async with database.read(single=True) as session:
                due = await due_webhooks(session, MOST_LISTED)
            for row in due:
                self._begin((row["tenant"], row["id"]))

    def _begin(self, key: _Key) -> None:
        of_tenant = sum(1 for tenant, _ in self._running if tenant == key[0])
        if key in self._running or of_tenant >= MOST_OF_TENANT or len(self._running) >= MOST_WEBHOOKS:
            return
        task = asyncio.create_task(self._deliver(key))
        self._running[key] = task
        task.add_done_callback(lambda _: self._ended(key))

    async def _deliver(self, key: _Key) -> None:
        try:
            await deliver(self._delivering, *key, self._stopping)
        except DATABASE_FAILURES as failure:
            _log.warning("webhook delivery broke off", tenant=key[0], webhook=key[1], reason=str(failure))
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        except Exception:  # noqa: BLE001  (a fault with one webhook does not end the others)
            _log.exception("webhook delivery failed", tenant=key[0], webhook=key[1])
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)

    def _ended(self, key: _Key) -> None:
        """Look for due webhooks after a delivery has ended.

        New events are due now, or another webhook has a free slot.
        """
        del self._running[key]
        self._news.set()

    def _listen_to(self, heads: Mapping[str, int]) -> None:
        """Listen to the change logs of these tenants only.

        A record after the head of its log wakes the listener.
        """
        for tenant in [tenant_name for tenant_name in self._listening if tenant_name not in heads]:
            _, listening = self._listening.pop(tenant)
            listening.__exit__(None, None, None)
        for tenant, head in heads.items():
            if tenant not in self._listening:
                listener = _TenantListener(self._news)
                listening = self._delivering.database.heads.listening(tenant, listener)
                listening.__enter__()
                self._listening[tenant] = listener, listening
            self._listening[tenant][0].known = head


@asynccontextmanager
async def delivering_in_background(delivering: Delivering) -> AsyncIterator[Deliverer]:
    """Deliver during the block."""
    deliverer = Deliverer(delivering)
    async with background_task(deliverer.run()):
        try:
            yield deliverer
        finally:
            await deliverer.stop(ENDING_TIME)
