"""Where reads go, by the cursor that a request brings.

The standby of these tests is the primary once more: it has always applied everything.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import pytest

from models.connection.database import Database
from models.connection.engine import EngineOptions
from models.connection.session import ReadSession, Snapshot, Transaction
from models.connection.standby.read import StandbyFailed, StandbyRead
from models.connection.standby.replica import Replica
from models.tables.change import change_head
from resolvers.caller import Caller, Scope
from resolvers.changes.cursor import CursorSeal, Position
from resolvers.changes.head import newest_position
from resolvers.errors import InvalidArgument
from resolvers.policy import Policy
from resolvers.reading.route import AFTER, Route
from tests.factories.documents import segment
from tests.factories.shop import Shop

SECRET: Final = b"a secret that only tests of routes know"
POLICY: Final = Policy(cursor_secret=SECRET)
RouteOf = Callable[[str | None], Route]


@pytest.fixture
async def replica(database: Database) -> AsyncIterator[Replica | None]:
    """SQLite has none."""
    if database.is_sqlite:
        yield None
        return
    url = database.engine.url.render_as_string(hide_password=False)
    replica = Replica(database, url, EngineOptions())
    assert await replica.check()
    yield replica
    await replica.close()


@pytest.fixture
def route_of(database: Database, replica: Replica | None, tenant: str) -> RouteOf:
    """The route of a request with a cursor."""
    caller = Caller(tenant, frozenset({Scope.READ}), "someone")
    return lambda after: Route(database, replica, caller=caller, policy=POLICY, after=after)


async def head_of(shop: Shop) -> Position:
    async with shop.database.read() as session:
        return await newest_position(session, shop.tenant)


def cursor(tenant: str, position: Position) -> str:
    return CursorSeal(SECRET).cursor(tenant, position)


@asynccontextmanager
async def reading(route: Route, *, single: bool = False) -> AsyncIterator[ReadSession]:
    session = await route.open(single=single)
    try:
        yield session
    finally:
        await session.close()


async def test_without_a_cursor_a_read_costs_no_statement_more(
    route_of: RouteOf, replica: Replica | None, tenant: str
) -> None:
    route = route_of(None)
    async with reading(route) as session:
        await newest_position(session, tenant)
    assert (session.statements, route.statements) == (1, 0)
    assert isinstance(session, Snapshot if replica is None else StandbyRead)
    assert route.server == ("primary" if replica is None else "standby")


@pytest.mark.parametrize("single", [True, False])
async def test_a_cursor_that_the_standby_has_costs_one_read_in_the_same_snapshot(
    route_of: RouteOf, replica: Replica | None, shop: Shop, *, single: bool
) -> None:
    await shop.segments(segment("a"), segment("b"))
    head = await head_of(shop)
    assert head.seq == 2
    for position in (head, Position(head.epoch, 1), Position("", 0)):
        route = route_of(cursor(shop.tenant, position))
        async with reading(route, single=single) as session:
            assert (session.statements, route.statements) == ((1, 0) if replica else (0, 1))
            await newest_position(session, shop.tenant)
        assert (route.server, route.fallback) == ("standby" if replica else "primary", None)


@pytest.mark.parametrize("is_available", [True, False])
async def test_a_cursor_that_no_server_has_is_refused(
    route_of: RouteOf, replica: Replica | None, shop: Shop, *, is_available: bool
) -> None:
    await shop.segments(segment("a"))
    head = await head_of(shop)
    if replica is not None:
        replica.is_available = is_available
    for position in (
        Position(head.epoch, head.seq + 1),
        Position(head.epoch, head.seq, writes=1),
        Position("otherone", head.seq),
    ):
        with pytest.raises(InvalidArgument) as refused:
            await route_of(cursor(shop.tenant, position)).open()
        assert refused.value.path == (AFTER,)
        assert refused.value.message.startswith("The log of changes has not come to this cursor")


async def test_a_cursor_of_an_earlier_epoch_is_refused(route_of: RouteOf, shop: Shop) -> None:
    await shop.segments(segment("a"))
    before = cursor(shop.tenant, await head_of(shop))
    await (await route_of(before).open()).close()

    async def restore(transaction: Transaction) -> None:
        await transaction.write(
            change_head.update().where(change_head.c.tenant == shop.tenant).values(epoch="another1")
        )

    await shop.database.write(restore)
    with pytest.raises(InvalidArgument):
        await route_of(before).open()


async def test_what_is_no_cursor_of_the_tenant_is_refused_without_a_statement(
    route_of: RouteOf, shop: Shop
) -> None:
    own = cursor(shop.tenant, Position("epoch123", 1))
    for text in ("x", "é", own[:-1], f"{own}A", cursor("other", Position("epoch123", 1)), "A" * 1_000):
        route = route_of(text)
        with pytest.raises(InvalidArgument, match="Segments-After is no cursor of this tenant's changes"):
            await route.open()
        assert (route.statements, route.server) == (0, None)


async def test_a_gateway_without_a_secret_knows_no_cursor(database: Database, tenant: str) -> None:
    caller = Caller(tenant, frozenset({Scope.READ}), "someone")
    own = cursor(tenant, Position("epoch123", 1))
    with pytest.raises(InvalidArgument, match="Segments-After is no cursor"):
        await Route(database, caller=caller, policy=Policy(), after=own).open()


async def test_what_follows_a_write_stays_on_the_primary(route_of: RouteOf, replica: Replica | None) -> None:
    route = route_of(None)
    route.stay_on_primary()
    async with reading(route) as session:
        assert isinstance(session, Snapshot)
    assert (route.server, route.fallback, route.is_split) == ("primary", None, replica is not None)


async def opened(route: Route) -> ReadSession:
    session = await route.open()
    await session.close()
    return session


async def test_reads_are_counted_by_server(
    route_of: RouteOf, replica: Replica | None, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    if replica is None:
        pytest.skip("SQLite has no standby")
    await shop.segments(segment("a"))
    await opened(route_of(cursor(shop.tenant, await head_of(shop))))
    await opened(route_of(None))
    assert (replica.reads, replica.fallbacks) == ({"standby": 2}, {})

    async def behind(*_: object) -> Position:
        return Position("", 0)

    head = await head_of(shop)
    monkeypatch.setattr("resolvers.reading.route.newest_position", behind)
    with pytest.raises(InvalidArgument):
        await opened(route_of(cursor(shop.tenant, head)))
    assert (replica.reads, replica.fallbacks) == ({"standby": 2}, {"behind": 1})

    async def failing(*_: object, **__: object) -> None:
        raise StandbyFailed("gone")

    monkeypatch.setattr(replica, "open_read", failing)
    route = route_of(None)
    assert isinstance(await opened(route), Snapshot)
    assert (route.server, route.fallback) == ("primary", "failed")
    assert (replica.reads, replica.fallbacks) == (
        {"standby": 2, "primary": 1},
        {"behind": 1, "failed": 1},
    )


async def test_a_snapshot_kept_for_nothing_is_closed(
    route_of: RouteOf, replica: Replica | None, shop: Shop
) -> None:
    await shop.segments(segment("a"))
    route = route_of(cursor(shop.tenant, await head_of(shop)))
    await route.check()
    await route.check()
    in_use = 0 if replica is None else replica.standby.connections_in_use
    await route.close()
    if replica is not None:
        assert (in_use, replica.standby.connections_in_use) == (1, 0)
