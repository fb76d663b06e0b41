"""Detects and ends PostgreSQL connections whose peer is gone.

A peer that stops without FIN or RST leaves a connection that looks open. Only a question without an answer
shows it.
"""

import socket
from contextlib import suppress
from time import monotonic
from typing import Any, Final

from asyncpg import Connection, InterfaceError, InternalClientError, PostgresError
from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

from models.connection.weight import Meter

TRUSTED: Final = 0.15
"""Seconds after its last answer in which a connection is used without a check, which costs a round trip.
Longer than the pause between two reads of the heads of change logs, which would pay it each time."""
ENDING_TIME: Final = 1.0
"""Seconds for a statement to end when it is cancelled, for ROLLBACK, and for closing."""
CHECK_TIME: Final = 0.75
"""Seconds that the peer has to answer a check."""
KEEPALIVE: Final = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 3, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 10_000}
"""Options of a socket, where the platform has them: idle for 10 seconds, then 3 probes of the kernel, every 3
seconds; bytes that the peer does not acknowledge for 10,000 milliseconds end the connection."""

OPENED: Final = "opened"
ANSWERED: Final = "answered"
"""Members of a pool entry's `info`: times of `time.monotonic`."""
METER: Final = "meter"
"""Another one: the connection's `Meter`."""


async def is_answering(connection: Any) -> bool:
    """Whether the peer answers an empty question in time.

    Without an answer the connection is terminated.
    """
    try:
        await connection.execute("SELECT 1", timeout=CHECK_TIME)
    except (OSError, PostgresError, InterfaceError, InternalClientError):  # TimeoutError is an OSError
        connection.terminate()
        return False
    return True


class PostgresConnection(Connection):  # type: ignore[misc]  # asyncpg has no types
    """An asyncpg connection with a bounded close.

    SQLAlchemy closes it without waiting for a peer that may be silent.
    """

    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109  (as in asyncpg)
        """End the connection within ENDING_TIME.

        The limit holds whatever `timeout` says. asyncpg has asked the server to end a cancelled statement:
        this takes the connection until it is done.
        """
        if self._cancellations:
            with suppress(Exception):
                await super().close(timeout=ENDING_TIME)
        self.terminate()


def watch_connections(engine: AsyncEngine) -> None:
    """Check connections at checkout from the engine's pool."""
    pool = engine.sync_engine
    event.listen(pool, "connect", _opened)
    event.listen(pool, "checkin", _checked_in)
    event.listen(pool, "checkout", _refuse_lost)


def _opened(connection: Any, entry: ConnectionPoolEntry) -> None:
    entry.info[OPENED] = entry.info[ANSWERED] = monotonic()
    # asyncpg has no public way to its transport and protocol.
    transport = connection.driver_connection._transport  # noqa: SLF001
    meter = entry.info[METER] = Meter(transport, connection.driver_connection._protocol)  # noqa: SLF001
    transport.set_protocol(meter)
    wire = transport.get_extra_info("socket")
    if wire.family not in (socket.AF_INET, socket.AF_INET6):
        return
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        if hasattr(socket, name):
            wire.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _checked_in(connection: Any, entry: ConnectionPoolEntry) -> None:
    if connection is not None:
        entry.info[ANSWERED] = monotonic()


def _refuse_lost(connection: Any, entry: ConnectionPoolEntry, _proxied: object) -> None:
    """Refuse a dead connection and all of its age.

    The pool opens new ones.
    """
    driver_connection = connection.driver_connection
    if driver_connection.is_closed():
        raise InvalidatePoolError
    is_proven = monotonic() - entry.info[ANSWERED] < TRUSTED
    if not is_proven and not connection.run_async(is_answering):
        raise InvalidatePoolError
