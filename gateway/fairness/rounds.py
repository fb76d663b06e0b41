"""Rounds of the event loop for steps of heavy callers.

While lighter callers have requests, each round has a few of them.
"""

import asyncio
from collections import deque
from collections.abc import Generator
from typing import Any, Final

from gateway.fairness.accounts import COSTLY, Account, Accounts

QUANTUM: Final = 0.005
"""Seconds of a round after which a heavy caller's step waits for a later one. A step that began is not
interrupted, so a round has one long step at most."""
LONGEST_REST: Final = 0.1
"""Seconds between two rounds, at most."""


class Rounds:
    """A queue of callers of one level, in turns.

    Their steps wait for a later round. Those of costly callers have half of the time at most: a request
    awaits several times, and without a rest between rounds each time could end behind another long step.
    """

    def __init__(self, accounts: Accounts, level: int) -> None:
        self._accounts = accounts
        self._level = level
        self._waiting: dict[Account, deque[asyncio.Future[None]]] = {}
        self._spent = 0.0
        self._has_begun = False
        """Whether the end of the round is scheduled."""
        self.waits = 0
        """Steps that have waited, for metrics."""

    @property
    def is_full(self) -> bool:
        """Whether the next step has to wait."""
        return (self._spent >= QUANTUM or bool(self._waiting)) and self._has_others()

    def spend(self, seconds: float) -> None:
        """Add the seconds of a step to this round."""
        if self._has_others():
            self._spent += seconds
            self._ask_for_end()

    def turn(self, account: Account) -> Generator[Any, None, None]:
        """Wait for a later round."""
        self.waits += 1
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(account, deque()).append(waiter)
        self._ask_for_end()
        yield from waiter

    def _ask_for_end(self) -> None:
        if not self._has_begun:
            self._has_begun = True
            asyncio.get_running_loop().call_soon(self._end)

    def _end(self) -> None:
        """Begin the next round.

        Costly callers pause first, for as long as a full round took.
        """
        if self._level == COSTLY and self._spent >= QUANTUM and self._has_others():
            asyncio.get_running_loop().call_later(min(self._spent, LONGEST_REST), self._next)
        else:
            self._next()

    def _next(self) -> None:
        self._has_begun = False
        self._spent = planned = 0.0
        while self._waiting and (planned < QUANTUM or not self._has_others()):
            account = next(iter(self._waiting))
            waiters = self._waiting.pop(account)
            waiter = waiters.popleft()
            if waiters:
                self._waiting[account] = waiters  # behind the others
            if not waiter.done():  # else its request was cancelled
                waiter.set_result(None)
                planned += account.mean_step
        if self._waiting:
            self._ask_for_end()

    def _has_others(self) -> bool:
        return self._accounts.is_running_below(self._level)
