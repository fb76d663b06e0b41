"""A hot standby of the database, for reads.

It is used while it is known to work: what finds out whether it does is a task beside the requests, so that no
read waits for a dead server. A read that fails on it is the reader's to repeat on the primary.
"""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import Final, Literal, TypeAlias

import structlog
from asyncpg import PostgresError
from sqlalchemy import literal_column, select

from models.connection.client import Client
from models.connection.database import Database
from models.connection.engine import EngineOptions
from models.connection.failure import (
    NoConnectionFree,
    ResultTooLarge,
    StatementTimeout,
    is_loss,
    is_missing_table,
)
from models.connection.standby.read import SERVER_FAILURES, StandbyFailed, StandbyRead, judged
from models.retries import Retries
from models.schema_version import NEWEST_MIGRATION
from models.sql.prepared import Query, Row

Server: TypeAlias = Literal["primary", "standby"]
Fallback: TypeAlias = Literal["behind", "failed"]
"""Why a read was answered by the primary, though the standby was to answer it."""

PATIENCE: Final = 1.0
"""Seconds that a read waits for a connection of the standby: the primary has others."""
CHECK_TIME: Final = 1.0
CHECK_INTERVAL: Final = 1.0
"""Seconds that a check may take, and between two checks."""
LONGEST_PAUSE: Final = 30.0
"""Seconds for which a standby that failed is left alone, at most."""
NAME: Final = "standby"
OUTDATED: Final = "it has not the schema of this version"
NOT_CHECKED: Final = "it was not checked yet"

_log = structlog.get_logger(__name__)
_IN_RECOVERY: Final = "pg_is_in_recovery()"
_TIMELINE: Final = (
    f"CASE WHEN {_IN_RECOVERY} THEN NULL ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END"
)
_CLUSTER: Final = (
    "(SELECT system_identifier FROM pg_control_system()) || '.' || "
    "(SELECT oid FROM pg_database WHERE datname = current_database())"
)
IDENTITY: Final[Query] = select(
    literal_column(_IN_RECOVERY).label("is_in_recovery"),
    literal_column(_CLUSTER).label("cluster"),
    literal_column(_TIMELINE).label("timeline"),
    literal_column("(SELECT version_num FROM alembic_version)").label("schema"),
)
"""Of which cluster and database a server is, what it is in it, and which migrations it has. Its timeline is
NULL on a standby."""


class Replica:
    """A standby of the primary, by its own URL, with a pool of its own."""

    def __init__(self, primary: Database, url: str, options: EngineOptions) -> None:
        self._primary = primary
        self.standby = Database(url, replace(options, pool_wait=min(options.pool_wait, PATIENCE)))
        self._statement_timeout = options.statement_timeout
        self._retries: Retries[str] = Retries(longest=LONGEST_PAUSE)
        self._cluster: str | None = None
        self._news = asyncio.Event()
        self._known_problem: str | None = NOT_CHECKED
        self.is_available = False
        self.is_in_recovery = True
        self.reads: Counter[Server] = Counter()
        self.fallbacks: Counter[Fallback] = Counter()
        """For metrics."""

    async def open_read(
        self, client: Client | None = None, *, single: bool = False, shared: bool = False
    ) -> StandbyRead:
        """Open a snapshot on the standby, as `Database.open_read` does.

        It raises StandbyFailed, and so do its reads.
        """
        standby = self.standby
        standby.watch = self._primary.watch
        with judged(self._judged):
            session = await standby.open_read(client, single=single, shared=shared)
        return StandbyRead(session, standby.engine.dialect, self._judged)

    async def keep_watch(self) -> None:
        """Check the standby again and again, and use it while it works."""
        while True:
            if await self.check():
                await self._until_a_read_fails()
            else:
                await asyncio.sleep(self._retries.failed(NAME))

    async def check(self) -> bool:
        """Find out whether the standby works; use it from now on, or leave it alone."""
        try:
            problem = await self.problem()
        except Exception as failure:  # noqa: BLE001  (whatever it is: the watch goes on)
            problem = str(failure).partition("\n")[0] or type(failure).__name__
        self.is_available = problem is None
        if problem is None:
            self._retries.succeeded(NAME)
        else:
            self.standby.abort_reads()  # they would wait for the whole time of their statements
        if problem != self._known_problem:
            self._known_problem = problem
            if problem is None:
                _log.info("the standby is used", is_in_recovery=self.is_in_recovery)
            else:
                _log.warning("the standby is not used", reason=problem)
        return self.is_available

    async def problem(self) -> str | None:
        """Why the standby must not be used; None where it may be.

        Raises what a server that is away causes.
        """
        try:
            [state] = await self.standby.urgent_rows(IDENTITY, CHECK_TIME)
        except PostgresError as failure:
            if is_missing_table(failure):
                return OUTDATED
            raise
        self.is_in_recovery = state["is_in_recovery"]
        if state["schema"] != NEWEST_MIGRATION:
            return OUTDATED
        if self.is_in_recovery and state["cluster"] == self._cluster:
            return None
        return await self._difference(state)

    async def close(self) -> None:
        """End all connections to the standby."""
        self.is_available = False
        await self.standby.close()

    def _judged(self, failure: Exception, seconds: float) -> Exception:
        """What a read raises: StandbyFailed, unless the primary would fail as well.

        After the loss of a connection no read begins on the standby before it is checked.
        """
        if isinstance(failure, ResultTooLarge):
            return failure
        if isinstance(failure, StatementTimeout) and seconds >= self._statement_timeout:
            return failure  # and no conflict with recovery: on the primary it would take as long
        if is_loss(failure) and not isinstance(failure, NoConnectionFree):
            self.is_available = False
            self._news.set()
        return StandbyFailed(str(failure))

    async def _until_a_read_fails(self) -> None:
        """Wait for the time of the next check, or for the loss of a connection."""
        self._news.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(CHECK_INTERVAL):
                await self._news.wait()

    async def _difference(self, state: Row) -> str | None:
        """Why the standby is none of the primary; None where it is one, or was and is promoted."""
        try:
            [primary] = await self._primary.urgent_rows(IDENTITY, CHECK_TIME)
        except SERVER_FAILURES:
            is_known = state["cluster"] == self._cluster
            return None if is_known else "the primary does not answer, and it may be a copy of another one"
        self._cluster = primary["cluster"]
        if state["cluster"] != self._cluster:
            return "it is no copy of the primary's database"
        if None not in (timelines := {state["timeline"], primary["timeline"]}) and len(timelines) > 1:
            return "it was promoted, and the primary goes on without it"
        return None
