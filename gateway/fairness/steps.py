"""Charge the steps of a coroutine to its caller.

The steps of a heavy caller wait for their turn. A step is what runs between two awaits: while it runs, nobody
else's does.
"""

from collections.abc import Awaitable, Generator, Mapping
from time import perf_counter, thread_time
from types import coroutine
from typing import Any, TypeVar

from gateway.fairness.accounts import Account, Accounts
from gateway.fairness.rounds import Rounds

Result = TypeVar("Result")


@coroutine
def charged(
    work: Awaitable[Result], account: Account, accounts: Accounts, rounds: Mapping[int, Rounds]
) -> Generator[Any, Any, Result]:
    """Do the work, and charge each step to the account.

    `rounds` are by level; light callers have none.
    """
    iterator = work.__await__()
    send, throw = iterator.send, iterator.throw
    step: Any = send
    argument: Any = None
    while True:
        if account.level and accounts.are_several and rounds[account.level].is_full:
            try:
                yield from rounds[account.level].turn(account)
            except BaseException as error:  # noqa: BLE001  (a cancellation: it is the coroutine's to handle)
                step, argument = throw, error
        # On a busy machine a step takes longer than it computes: only the computing is the caller's.
        clock = thread_time if accounts.are_several and account.used > accounts.much else perf_counter
        began = clock()
        try:
            awaited: Any = step(argument)
        except StopIteration as end:
            result: Result = end.value
            return result
        finally:
            argument = None  # an error leads back to this frame
            seconds = clock() - began
            account.used += seconds  # as `Accounts.charge`
            account.steps += 1
            if account.used > account.due:
                accounts.weigh(account)
            if account.level and accounts.are_several:
                rounds[account.level].spend(seconds)
        try:
            argument = yield awaited
            step = send
        except BaseException as error:  # noqa: BLE001  (the same)
            step, argument = throw, error
        awaited = None  # a failed future has the error, which leads back as well
