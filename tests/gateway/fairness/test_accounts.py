"""How much of the loop callers use, and whose requests pass one at a time."""

import asyncio

import pytest

from gateway.fairness.accounts import HALF_LIFE, HEAVY, LIGHT, Account, Accounts
from models.connection.client import Client

ANNA, BEN = Client("shop", "anna"), Client("shop", "ben")
SHARE = 0.1


@pytest.fixture
async def accounts() -> Accounts:
    return Accounts(SHARE)


def make_heavy(accounts: Accounts, client: Client, requests: int = 1) -> Account:
    """An account that has used a second in so many requests."""
    account = accounts.of(client)
    for _ in range(requests):
        accounts.begin(account)
        accounts.charge(account, 1 / requests)
        accounts.end(account)
    assert account.is_heavy
    return account


async def wait_in_line(account: Account) -> "asyncio.Future[None]":
    waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    account.enqueue(waiter, 100)
    return waiter


async def test_who_uses_more_than_the_share_is_heavy_until_the_past_counts_little(accounts: Accounts) -> None:
    account = accounts.of(ANNA)
    accounts.charge(account, SHARE * HALF_LIFE)
    assert not account.is_heavy
    accounts.charge(account, SHARE * HALF_LIFE)
    assert (account.is_heavy, accounts.heavy) == (True, 1)
    accounts.halve()
    assert (account.is_heavy, accounts.heavy) == (False, 0)


async def test_who_did_little_is_forgotten_and_who_has_requests_is_not(accounts: Accounts) -> None:
    accounts.charge(accounts.of(ANNA), 0.0015)
    accounts.begin(accounts.of(BEN))
    accounts.halve()
    assert len(accounts) == 1
    accounts.end(accounts.of(BEN))
    accounts.halve()
    assert len(accounts) == 0


async def test_costly_requests_of_a_heavy_caller_begin_one_at_a_time_beside_others(
    accounts: Accounts,
) -> None:
    heavy = make_heavy(accounts, ANNA)
    accounts.begin(accounts.of(BEN))
    assert accounts.may_begin(heavy)
    accounts.begin(heavy)
    assert not accounts.may_begin(heavy)
    assert accounts.may_begin(accounts.of(BEN))
    first, second = await wait_in_line(heavy), await wait_in_line(heavy)
    accounts.end(heavy)
    assert (first.done(), second.done(), heavy.running, heavy.bytes_waiting) == (True, False, 1, 100)
    accounts.end(heavy)
    assert (second.done(), heavy.running, heavy.bytes_waiting) == (True, 1, 0)


async def test_a_caller_alone_is_not_slowed(accounts: Accounts) -> None:
    heavy = make_heavy(accounts, ANNA)
    accounts.begin(heavy)
    assert accounts.may_begin(heavy)
    assert accounts.running[LIGHT] == 0


async def test_many_small_requests_of_a_heavy_caller_begin_at_once(accounts: Accounts) -> None:
    heavy = make_heavy(accounts, ANNA, requests=1_000)
    accounts.begin(accounts.of(BEN))
    accounts.begin(heavy)
    assert heavy.level == HEAVY
    assert accounts.may_begin(heavy)


async def test_who_was_cancelled_is_passed_over(accounts: Accounts) -> None:
    heavy = make_heavy(accounts, ANNA)
    accounts.begin(accounts.of(BEN))
    accounts.begin(heavy)
    gone, there = await wait_in_line(heavy), await wait_in_line(heavy)
    gone.cancel()
    accounts.end(heavy)
    assert (there.done(), heavy.running) == (True, 1)


async def test_waiting_requests_begin_when_their_caller_is_no_longer_heavy(accounts: Accounts) -> None:
    heavy = make_heavy(accounts, ANNA)
    accounts.begin(accounts.of(BEN))
    accounts.begin(heavy)
    waiters = [await wait_in_line(heavy) for _ in range(3)]
    for _ in range(4):
        accounts.halve()
    assert [waiter.done() for waiter in waiters] == [True, True, True]
    assert (heavy.running, accounts.running[LIGHT]) == (4, 5)


async def test_requests_are_counted_on_the_side_where_their_caller_is(accounts: Accounts) -> None:
    account = accounts.of(ANNA)
    for _ in range(3):
        accounts.begin(account)
    assert accounts.running[LIGHT] == 3
    accounts.charge(account, 1)
    assert accounts.running[LIGHT] == 0
    accounts.follow(account)
    for _ in range(4):
        accounts.halve()
    assert (account.is_heavy, account.running, account.following, accounts.running[LIGHT]) == (False, 2, 1, 2)
    accounts.unfollow(account)
    accounts.end(account)
    accounts.end(account)
    assert (account.running, account.following, accounts.running[LIGHT]) == (0, 0, 0)


async def test_a_share_of_everything_makes_nobody_heavy() -> None:
    accounts = Accounts(1)
    accounts.charge(accounts.of(ANNA), 1_000)
    assert accounts.heavy == 0
