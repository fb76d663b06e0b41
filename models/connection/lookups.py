"""Combines simultaneous lookups by key into one statement.

A process answers many requests at a time, and many of them ask for one row. What is asked in the same two
rounds of the event loop differs only in the key: one statement finds all of it, and costs what one costs.
Each answer is as of an instant after its question, as it would be by itself. Clients share no statement, so
that none waits for a connection that another may not have.
"""

import asyncio
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final, TypeVar

from models.connection.client import Client
from models.connection.read_pool import ReadPool
from models.connection.watch import Watch
from models.sql.keys import key_parameters
from models.sql.prepared import Parameters, Prepared, Row

Key = TypeVar("Key", bound=Hashable)
"""A text, or a tuple of texts where a key has several columns."""

MOST_KEYS: Final = 1_000
"""The most keys of one statement; the next keys begin another one."""
ROUNDS: Final = 2
"""Rounds of the event loop in which a lookup collects keys. A request that is received while the first ones
begin asks in the second."""


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """A prepared statement for rows by key; see `with_keys`."""

    prepared: Prepared
    dialect: str
    columns: tuple[str, ...]
    """The columns of the key."""
    _key: Callable[[Row], Any]

    @classmethod
    def of(cls, prepared: Prepared, dialect: str, columns: Sequence[str]) -> "Lookup":
        return cls(prepared, dialect, tuple(columns), itemgetter(*columns))

    @property
    def size(self) -> int:
        """An estimate of its bytes."""
        return self.prepared.size

    def parameters(self, parameters: Parameters, keys: Collection[Any]) -> Parameters:
        """The parameters of a run for these keys."""
        return {**parameters, **key_parameters(sorted(keys), len(self.columns), self.dialect)}

    def by_key(self, rows: Sequence[Row]) -> dict[Any, Row]:
        """The rows of a run by their keys."""
        return {self._key(row): row for row in rows}


@dataclass(eq=False, slots=True)
class _Gathering:
    """A lookup collecting keys for some rounds of the event loop."""

    lookup: Lookup
    parameters: Parameters
    watch: Watch
    client: Client | None
    keys: set[Any]
    waiting: "list[asyncio.Future[Mapping[Any, Row] | None]]" = field(default_factory=list)
    """The requests that wait for the rows; None tells them to ask again."""

    @property
    def arguments(self) -> Sequence[Any]:
        """The arguments of the statement for all keys."""
        return self.lookup.prepared.arguments(self.lookup.parameters(self.parameters, self.keys))

    def answer(self, rows: Mapping[Any, Row] | None, failure: Exception | None) -> None:
        """Pass the rows or the failure to waiting requests."""
        for waiter in self.waiting:
            if waiter.done():
                continue
            if failure is None:
                waiter.set_result(rows)
            else:
                waiter.set_exception(failure)


class Lookups:
    """The lookups of one database.

    The first request of a gathering runs the statement for all of them. Where it is cancelled, the others ask
    again.
    """

    def __init__(self, reading: ReadPool) -> None:
        self._reading = reading
        self._gathering: dict[Hashable, _Gathering] = {}

    async def rows(
        self,
        lookup: Lookup,
        parameters: Parameters,
        keys: Collection[Key],
        watch: Watch,
        client: Client | None = None,
    ) -> dict[Key, Row]:
        """Rows by key; keys without a row are missing.

        Raises DatabaseUnavailable or StatementTimeout.
        """
        same = (lookup, client, lookup.prepared.values_without_keys(parameters))
        rows: Mapping[Any, Row] | None = None
        while rows is None:
            gathering = self._gathering.get(same)
            if gathering is None or len(gathering.keys) + len(keys) > MOST_KEYS:
                gathering = self._gathering[same] = _Gathering(lookup, parameters, watch, client, set(keys))
                rows = await self._run(same, gathering)
            else:
                gathering.keys.update(keys)
                waiter: asyncio.Future[Mapping[Any, Row] | None] = asyncio.get_running_loop().create_future()
                gathering.waiting.append(waiter)
                rows = await waiter
        return {key: rows[key] for key in keys if key in rows}

    async def _run(self, same: Hashable, gathering: _Gathering) -> Mapping[Any, Row]:
        """Run the statement of a gathering for all requests."""
        rows: Mapping[Any, Row] | None = None
        failure: Exception | None = None
        try:
            try:
                for _ in range(ROUNDS):
                    await asyncio.sleep(0)
            finally:
                if self._gathering.get(same) is gathering:
                    del self._gathering[same]
            lookup, watch = gathering.lookup, gathering.watch
            answer = await self._reading.rows(lookup.prepared, gathering.arguments, watch, gathering.client)
            rows = lookup.by_key(answer)
        except Exception as error:
            failure = error
            raise
        else:
            return rows
        finally:
            gathering.answer(rows, failure)
            failure = None  # its traceback leads back to this frame
