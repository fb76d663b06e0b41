"""Data files of the tests: loaded, exported, and put together."""

import io
import itertools
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import orjson

from models.connection.database import Database
from models.connection.session import ReadSession, Transaction
from resolvers.access import Reader, Writer
from resolvers.caller import Caller, Scope
from resolvers.policy import Policy
from resolvers.rules.upkeep.keeper import RuleKeeper
from resolvers.transfer.export import Page, export_pages
from resolvers.transfer.line import read_lines
from resolvers.transfer.load import batches, write_batch
from resolvers.transfer.pending_rules import PendingRules
from resolvers.writing.change import Cause
from resolvers.writing.command import Effect, Outcome
from resolvers.writing.run import run

Result = TypeVar("Result")

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
STAMP = {
    "version": 7,
    "createdAt": "2025-03-01T08:00:00.000Z",
    "modifiedAt": "2025-04-01T09:30:15.250Z",
}
_numbers = itertools.count(1)


def new_tenant() -> str:
    """A tenant for one example of a property test."""
    return f"x{next(_numbers)}x{uuid.uuid4().hex[:6]}"


def data_file(*records: Mapping[str, Any]) -> bytes:
    """The records, one a line."""
    return b"".join(orjson.dumps(dict(record), option=orjson.OPT_APPEND_NEWLINE) for record in records)


def vip(**members: Any) -> dict[str, Any]:
    """The line of a segment."""
    return {"kind": "segment", "id": "vip", "name": {"en": "VIP"}, "siteCode": "main", **members}


def in_vip(customer_id: str, **members: Any) -> dict[str, Any]:
    """The line of a customer's assignment to it."""
    return {"kind": "customerAssignment", "segmentId": "vip", "customerId": customer_id, **members}


class DataFiles:
    """Loads into and exports from one tenant."""

    def __init__(self, database: Database, tenant: str, policy: Policy | None = None) -> None:
        self.database = database
        self.caller = Caller(tenant, frozenset(Scope))
        self.policy = policy or Policy()
        self.statements: list[int] = []
        """How many statements each batch so far took."""
        self.rules: dict[int, Outcome] = {}
        """What became of the rules of the last load, by the numbers of their lines."""

    async def load(self, data: bytes, now: datetime = NOW) -> dict[int, Outcome]:
        """What became of each line, by its number."""
        outcomes: dict[int, Outcome] = {}
        rules = PendingRules()
        for batch in batches(read_lines(io.BytesIO(data), self.policy)):
            done = await self._write(partial(write_batch, batch=batch), now)
            outcomes |= {line.number: outcome for line, outcome in zip(batch, done, strict=True)}
            rules.add(batch, done)
        self.rules = {}
        if rules:
            for line, outcome in await self._write(rules.write, now):
                self.rules[line.number] = outcome
            await RuleKeeper(self.database, self.policy, "load", lambda: now).build_all(self.caller.tenant)
        return outcomes

    async def _write(self, write: Callable[[Writer], Awaitable[Result]], now: datetime) -> Result:
        async def work(transaction: Transaction) -> tuple[Result, int]:
            writer = Writer(self.caller, self.policy, transaction, now, Cause.IMPORT)
            result = await run(writer, write)
            return result, transaction.statements

        result, statements = await self.database.write(work)
        self.statements.append(statements)
        return result

    async def export(self) -> bytes:
        """The whole tenant."""
        async with self.database.read() as snapshot:
            return b"".join([line async for page in self.pages(snapshot) for line in page.lines])

    def pages(self, snapshot: ReadSession) -> AsyncIterator[Page]:
        """The whole tenant as of a snapshot, page by page."""
        return export_pages(Reader(self.caller, self.policy, snapshot, NOW))

    async def exported(self) -> list[dict[str, Any]]:
        """The whole tenant, as documents."""
        return [orjson.loads(line) for line in (await self.export()).splitlines()]


def effects(outcomes: dict[int, Outcome]) -> list[Effect]:
    """The effects, in line order. Raises what a line was rejected for."""
    return [outcome.raised().effect for outcome in outcomes.values()]


def rejections(outcomes: dict[int, Outcome]) -> dict[int, str]:
    """The messages of the rejected lines, by line number."""
    return {number: one.error.message for number, one in outcomes.items() if one.error is not None}
