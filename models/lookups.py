"""Lookups by key that arrive together, as one statement.

A process answers many requests at a time, and many of them ask for one row. What is asked in the same
round of the event loop differs only in the key: one statement finds all of it, and costs what one costs.
Each answer is as of an instant after its question, as it would be by itself. Clients share no statement, so
that none waits for a connection that another may not have.
"""

import asyncio
from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from models.fair_share import Client
from models.prepared import Parameters, Prepared, Row
from models.read_pool import ReadPool
from models.watch import Watch

KEYS: Final = "keys"
"""The parameter of a lookup that takes the keys, and `id` is the column that tells whose row it is."""
MOST_KEYS: Final = 1_000
"""In one statement; beyond, the next one gathers."""


@dataclass(eq=False, slots=True)
class _Gathering:
    """A lookup that will start when this round of the event loop is over."""

    prepared: Prepared
    parameters: Parameters
    watch: Watch
    client: Client | None
    keys: set[str] = field(default_factory=set)
    waiting: "list[asyncio.Future[Mapping[str, Row]]]" = field(default_factory=list)
    """Those who ask, each with a future of their own: who leaves takes it along, and the others stay."""


class Lookups:
    """The lookups of one database."""

    def __init__(self, reading: ReadPool) -> None:
        self._reading = reading
        self._gathering: dict[Hashable, _Gathering] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def rows(
        self,
        prepared: Prepared,
        parameters: Parameters,
        keys: Collection[str],
        watch: Watch,
        client: Client | None = None,
    ) -> dict[str, Row]:
        """Rows by key; keys without a row are missing. Raises DatabaseUnavailable or StatementTimeout."""
        same = (prepared, client, prepared.values_beside(KEYS, parameters))
        gathering = self._gathering.get(same)
        loop = asyncio.get_running_loop()
        if gathering is None or len(gathering.keys) + len(keys) > MOST_KEYS:
            gathering = self._gathering[same] = _Gathering(prepared, parameters, watch, client)
            loop.call_soon(self._start, same, gathering)
        gathering.keys.update(keys)
        waiter: asyncio.Future[Mapping[str, Row]] = loop.create_future()
        gathering.waiting.append(waiter)
        found = await waiter
        return {key: found[key] for key in keys if key in found}

    def _start(self, same: Hashable, gathering: _Gathering) -> None:
        if self._gathering.get(same) is gathering:
            del self._gathering[same]
        task = asyncio.create_task(self._run(gathering))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run(self, gathering: _Gathering) -> None:
        try:
            found = await self._found(gathering)
        except BaseException as failure:
            for waiter in _still_there(gathering):
                waiter.set_exception(failure)
            if not isinstance(failure, Exception):
                raise
        else:
            for waiter in _still_there(gathering):
                waiter.set_result(found)

    async def _found(self, gathering: _Gathering) -> Mapping[str, Row]:
        prepared = gathering.prepared
        arguments = prepared.arguments({**gathering.parameters, KEYS: sorted(gathering.keys)})
        rows = await self._reading.rows(prepared, arguments, gathering.watch, gathering.client)
        return {row["id"]: row for row in rows}


def _still_there(gathering: _Gathering) -> "Iterator[asyncio.Future[Mapping[str, Row]]]":
    return (waiter for waiter in gathering.waiting if not waiter.done())
