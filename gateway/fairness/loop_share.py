"""ASGI middleware for fair shares of the event loop."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.fairness.accounts import COSTLY, HEAVY, Account, Accounts
from gateway.fairness.rounds import Rounds
from gateway.fairness.steps import charged
from gateway.http.traffic import refusal_of
from gateway.identity.network import network_of
from models.connection.client import Client
from resolvers.background import ACCOUNT
from resolvers.caller import Caller
from rest_compat.wire.errors import Refused, unavailable
from rest_compat.wire.request_state import request_state

Result = TypeVar("Result")

LONGEST_WAIT: Final = 5.0
"""Seconds that a request waits for its caller's other requests."""
MOST_BYTES: Final = 16_000_000
"""Bytes of all waiting requests of one caller."""
RECEIVED: Final = 320_000
"""The most bytes of a body that the server receives before the application reads it."""


class FairLoop:
    """Event loop time of each caller.

    A caller is the tenant and customer or subject of a token, else the network of the peer.
    """

    def __init__(self, share: float, most_waiting: int) -> None:
        self.accounts = Accounts(share)
        self.rounds = {level: Rounds(self.accounts, level) for level in (HEAVY, COSTLY)}
        self._most_waiting = most_waiting
        self.waits = 0
        self.refusals = 0
        """Counts for metrics."""

    def account_of(self, caller: Caller, scope: Scope) -> Account:
        """The account of the caller of a request."""
        if caller.is_anonymous:
            peer = scope.get("client")
            return self.accounts.of(Client("", network_of(peer[0]) if peer else ""))
        return self.accounts.of(caller.client)

    async def run(
        self, work: Callable[[], Awaitable[Result]], account: Account, size: Callable[[], int]
    ) -> Result:
        """Run work when the caller's share allows it.

        `size` returns its bytes. Raises Refused.
        """
        if self.accounts.may_begin(account):
            self.accounts.begin(account)
        else:
            await self.wait(account, size())
        try:
            return await self.steps(work(), account)
        finally:
            self.accounts.end(account)

    async def wait(self, account: Account, size: int) -> None:
        """Wait until a request of `size` bytes has begun.

        Raises Refused.
        """
        if len(account.waiting) >= self._most_waiting or account.bytes_waiting + size > MOST_BYTES:
            self.refusals += 1
            raise unavailable("Too many requests of the caller wait already; try again.")
        self.waits += 1
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        account.enqueue(waiter, size)
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                await waiter
        except BaseException as error:
            if waiter.done() and not waiter.cancelled():
                self.accounts.end(account)  # it began in the moment of the cancellation
            else:
                account.abandon(waiter)
            if isinstance(error, TimeoutError):
                self.refusals += 1
                raise unavailable("Other requests of the caller took too long; try again.") from None
            raise

    def steps(self, work: Awaitable[Result], account: Account) -> Awaitable[Result]:
        """Return the work, charged to the account."""
        ACCOUNT.set(account)
        return charged(work, account, self.accounts, self.rounds)


class LoopShare:
    """Delays requests of callers beyond their share of the loop."""

    def __init__(self, app: ASGIApp, fair: FairLoop) -> None:
        self._app = app
        self._fair = fair

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fair, state = self._fair, request_state(scope)
        account, accounts = fair.account_of(state.caller, scope), fair.accounts
        if accounts.may_begin(account):
            accounts.begin(account)
        else:
            state.has_begun = False
            try:
                await fair.wait(account, _size(scope))
            except Refused as refused:
                await refusal_of(scope, refused)(scope, receive, send)
                return
            state.has_begun = True
        state.stream_begins += (account.follow,)
        try:
            await fair.steps(self._app(scope, receive, send), account)
        finally:
            if state.is_stream:
                accounts.unfollow(account)
            else:
                accounts.end(account)


def _size(scope: Scope) -> int:
    """The most bytes a request holds before its body is read."""
    return RECEIVED + sum(len(name) + len(value) for name, value in scope["headers"])
