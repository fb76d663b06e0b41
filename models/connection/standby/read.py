"""Reads on a standby, whose failures another server can make good."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Final, TypeAlias

from asyncpg import InterfaceError, InternalClientError, PostgresError
from sqlalchemy import Dialect
from sqlalchemy.connectors.asyncio import AsyncAdapt_Error
from sqlalchemy.exc import SQLAlchemyError

from models.connection.failure import DATABASE_FAILURES, DatabaseUnavailable
from models.connection.lookups import Key, Lookup
from models.connection.session import ReadSession
from models.sql.prepared import Parameters, Prepared, Row

SERVER_FAILURES: Final = (
    *DATABASE_FAILURES,
    PostgresError,
    InterfaceError,
    InternalClientError,
    SQLAlchemyError,
    AsyncAdapt_Error,
    OSError,
)
"""What a server can cause. A standby lags: even a table may be missing there, and exist on the primary."""

Judge: TypeAlias = Callable[[Exception, float], Exception]
"""Returns what a read raises after a failure and so many seconds."""


class StandbyFailed(DatabaseUnavailable):
    """A read has failed on the standby; the primary may answer it."""


@contextmanager
def judged(judge: Judge) -> Iterator[None]:
    """Replace the failures of a server by those that the judge returns."""
    began = monotonic()
    try:
        yield
    except SERVER_FAILURES as failure:
        raise judge(failure, monotonic() - began) from failure


class StandbyRead(ReadSession):
    """A read session on a standby."""

    def __init__(self, inner: ReadSession, dialect: Dialect, judge: Judge) -> None:
        super().__init__(dialect)
        self._inner = inner
        self._judge = judge
        self.has_failed = False
        """Whether a read failed that the primary may answer."""

    async def rows_by_key(
        self, lookup: Lookup, parameters: Parameters, keys: Collection[Key]
    ) -> dict[Key, Row]:
        self._count()
        with self._noting_failure(), judged(self._judge):
            return await self._inner.rows_by_key(lookup, parameters, keys)

    async def _fetched(self, prepared: Prepared, parameters: Parameters) -> Sequence[Row]:
        self._count()
        with self._noting_failure(), judged(self._judge):
            return await self._inner.rows(prepared, parameters)

    @contextmanager
    def _noting_failure(self) -> Iterator[None]:
        try:
            yield
        except StandbyFailed:
            self.has_failed = True
            raise

    async def close(self) -> None:
        await self._inner.close()

    async def abandon(self) -> None:
        await self._inner.abandon()
