"""Lookups that arrive together share a statement, and each gets its own rows and nothing else."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from sqlalchemy import Table, select

from models.connection.database import Database
from models.connection.failure import DatabaseUnavailable
from models.connection.lookups import Lookup
from models.sql.keys import with_keys
from models.sql.prepared import prepare
from models.tables.customer_assignment import customer_assignment
from models.tables.segment import segment
from resolvers.access import TENANT
from tests.factories.documents import segment as document
from tests.factories.shop import Shop

Seen = list[Sequence[Any]]


@pytest.fixture
def lookup(database: Database) -> Lookup:
    return _lookup(database, segment, "id")


def _lookup(database: Database, table: Table, *key: str) -> Lookup:
    dialect = database.engine.dialect
    rows = with_keys(select(table), table, key, dialect.name).where(table.c.tenant == TENANT)
    return Lookup.of(prepare(rows, dialect), dialect.name, key)


@pytest.fixture
def seen(database: Database, monkeypatch: pytest.MonkeyPatch) -> Seen:
    """The parameters of each statement that runs."""
    seen: Seen = []

    def look(_sql: str, parameters: Any) -> AbstractContextManager[None]:
        seen.append(parameters)
        return nullcontext()

    monkeypatch.setattr(database, "watch", look)
    return seen


@pytest.fixture
def find(shop: Shop, lookup: Lookup) -> Callable[..., Any]:
    async def find(*keys: str, tenant: str = shop.tenant) -> list[str]:
        async with shop.database.read(single=True) as session:
            rows = await session.rows_by_key(lookup, {"tenant": tenant}, keys)
            assert session.statements == 1
            return [row["id"] for row in rows.values()]

    return find


@pytest.fixture(autouse=True)
async def three(shop: Shop) -> None:
    await shop.segments(document("a"), document("b"), document("c"))


async def test_what_is_asked_together_is_asked_once(find: Callable[..., Any], seen: Seen) -> None:
    found = await asyncio.gather(find("a"), find("b", "x"), find("a", "c"), find("x"))
    assert list(found) == [["a"], ["b"], ["a", "c"], []]
    assert len(seen) == 1


async def test_what_is_asked_a_round_later_shares_the_statement(find: Callable[..., Any], seen: Seen) -> None:
    first = asyncio.create_task(find("a"))
    await asyncio.sleep(0)  # it has begun
    second = asyncio.create_task(find("b"))
    assert (await first, await second) == (["a"], ["b"])
    assert len(seen) == 1


async def test_what_is_asked_later_is_asked_again(find: Callable[..., Any], seen: Seen) -> None:
    assert (await find("a"), await find("a")) == (["a"], ["a"])
    assert len(seen) == 2


async def test_tenants_share_no_statement(find: Callable[..., Any], seen: Seen) -> None:
    found = await asyncio.gather(find("a"), find("a", tenant="another"))
    assert list(found) == [["a"], []]
    assert len(seen) == 2


async def test_who_gives_up_takes_nothing_from_the_others(find: Callable[..., Any], seen: Seen) -> None:
    leaving, staying = asyncio.create_task(find("a")), asyncio.create_task(find("b"))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == ["b"]
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert len(seen) == 1


async def test_a_failure_reaches_everybody(
    find: Callable[..., Any], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_sql: str, _parameters: Any) -> AbstractContextManager[None]:
        raise ConnectionResetError

    monkeypatch.setattr(database, "watch", fail)
    outcomes = await asyncio.gather(find("a"), find("b"), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [DatabaseUnavailable, DatabaseUnavailable]


async def test_a_single_read_reads_once(shop: Shop, lookup: Lookup) -> None:
    async with shop.database.read(single=True) as session:
        await session.rows_by_key(lookup, {"tenant": shop.tenant}, ["a"])
        with pytest.raises(RuntimeError, match="single statement"):
            await session.rows_by_key(lookup, {"tenant": shop.tenant}, ["b"])


async def test_keys_of_several_columns_share_a_statement_too(
    shop: Shop, database: Database, seen: Seen
) -> None:
    await shop.customers(("a", "anna"), ("a", "bob", "acme"), ("b", "anna"), ("b", "bob"))
    seen.clear()
    lookup = _lookup(database, customer_assignment, "segment_id", "customer_id", "legal_entity_id")
    keys = [
        ("a", "anna", ""),
        ("b", "bob", ""),
        ("a", "bob", "acme"),
        ("b", "anna", "acme"),
        ("b", "acme", "anna"),
    ]

    async def find(*keys: tuple[str, ...]) -> list[tuple[str, ...]]:
        async with database.read(single=True) as session:
            return list(await session.rows_by_key(lookup, {"tenant": shop.tenant}, keys))

    found = await asyncio.gather(find(*keys[:2]), find(*keys[2:]), find(keys[1]), find(keys[4]))
    assert list(found) == [keys[:2], keys[2:3], keys[1:2], []]
    assert len(seen) == 1
