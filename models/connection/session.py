"""The connection of a request: read snapshot or write transaction."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Collection, Coroutine, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any, cast

from sqlalchemy import ClauseElement, ColumnElement, CursorResult, Dialect, Executable, FromClause, Table
from sqlalchemy.ext.asyncio import AsyncConnection

from models.connection.client import Client
from models.connection.driver import Driver, retrieve_exception
from models.connection.failure import DATABASE_FAILURES, DatabaseFailure, translated_failures
from models.connection.lookups import Key, Lookup, Lookups
from models.connection.read_pool import ReadPool
from models.connection.watch import Watch, unwatched
from models.sql.fragment import Fragment, fragment, template, whole
from models.sql.prepared import Parameters, Prepared, PreparedText, Query, Row, Run, prepare, prepare_text
from models.sql.row_statement import ANYTHING, Build, row_statement


class Session(ABC):
    """Reads through one connection.

    `statements` counts them, for logs and tests.
    """

    def __init__(self, dialect: Dialect, watch: Watch = unwatched) -> None:
        self._dialect = dialect
        self._watch = watch
        self.statements = 0

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._dialect.name

    def prepare(self, statement: Query, *, keeps_source: bool = True) -> Prepared:
        """Compile a statement for this database; see `Prepared` for `keeps_source`."""
        return prepare(statement, self._dialect, keeps_source=keeps_source)

    def fragment(self, column: ColumnElement[Any], source: FromClause | None = None) -> Fragment:
        """A column compiled for this database; see `models.sql.fragment`."""
        return fragment(column, self._dialect, source)

    def template(self, statement: ClauseElement) -> Fragment:
        """Compile a statement with holes for this database."""
        return template(statement, self._dialect)

    def whole(self, made: Fragment, columns: Sequence[str]) -> Prepared:
        """Prepare a composed statement; `columns` names its columns."""
        return whole(made, columns, self._dialect)

    @abstractmethod
    async def rows(self, statement: Prepared | Query, parameters: Parameters | None = None) -> Sequence[Row]:
        """Return all rows of a statement.

        Raises DatabaseUnavailable or StatementTimeout.
        """

    async def rows_by_key(
        self, lookup: Lookup, parameters: Parameters, keys: Collection[Key]
    ) -> dict[Key, Row]:
        """Return rows by their keys; unknown keys are missing.

        Raises DatabaseUnavailable or StatementTimeout.
        """
        return lookup.by_key(await self.rows(lookup.prepared, lookup.parameters(parameters, keys)))

    async def row(self, statement: Prepared | Query, parameters: Parameters | None = None) -> Row | None:
        """The first row, or None where there is none."""
        rows = await self.rows(statement, parameters)
        return rows[0] if rows else None

    async def value(self, statement: Prepared | Query, parameters: Parameters | None = None) -> Any:
        """The only column of the first row, or None."""
        row = await self.row(statement, parameters)
        return None if row is None else next(iter(row.values()))


class ReadSession(Session):
    """A session for reads, on the driver.

    Its opener closes it.
    """

    async def rows(self, statement: Prepared | Query, parameters: Parameters | None = None) -> Sequence[Row]:
        prepared = statement if isinstance(statement, Prepared) else self.prepare(statement)
        return await self._fetched(prepared, parameters or {})

    def _count(self) -> None:
        self.statements += 1

    @abstractmethod
    async def _fetched(self, prepared: Prepared, parameters: Parameters) -> Sequence[Row]:
        """Count and run the statement."""

    @abstractmethod
    async def close(self) -> None:
        """End the session after its running statements."""

    @abstractmethod
    async def abandon(self) -> None:
        """Cancel all running and waiting statements of the request."""


class SingleRead(ReadSession):
    """A session for a single statement, consistent by itself.

    It has a connection only while the statement runs.
    """

    def __init__(
        self, reading: ReadPool, lookups: Lookups, dialect: Dialect, watch: Watch, client: Client | None
    ) -> None:
        super().__init__(dialect, watch)
        self._reading = reading
        self._lookups = lookups
        self._client = client

    def rows_by_key(
        self, lookup: Lookup, parameters: Parameters, keys: Collection[Key]
    ) -> Coroutine[Any, Any, dict[Key, Row]]:
        self._count()
        return self._lookups.rows(lookup, parameters, keys, self._watch, self._client)

    def _fetched(self, prepared: Prepared, parameters: Parameters) -> Coroutine[Any, Any, Sequence[Row]]:
        self._count()
        arguments = prepared.arguments(parameters)
        return self._reading.rows(prepared, arguments, self._watch, self._client)

    def _count(self) -> None:
        self.statements += 1
        if self.statements > 1:
            raise RuntimeError("a read of a single statement was given another one")

    async def close(self) -> None:
        return

    async def abandon(self) -> None:
        return


class Snapshot(ReadSession):
    """A session whose reads see one instant.

    GraphQL resolves sibling fields concurrently, but a connection answers one statement at a time, so
    statements queue here. Several tasks may share it: a cancelled one does not break it for the others. A
    task that reads after the end is cancelled: the connection is another request's by then.
    """

    def __init__(
        self, reading: ReadPool, driver: Driver, dialect: Dialect, watch: Watch, *, shared: bool = False
    ) -> None:
        super().__init__(dialect, watch)
        self._reading = reading
        self._driver = driver
        self._shared = shared
        self._turn = asyncio.Lock()
        self._running: set[asyncio.Task[Sequence[Row]]] = set()
        self._failure: DatabaseFailure | None = None
        self._has_ended = False

    async def rows(self, statement: Prepared | Query, parameters: Parameters | None = None) -> Sequence[Row]:
        if not self._shared:
            return await super().rows(statement, parameters)
        # A field that fails cancels its siblings, and a cancelled statement would break the transaction.
        task = asyncio.create_task(super().rows(statement, parameters))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(retrieve_exception)
        return await asyncio.shield(task)

    async def abandon(self) -> None:
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _fetched(self, prepared: Prepared, parameters: Parameters) -> Sequence[Row]:
        async with self._turn:
            self._count()
            if self._has_ended:
                raise asyncio.CancelledError
            if self._failure is not None:  # the transaction has failed, and answers no further statement
                raise type(self._failure)(*self._failure.args) from self._failure
            arguments = prepared.arguments(parameters)
            try:
                with translated_failures(), self._watch(prepared.sql, arguments):
                    if self.statements == 1:
                        await self._driver.begin()
                    return prepared.rows(await self._driver.fetch(prepared.sql, arguments))
            except DATABASE_FAILURES as failure:
                self._failure = failure
                raise

    async def close(self) -> None:
        self._has_ended = True
        try:
            async with self._turn:
                if self.statements and self._driver.is_usable():
                    # What was read is read: an instant whose connection is lost or slow has ended as well.
                    with suppress(*DATABASE_FAILURES), translated_failures():
                        await self._driver.end()
        finally:
            self._reading.release(self._driver)


class Transaction(Session):
    """Reads and writes of one transaction, whose statements queue here.

    The endpoint commits, never a resolver.
    """

    def __init__(self, connection: AsyncConnection, driver: Driver, watch: Watch) -> None:
        super().__init__(connection.dialect, watch)
        self._connection = connection
        self._driver = driver
        self._turn = asyncio.Lock()
        self.has_written = False
        """Whether a statement was run that changes rows."""

    async def rows(self, statement: Prepared | Query, parameters: Parameters | None = None) -> Sequence[Row]:
        if not isinstance(statement, Prepared):
            return await self._returned(statement, parameters)
        if not self.statements:  # SQLAlchemy begins the transaction with the first statement
            if statement.source is None:
                raise TypeError("a statement of snapshots cannot be the first of a transaction")
            return await self._returned(statement.source, parameters)
        arguments = statement.arguments(parameters or {})
        async with self._turn:
            self.statements += 1
            with self._watch(statement.sql, arguments):
                fetched = self._driver.fetch(statement.sql, arguments)
                return statement.rows(await self._driver.finish(fetched))

    async def rows_of_each(self, queries: Sequence[tuple[Prepared, Parameters]]) -> list[Sequence[Row]]:
        """Return the rows of several statements.

        One round trip reads them all where this helps. None of them may be the first statement of the
        transaction.
        """
        statements = [(prepared.sql, prepared.arguments(values)) for prepared, values in queries]
        async with self._turn:
            self.statements += len(queries)
            with self._watch("; ".join(sql for sql, _ in statements), statements[-1][1]):
                answers = await self._driver.finish(self._driver.fetch_each(statements))
        return [prepared.rows(rows) for (prepared, _), rows in zip(queries, answers, strict=True)]

    async def write(self, statement: Executable, rows: Sequence[Parameters] | None = None) -> None:
        """Run an INSERT, UPDATE or DELETE, once for each row."""
        if rows is None or rows:
            self.has_written = True
            await self._executed(statement, rows)

    def prepare_write(self, statement: ClauseElement) -> PreparedText:
        """Compile a statement for `run`."""
        return prepare_text(statement, self._dialect)

    async def write_returning(
        self, statement: Executable, parameters: Parameters | None = None
    ) -> Sequence[Row]:
        """Run an INSERT, UPDATE or DELETE and return its rows."""
        self.has_written = True
        return await self._returned(statement, parameters)

    async def write_rows(self, build: Build, table: Table, rows: Sequence[Parameters]) -> None:
        """Run a statement of `models.sql.row_statement`."""
        if rows and not self._driver.is_in_transaction():  # SQLAlchemy begins it with the first statement
            await self._executed(ANYTHING, None)
        if rows:
            await self.run(row_statement(build, table, self._dialect).runs(rows))

    async def run(self, statements: Sequence[Run]) -> Sequence[Any]:
        """Run prepared statements, which cannot be the first of the transaction.

        Return the driver's records of those that run once.
        """
        async with self._turn:
            self.statements += 1
            self.has_written = True
            if not self._driver.is_in_transaction():
                raise RuntimeError("prepared statements need a transaction that has begun")
            with self._watch("; ".join(run.sql for run in statements), statements[-1].arguments):
                return await self._driver.finish(self._driver.run(statements))

    async def _returned(self, statement: Executable, parameters: Parameters | None) -> Sequence[Row]:
        rows: Sequence[Any] = (await self._executed(statement, parameters)).mappings().all()
        return rows

    async def _executed(self, statement: Executable, parameters: Any) -> CursorResult[Any]:
        """Run a statement through SQLAlchemy, which caches its SQL."""
        async with self._turn:
            self.statements += 1
            with self._watched(statement, parameters):
                result: CursorResult[Any] | None = None
                try:
                    result = await self._driver.finish(self._connection.execute(statement, parameters))
                finally:
                    self._driver.check(result)
                return result

    def _watched(self, statement: Executable, parameters: Any) -> AbstractContextManager[Any]:
        """Return the watch of a statement, whose text is made only for a watch in use."""
        if self._watch is unwatched:
            return nullcontext()
        return self._watch(str(cast("ClauseElement", statement).compile(dialect=self._dialect)), parameters)
