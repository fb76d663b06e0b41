"""Combines simultaneous lookups by key into one statement.

A process answers many requests at a time, and many of them ask for one row. What is asked in the same
round of the event loop differs only in the key: one statement finds all of it, and costs what one costs.
Each answer is as of an instant after its question, as it would be by itself. Clients share no statement, so
that none waits for a connection that another may not have.
"""

import asyncio
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
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
    """A lookup collecting keys until its start.

    It starts at the end of the event loop's round.
    """

    lookup: Lookup
    parameters: Parameters
    watch: Watch
    client: Client | None
    keys: set[Any] = field(default_factory=set)
    waiting: "list[asyncio.Future[Mapping[Any, Row]]]" = field(default_factory=list)
    """The waiting requests, each with a separate future: a request that ends early takes it along, and the
    others stay."""


class Lookups:
    """The lookups of one database."""

    def __init__(self, reading: ReadPool) -> None:
        self._reading = reading
        self._gathering: dict[Hashable, _Gathering] = {}
        self._running: set[asyncio.Task[None]] = set()

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
        gathering = self._gathering.get(same)
        loop = asyncio.get_running_loop()
        if gathering is None or len(gathering.keys) + len(keys) > MOST_KEYS:
            gathering = self._gathering[same] = _Gathering(lookup, parameters, watch, client)
            loop.call_soon(self._start, same, gathering)
        gathering.keys.update(keys)
        waiter: asyncio.Future[Mapping[Any, Row]] = loop.create_future()
        gathering.waiting.append(waiter)
        rows = await waiter
        return {key: rows[key] for key in keys if key in rows}

    def _start(self, same: Hashable, gathering: _Gathering) -> None:
        if self._gathering.get(same) is gathering:
            del self._gathering[same]
        task = asyncio.create_task(self._run(gathering))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run(self, gathering: _Gathering) -> None:
        try:
            rows = await self._found(gathering)
        except BaseException as failure:
            for waiter in _still_there(gathering):
                waiter.set_exception(failure)
            if not isinstance(failure, Exception):
                raise
        else:
            for waiter in _still_there(gathering):
                waiter.set_result(rows)

    async def _found(self, gathering: _Gathering) -> Mapping[Any, Row]:
        lookup = gathering.lookup
        arguments = lookup.prepared.arguments(lookup.parameters(gathering.parameters, gathering.keys))
        rows = await self._reading.rows(lookup.prepared, arguments, gathering.watch, gathering.client)
        return lookup.by_key(rows)


def _still_there(gathering: _Gathering) -> "Iterator[asyncio.Future[Mapping[Any, Row]]]":
    return (waiter for waiter in gathering.waiting if not waiter.done())
