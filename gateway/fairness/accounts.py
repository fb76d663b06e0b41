"""The event loop time and waiting requests of each caller."""

import asyncio
from math import inf, log
from typing import Final

from models.connection.client import Client

LOOP_SHARE: Final = 0.1
"""The default share of the loop's time; callers below it never wait for others."""
HALF_LIFE: Final = 1.0
"""Seconds after which used time counts half."""
NOTHING: Final = 0.001
"""Seconds of used time below which the account of a caller without requests is removed."""
MOST_SECONDS: Final = 0.005
"""Mean seconds of a request from which a heavy caller is costly."""
LIGHT: Final = 0
HEAVY: Final = 1
COSTLY: Final = 2
"""Levels of callers: within the share, beyond it by cheap requests, or by costly ones, run one by one."""


class Account:
    """A caller's use of the loop: seconds, requests and steps.

    All three decay alike.
    """

    __slots__ = (
        "_accounts",
        "bytes_waiting",
        "due",
        "following",
        "level",
        "requests",
        "running",
        "steps",
        "used",
        "waiting",
    )

    def __init__(self, accounts: "Accounts") -> None:
        self._accounts = accounts
        self.used = self.requests = self.steps = 0.0
        self.due = accounts.most_used
        """Seconds of used time beyond which the level is looked at again."""
        self.running = 0
        """Running requests."""
        self.following = 0
        """Streams and requests that only wait; `running` does not count them."""
        self.level = LIGHT
        self.waiting: dict[asyncio.Future[None], int] = {}
        """Requests that have not begun, with their bytes."""
        self.bytes_waiting = 0

    @property
    def is_heavy(self) -> bool:
        """Whether the caller uses more than the share."""
        return self.level >= HEAVY

    @property
    def mean_step(self) -> float:
        """Mean seconds of a step."""
        return self.used / max(1.0, self.steps)

    @property
    def is_idle(self) -> bool:
        """Whether the account can be removed."""
        return not (self.running or self.waiting or self.following) and self.used < NOTHING

    def charge(self, seconds: float) -> None:
        """Add the loop time of a step, in seconds."""
        self._accounts.charge(self, seconds)

    def follow(self) -> None:
        """Count a running request as a stream."""
        self._accounts.follow(self)

    def rest(self) -> None:
        """Count a running request as waiting, until `resume`."""
        self._accounts.rest(self)

    def resume(self) -> None:
        """Count a waiting request as running again."""
        self._accounts.resume(self)

    def halve(self) -> None:
        """Halve the used time, requests and steps."""
        self.used /= 2
        self.requests /= 2
        self.steps /= 2

    def enqueue(self, waiter: asyncio.Future[None], size: int) -> None:
        """Add a request to the end of the queue."""
        self.waiting[waiter] = size
        self.bytes_waiting += size

    def next(self) -> asyncio.Future[None]:
        """Remove and return the request that has waited longest."""
        waiter = next(iter(self.waiting))
        self.abandon(waiter)
        return waiter

    def abandon(self, waiter: asyncio.Future[None]) -> None:
        """Remove a request from the queue."""
        self.bytes_waiting -= self.waiting.pop(waiter, 0)


class Accounts:
    """The accounts of current and recent callers.

    A caller is heavy while they use more than `share` of the loop's time; at 1 nobody is. Costly callers wait
    for those who are not, and heavy ones for light ones.
    """

    def __init__(self, share: float) -> None:
        self.most_used = share * HALF_LIFE / log(2) if share < 1 else inf
        """Seconds of used time beyond which a caller is heavy."""
        self.much = self.most_used / 2
        """Seconds of used time from which it is worth a system call to measure a step exactly."""
        self._accounts: dict[Client, Account] = {}
        self.are_several = False
        """Whether there is more than one account."""
        self._clock: asyncio.TimerHandle | None = None
        self.running = [0, 0, 0]
        """Running requests by the level of their callers."""

    def __len__(self) -> int:
        return len(self._accounts)

    @property
    def heavy(self) -> int:
        """The number of heavy callers."""
        return sum(account.is_heavy for account in self._accounts.values())

    def of(self, client: Client) -> Account:
        """The account of a caller, made if missing."""
        account = self._accounts.get(client)
        if account is None:
            account = self._accounts[client] = Account(self)
            self.are_several = len(self._accounts) > 1
            if self._clock is None:
                self._clock = asyncio.get_running_loop().call_later(HALF_LIFE, self._tick)
        return account

    def is_running_below(self, level: int) -> bool:
        """Whether requests of lighter callers are running."""
        return any(self.running[:level])

    def may_begin(self, account: Account) -> bool:
        """Whether another request of the caller may begin now."""
        return not account.waiting and self._has_place(account)

    def begin(self, account: Account) -> None:
        """Count the start of a request."""
        account.running += 1
        self.running[account.level] += 1

    def end(self, account: Account) -> None:
        """Count the end of a request."""
        account.requests += 1
        self._leave(account)

    def rest(self, account: Account) -> None:
        """Count a running request as waiting.

        It no longer delays other requests of its caller.
        """
        account.following += 1
        self._leave(account)

    def resume(self, account: Account) -> None:
        """Count a waiting request as running again.

        It does so even if other requests of its caller wait.
        """
        account.following -= 1
        self.begin(account)

    def follow(self, account: Account) -> None:
        """Count a running request as a stream.

        A stream may take any time.
        """
        account.following += 1
        self.end(account)

    def unfollow(self, account: Account) -> None:
        """Count the end of a stream."""
        account.following -= 1

    def charge(self, account: Account, seconds: float) -> None:
        """Add the loop time of a step, in seconds.

        `charged` does the same without a call for each step.
        """
        account.used += seconds
        account.steps += 1
        if account.used > account.due:
            self.weigh(account)

    def weigh(self, account: Account) -> None:
        """Update the level of a caller."""
        account.due = max(self.most_used, account.used + MOST_SECONDS)
        level = LIGHT
        if account.used > self.most_used:
            requests = account.requests + account.running
            level = COSTLY if account.used >= MOST_SECONDS * max(1.0, requests) else HEAVY
        if level != account.level:
            self.running[account.level] -= account.running
            self.running[level] += account.running
            account.level = level

    def halve(self) -> None:
        """Halve the past use, and remove idle accounts."""
        for client, account in list(self._accounts.items()):
            account.halve()
            self.weigh(account)
            if account.is_idle:
                del self._accounts[client]
        self.are_several = len(self._accounts) > 1
        for account in self._accounts.values():
            self._serve(account)

    def _leave(self, account: Account) -> None:
        account.running -= 1
        self.running[account.level] -= 1
        if account.waiting:
            self._serve(account)

    def _has_place(self, account: Account) -> bool:
        return account.level < COSTLY or not account.running or not self.are_several

    def _serve(self, account: Account) -> None:
        while account.waiting and self._has_place(account):
            waiter = account.next()
            if not waiter.done():  # else its request was cancelled
                self.begin(account)
                waiter.set_result(None)

    def _tick(self) -> None:
        self.halve()
        loop = asyncio.get_running_loop()
        self._clock = loop.call_later(HALF_LIFE, self._tick) if self._accounts else None
