"""The context of GraphQL fields: caller, policy and database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Literal, Self, TypeVar

import strawberry
from graphql.execution.values import VariableValues
from graphql.pyutils import Path

from models.connection.database import Database
from models.connection.failure import DatabaseUnavailable
from models.connection.session import ReadSession, Transaction
from models.filter.parse import LONGEST_QUERY
from models.sql.ordering import Languages
from models.tables.columns import this_instant
from resolvers.access import Reader, Writer
from resolvers.caller import Caller, Scope
from resolvers.changes.cursor import Position, cursor_of_write
from resolvers.changes.feed import Feeds
from resolvers.errors import InvalidArgument
from resolvers.policy import Policy
from resolvers.reading.route import Route
from resolvers.values.language import parse_accept_language
from resolvers.writing.run import run_for_client
from schema.engine.document import Operation
from schema.vocabulary.loaders import Loaders

Result = TypeVar("Result")


class Context:
    """The context of one operation.

    Its reads share one snapshot, opened by the first of them. The code that makes the context closes it:
    `async with Context(...) as context`. The results are in `statements`, `operation_type` and `way` (the
    last two None if nothing was executed).
    """

    position: Position | None = None
    """Of the tenant's log behind the last write."""
    operation_type: str | None = None
    way: Literal["planned", "standard"] | None = None
    operation: Operation | None = None
    """The parsed operation, so that Strawberry does not parse it again (`schema.engine.execution`)."""
    variables: VariableValues | None = None
    """The coerced variables (`schema.engine.coerced`)."""
    shows_schema = True
    """Whether every caller may read the schema."""
    _statements = 0
    _reader: Reader | None = None
    _opening: asyncio.Lock | None = None
    _snapshot: ReadSession | None = None
    _is_over = False
    _unavailable: DatabaseUnavailable | None = None
    _loaders: Loaders | None = None

    def __init__(
        self,
        *,
        database: Database,
        policy: Policy,
        caller: Caller,
        accept_language: str | None = None,
        request_id: str | None = None,
        feeds: Feeds | None = None,
        route: Route | None = None,
    ) -> None:
        self.database = database
        self.policy = policy
        self.caller = caller
        self.route = route or Route(database, caller=caller, policy=policy)
        self.request_id = request_id
        self.language = parse_accept_language(accept_language)
        self.now = this_instant()
        self.columns: Mapping[str, Collection[str]] = {}
        """The columns that the operation reads of each type; all columns for a missing type."""
        self._filters: set[str] = set()
        self._feeds = feeds
        self._views: dict[Path, Context] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, _kind: object, error: object, _trace: object) -> None:
        if self._snapshot is not None and isinstance(error, asyncio.CancelledError):
            await self._snapshot.abandon()
        self._is_over = True
        await self._close_snapshot()
        await self.route.close()

    @property
    def statements(self) -> int:
        """The number of SQL statements so far."""
        of_snapshot = 0 if self._snapshot is None else self._snapshot.statements
        return self._statements + self.route.statements + of_snapshot

    @property
    def feeds(self) -> Feeds:
        """The feeds that subscriptions follow."""
        if self._feeds is None:
            raise ValueError("this context is not for subscriptions")
        return self._feeds

    @property
    def cursor(self) -> str | None:
        """The cursor behind the last write; None without a write."""
        return cursor_of_write(self.caller.tenant, self.position, self.policy.cursor_secret)

    @property
    def actor(self) -> Caller:
        """The caller of the request, even inside a view."""
        return self.caller

    def at(self, path: Path) -> "Context":
        """The context for a path: the nearest view's, else this."""
        around: Path | None = path if self._views else None
        while around is not None:
            if around in self._views:
                return self._views[around]
            around = around.prev
        return self

    def enter(self, path: Path, view: "Context") -> None:
        """Set the context of the field at a path.

        It applies to the field's selection as well.
        """
        self._views[path] = view

    @property
    def loaders(self) -> Loaders:
        """The DataLoaders of the standard execution."""
        if self._loaders is None:
            self._loaders = Loaders(self.reader, self.columns_of)
        return self._loaders

    def columns_of(self, type_name: str) -> Collection[str]:
        """The columns read of a type; none means all."""
        return self.columns.get(type_name, ())

    async def reader(self) -> Reader:
        """The reader of the operation's snapshot.

        It is opened at the first call.
        """
        if self._opening is None:
            self._opening = asyncio.Lock()
        async with self._opening:
            return self._reader or await self.own_reader(shared=True)

    async def reading(self, *scopes: Scope) -> Reader:
        """The reader for a caller with one of the scopes.

        Without `scopes` it is any scope for reading.

        Raises Unauthenticated or Forbidden before a connection is taken.
        """
        self.caller.require(*(scopes or (Scope.READ, Scope.READ_OWN)))
        return await self.reader()

    def count_filter(self, q: str) -> None:
        """Count a filter of the operation.

        The total length of an operation's filters is bounded. Raises InvalidArgument.
        """
        self._filters.add(q)
        if sum(map(len, self._filters)) > LONGEST_QUERY:
            message = f"All `q` of an operation may have at most {LONGEST_QUERY:,} characters together."
            raise InvalidArgument(message, path=("q",))

    async def own_reader(
        self, *, single: bool = False, shared: bool = False, languages: tuple[Languages, ...] = ()
    ) -> Reader:
        """The reader for an operation without concurrent reads.

        See `Database.open_read`. A field that is left behind by an operation is cancelled: its snapshot
        would stay open.
        """
        self._require_open()
        if self._unavailable is not None:
            raise DatabaseUnavailable(*self._unavailable.args) from self._unavailable
        if self._snapshot is None:
            try:
                self._snapshot = await self.route.open(single=single, shared=shared)
            except DatabaseUnavailable as failure:
                self._unavailable = failure  # every field would wait as long again
                raise
            if self._is_over:
                await self._close_snapshot()
                self._require_open()
        self._reader = Reader(self.caller, self.policy, self._snapshot, self.now, languages)
        return self._reader

    @asynccontextmanager
    async def reader_of_changes(self) -> AsyncIterator[Reader]:
        """A reader of changes with its own snapshot.

        A field that waits for changes reads several times.
        """
        self.caller.require(Scope.READ, Scope.READ_OWN)
        async with self.database.read(self.caller.client) as snapshot:
            try:
                yield Reader(self.caller, self.policy, snapshot, this_instant())
            finally:
                self._statements += snapshot.statements

    async def write(self, work: Callable[[Writer], Awaitable[Result]]) -> Result:
        """Run `work` in a transaction and commit.

        Later reads see its writes.
        """
        await self.start_over()

        async def counted(transaction: Transaction) -> tuple[Result, Position]:
            try:
                writer = Writer(self.caller, self.policy, transaction, self.now, request_id=self.request_id)
                return await run_for_client(writer, work)
            finally:
                self._statements += transaction.statements

        self.route.stay_on_primary()
        result, self.position = await self.database.write(counted, self.caller.client)
        return result

    async def start_over(self) -> None:
        """Close the snapshot; the next read opens another."""
        self._filters.clear()
        self._views.clear()
        if self._loaders is not None:
            self._loaders.forget()
        await self._close_snapshot()

    def _require_open(self) -> None:
        if self._is_over:
            raise asyncio.CancelledError

    async def _close_snapshot(self) -> None:
        """End the snapshot, if one was opened.

        The next read opens another.
        """
        self._unavailable = None
        if self._snapshot is not None:
            snapshot, self._snapshot, self._reader = self._snapshot, None, None
            self._statements += snapshot.statements
            await snapshot.close()


class Info(strawberry.Info[Context, None]):
    """The `info` of a field of this schema."""

    @property
    def context(self) -> Context:
        """The context of the field's view."""
        context: Context = self._raw_info.context
        return context.at(self.path)

    def enter(self, view: Context) -> None:
        """Set another context for this field and its selection."""
        context: Context = self._raw_info.context
        context.enter(self.path, view)
