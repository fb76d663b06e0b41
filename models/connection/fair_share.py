"""Fair shares of items: tenants take turns, then their clients."""

import asyncio
from collections import Counter
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar

from models.connection.client import Client

Item = TypeVar("Item")

Reason: TypeAlias = Literal["taken", "share"]
"""Why a client waits: all items are taken, or it holds as many as it may."""


class Stock(Protocol[Item]):
    """The free items."""

    def has_item(self) -> bool:
        """Whether an item is free."""
        ...

    def take(self) -> Item:
        """Take a free item."""
        ...

    def put(self, item: Item) -> None:
        """Put an item back."""
        ...


class FairShare(Generic[Item]):
    """Distributes the items of a stock among clients.

    A client holds at most `most` items. No client waits that may hold another while there is one. Tenants
    that wait are served in turn, and so are the clients of a tenant; one client's waits are served in their
    order. Nothing is kept of clients that neither wait nor hold. The client None is the gateway itself, and
    holds as many as there are.
    """

    def __init__(self, stock: Stock[Item], most: int) -> None:
        self._stock = stock
        self._most = most
        self._held: Counter[Client] = Counter()
        self._urgent: dict[asyncio.Future[Item], None] = {}
        self._waiting: dict[str, dict[Client | None, dict[asyncio.Future[Item], None]]] = {}
        self.waits: Counter[Reason] = Counter()
        self.refusals: Counter[Reason] = Counter()
        """For metrics. A client that gives up waiting counts a refusal."""

    @property
    def is_unused(self) -> bool:
        """Whether no client waits or holds an item."""
        return not self._held and not self._waiting and not self._urgent

    def may_take(self, client: Client | None) -> bool:
        """Whether the client may hold another item."""
        return client is None or self._held[client] < self._most

    def reason(self, client: Client | None) -> Reason:
        """Return why the client has to wait."""
        return "taken" if self.may_take(client) else "share"

    def hold(self, client: Client | None) -> None:
        """Count an item taken from the stock without waiting."""
        if client is not None:
            self._held[client] += 1

    def let_go(self, client: Client | None) -> None:
        """Stop counting an item of the client.

        The item may be back in the stock, or lost, or not back yet.
        """
        if client is not None:
            self._held[client] -= 1
            if not self._held[client]:
                del self._held[client]
        self.serve()

    async def acquire(
        self, client: Client | None, patience: float | None = None, *, is_urgent: bool = False
    ) -> Item:
        """Acquire an item, at once or after a wait.

        An urgent wait comes before all others.

        Raises TimeoutError after `patience` seconds; where that is None, it waits for any time.
        """
        if self._stock.has_item() and self.may_take(client):
            self.hold(client)
            return self._stock.take()
        self.waits[self.reason(client)] += 1
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Item] = loop.create_future()
        timer = None if patience is None else loop.call_later(patience, _give_up, waiter)
        self._enqueue(waiter, client, is_urgent=is_urgent)
        try:
            return await waiter
        except TimeoutError:
            self._forget(waiter, client)
            raise
        except asyncio.CancelledError:
            if waiter.cancelled():
                self._forget(waiter, client)
            elif waiter.exception() is None:  # the item came in the moment of the cancellation
                self._stock.put(waiter.result())
                self.let_go(client)
            else:
                self._forget(waiter, client)
            raise
        finally:
            if timer is not None:
                timer.cancel()

    def serve(self) -> None:
        """Give free items to waiting clients."""
        while (
            (self._waiting or self._urgent)
            and self._stock.has_item()
            and (longest := self._next()) is not None
        ):
            waiter, client = longest
            self._forget(waiter, client)
            self._move_back(client)
            if not waiter.done():
                self.hold(client)
                waiter.set_result(self._stock.take())

    def _enqueue(self, waiter: asyncio.Future[Item], client: Client | None, *, is_urgent: bool) -> None:
        if is_urgent:
            self._urgent[waiter] = None
        else:
            clients = self._waiting.setdefault(_tenant(client), {})
            clients.setdefault(client, {})[waiter] = None

    def _next(self) -> tuple[asyncio.Future[Item], Client | None] | None:
        for waiter in self._urgent:
            return waiter, None
        for clients in self._waiting.values():
            for client, waiters in clients.items():
                if self.may_take(client):
                    return next(iter(waiters)), client
        return None

    def _forget(self, waiter: asyncio.Future[Item], client: Client | None) -> None:
        self._urgent.pop(waiter, None)
        clients = self._waiting.get(_tenant(client), {})
        waiters = clients.get(client, {})
        waiters.pop(waiter, None)
        if not waiters:
            clients.pop(client, None)
        if not clients:
            self._waiting.pop(_tenant(client), None)

    def _move_back(self, client: Client | None) -> None:
        """Move the client, and its tenant, to the end of the turns."""
        tenant = _tenant(client)
        clients = self._waiting.pop(tenant, None)
        if clients is None:
            return
        waiters = clients.pop(client, None)
        if waiters is not None:
            clients[client] = waiters
        self._waiting[tenant] = clients


def _give_up(waiter: "asyncio.Future[Any]") -> None:
    if not waiter.done():
        waiter.set_exception(TimeoutError())


def _tenant(client: Client | None) -> str:
    return "" if client is None else client.tenant
