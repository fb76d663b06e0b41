"""Who gets a scarce item next: tenants in turn, in a tenant its clients, and no client more than it may."""

import asyncio

import pytest

from models.connection.client import Client
from models.connection.failure import DatabaseUnavailable
from models.connection.fair_share import FairShare
from models.connection.write_turns import WriteTurns

ANNA, BEN = Client("shop", "anna"), Client("shop", "ben")
OTHER = Client("other", "anna")


class Coins:
    """A stock that counts."""

    def __init__(self, number: int) -> None:
        self.number = number

    def has_item(self) -> bool:
        return self.number > 0

    def take(self) -> int:
        self.number -= 1
        return self.number

    def put(self, _item: int) -> None:
        self.number += 1


class Market:
    """A share of coins, and the clients in the order in which they got theirs."""

    def __init__(self, coins: int, most: int) -> None:
        self.coins = Coins(coins)
        self.share = FairShare(self.coins, most)
        self.served: list[Client | None] = []
        self.asking: list[asyncio.Task[None]] = []

    async def ask(self, *clients: Client | None) -> None:
        for client in clients:
            self.asking.append(asyncio.create_task(self._ask(client)))
            await asyncio.sleep(0)

    async def _ask(self, client: Client | None) -> None:
        await self.share.acquire(client)
        self.served.append(client)

    async def pay_back(self, client: Client | None) -> None:
        self.coins.put(0)
        self.share.let_go(client)
        await asyncio.sleep(0)


async def test_tenants_take_turns_and_in_a_tenant_its_clients() -> None:
    market = Market(coins=1, most=1)
    await market.ask(None, ANNA, ANNA, ANNA, BEN, BEN, OTHER, OTHER)
    await market.pay_back(None)
    for number in range(1, 8):
        await market.pay_back(market.served[number])
    assert market.served == [None, ANNA, OTHER, BEN, OTHER, ANNA, BEN, ANNA]


async def test_a_client_at_its_most_leaves_the_rest_to_others() -> None:
    market = Market(coins=3, most=2)
    await market.ask(ANNA, ANNA, ANNA, ANNA, OTHER)
    assert market.served == [ANNA, ANNA, OTHER]
    assert market.share.waits == {"share": 2}
    await market.pay_back(OTHER)
    assert market.served == [ANNA, ANNA, OTHER], "a free one is not hers"
    await market.pay_back(ANNA)
    assert market.served == [ANNA, ANNA, OTHER, ANNA]


async def test_what_comes_back_late_is_handed_out_when_it_is_there() -> None:
    """A connection that is being ended is no longer its client's, and not yet free."""
    market = Market(coins=1, most=1)
    await market.ask(ANNA, ANNA)
    market.share.let_go(ANNA)
    await asyncio.sleep(0)
    assert market.served == [ANNA]
    market.coins.put(0)
    market.share.serve()
    await asyncio.sleep(0)
    assert market.served == [ANNA, ANNA]


async def test_the_gateway_itself_has_no_bound() -> None:
    market = Market(coins=3, most=1)
    await market.ask(None, None, None)
    assert market.served == [None, None, None]


@pytest.mark.parametrize("has_item", [False, True], ids=["waiting", "served"])
async def test_who_leaves_takes_nothing_along(has_item: bool) -> None:
    market = Market(coins=1, most=1)
    await market.ask(None, ANNA, BEN)
    leaving = market.asking[1]
    if has_item:
        market.coins.put(0)
        market.share.let_go(None)
        leaving.cancel()
    else:
        leaving.cancel()
        await asyncio.sleep(0)
        await market.pay_back(None)
    await asyncio.wait(market.asking)
    assert market.served == [None, BEN]
    await market.pay_back(BEN)
    assert market.coins.number == 1
    assert market.share.is_unused


async def test_writers_of_tenants_take_turns() -> None:
    turns = WriteTurns(lambda: 1, patience=5)
    wrote: list[Client] = []

    async def write(client: Client) -> None:
        async with turns.turn(client):
            wrote.append(client)
            await asyncio.sleep(0)

    await asyncio.gather(*(write(client) for client in (ANNA, ANNA, ANNA, ANNA, OTHER)))
    assert wrote == [ANNA, ANNA, OTHER, ANNA, ANNA]


async def test_a_writer_that_waits_too_long_is_refused() -> None:
    turns = WriteTurns(lambda: 1, patience=0.01)
    async with turns.turn(ANNA):
        with pytest.raises(DatabaseUnavailable, match="every connection is taken"):
            async with turns.turn(OTHER):
                raise AssertionError("there is one turn")
    async with turns.turn(OTHER):
        assert turns.share.refusals == {"taken": 1}
