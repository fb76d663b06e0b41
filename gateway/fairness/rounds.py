"""Steps of heavy callers, a few for each round of the event loop while others have requests under way."""

import asyncio
from collections import deque
from collections.abc import Generator
from typing import Any, Final

from gateway.fairness.accounts import Account, Accounts

QUANTUM: Final = 0.005
"""Seconds of a round after which a heavy caller's step waits for a later one. A step that began is not
interrupted, so a round has one long step at most."""


class Rounds:
    """Who waits for a later round; heavy callers take turns."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._waiting: dict[Account, deque[asyncio.Future[None]]] = {}
        self._spent = 0.0
        self._has_begun = False
        """Whether the next round has been asked for."""
        self.waits = 0
        """Steps that have waited, for metrics."""

    @property
    def is_full(self) -> bool:
        """Whether a heavy caller's step has to wait."""
        return self._accounts.light_running > 0 and (self._spent >= QUANTUM or bool(self._waiting))

    def spend(self, seconds: float) -> None:
        """Count the time of a heavy caller's step in this round."""
        self._spent += seconds
        self._ask_for_next()

    def turn(self, account: Account) -> Generator[Any, None, None]:
        """Wait for a later round."""
        self.waits += 1
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(account, deque()).append(waiter)
        self._ask_for_next()
        yield from waiter

    def _ask_for_next(self) -> None:
        if not self._has_begun:
            self._has_begun = True
            asyncio.get_running_loop().call_soon(self._next)

    def _next(self) -> None:
        self._has_begun = False
        self._spent = planned = 0.0
        while self._waiting and (planned < QUANTUM or not self._accounts.light_running):
            account = next(iter(self._waiting))
            waiters = self._waiting.pop(account)
            waiter = waiters.popleft()
            if waiters:
                self._waiting[account] = waiters  # behind the others
            if not waiter.done():  # else its request was cancelled
                waiter.set_result(None)
                planned += account.mean_step
        if self._waiting:
            self._ask_for_next()
