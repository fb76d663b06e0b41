"""Every statement that the product sends, held against the proof as it runs.

Reads run on the drivers, writes in SQLAlchemy connections that are marked as writers. Migrations, and what
tests send by other ways, are not looked at: they concern all tenants on purpose.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from models.connection.driver import Driver
from models.connection.engine import BEGIN_IMMEDIATE
from models.connection.postgres_driver import PostgresDriver
from models.connection.sqlite_driver import SqliteDriver
from models.migrate import MIGRATION
from models.sql.prepared import Run
from tests.tenancy.proof import concerns_tenants, prove

NO_ROWS = ("EXPLAIN", "PRAGMA", "ANALYZE", "SET", "BEGIN", "ROLLBACK")
"""Beginnings of statements that return no rows of a table."""

IS_ANY_ROW = re.compile(r"SELECT (\w+)\.tenant\s+FROM \1\s+LIMIT \S+( OFFSET \S+)?")
"""What `serve --demo` asks before the first tenant: whether the database is empty. No request leads to it."""

IS_EVERY_LOG = re.compile(r"SELECT change_head\.tenant\s+FROM change_head ORDER BY change_head\.tenant")
"""What the task that deletes old changes asks: whose logs there are. No request leads to it."""

IS_TENANTS_WITH_WEBHOOKS = re.compile(
    r"SELECT webhook\.tenant, max\(change_head\.seq\) AS head, min\(webhook\.seq\) AS seq\s+FROM webhook .*",
    re.DOTALL,
)
IS_DUE_WEBHOOKS = re.compile(r"SELECT webhook\.tenant, webhook\.id\s+FROM webhook .*", re.DOTALL)
"""What a process that delivers asks: which webhooks have something to do. No request leads to it."""

IS_HEADS = re.compile(
    r"SELECT change_head\.tenant, change_head\.seq\s+FROM change_head\s+WHERE change_head\.tenant.*",
    re.DOTALL,
)
"""What a process asks for all that wait for changes: numbers alone, which no answer shows."""


IS_SECRETS = re.compile(
    r"SELECT webhook\.tenant, webhook\.id, webhook\.secrets\s+FROM webhook ORDER BY .*", re.DOTALL
)
"""What `reencrypt` asks, which the operator runs with the key of all of them."""

IS_TENANTS_WITH_RULES = re.compile(
    r"SELECT rule_head\.tenant\s+FROM rule_head\s+WHERE rule_head\.has_work.*", re.DOTALL
)
"""What the task that keeps rules asks: whose have something to do. No request leads to it."""

OF_ALL_TENANTS = (
    IS_TENANTS_WITH_RULES,
    IS_SECRETS,
    IS_ANY_ROW,
    IS_EVERY_LOG,
    IS_HEADS,
    IS_TENANTS_WITH_WEBHOOKS,
    IS_DUE_WEBHOOKS,
)


@dataclass(slots=True)
class Observer:
    """`faults` tells what was not proven; `statements` counts what was."""

    faults: list[str] = field(default_factory=list)
    statements: int = 0

    def look(self, dialect: str, sql: str, runs: Sequence[Sequence[Any]]) -> None:
        """Judge a statement and the arguments of each of its runs."""
        if sql.lstrip().startswith(NO_ROWS) or not concerns_tenants(sql):
            return
        if any(one.fullmatch(sql.strip()) for one in OF_ALL_TENANTS):
            return
        self.statements += 1
        proof = prove(sql, dialect)
        if proof.unbound:
            self.faults.append(f"{', '.join(proof.unbound)}: not bound to a tenant in {sql}")
        for arguments in runs:
            tenants = proof.tenants(arguments)
            if len(tenants) > 1 or not all(isinstance(tenant, str) for tenant in tenants):
                self.faults.append(f"several tenants {tenants} in {sql}")


@contextmanager
def observing(observer: Observer) -> Iterator[None]:
    """Let the observer see every statement of the process."""

    def before_write(
        connection: Connection, _cursor: Any, sql: str, arguments: Any, _context: Any, is_many: Any
    ) -> None:
        options = connection.get_execution_options().items()
        if BEGIN_IMMEDIATE.items() <= options and not MIGRATION.items() <= options:
            observer.look(connection.dialect.name, sql, arguments if is_many else [arguments])

    event.listen(Engine, "before_cursor_execute", before_write)
    try:
        with _observed(observer, PostgresDriver, "postgresql"), _observed(observer, SqliteDriver, "sqlite"):
            yield
    finally:
        event.remove(Engine, "before_cursor_execute", before_write)


@contextmanager
def _observed(observer: Observer, kind: type[Driver], dialect: str) -> Iterator[None]:
    """Let the observer see what runs on drivers of a kind: each kind has methods of its own."""
    fetch, fetch_each, run = kind.fetch, kind.fetch_each, kind.run

    async def observed_fetch(driver: Driver, sql: str, arguments: Sequence[Any]) -> Sequence[Any]:
        observer.look(dialect, sql, [arguments])
        return await fetch(driver, sql, arguments)

    async def observed_fetch_each(
        driver: Driver, statements: Sequence[tuple[str, Sequence[Any]]]
    ) -> list[Sequence[Any]]:
        for sql, arguments in statements:
            observer.look(dialect, sql, [arguments])
        return await fetch_each(driver, statements)

    async def observed_run(driver: Driver, statements: Sequence[Run]) -> Sequence[Any]:
        for one in statements:
            observer.look(dialect, one.sql, one.arguments)
        return await run(driver, statements)

    kind.fetch = observed_fetch  # type: ignore[assignment, method-assign]
    kind.fetch_each = observed_fetch_each  # type: ignore[assignment, method-assign]
    kind.run = observed_run  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        kind.fetch = fetch  # type: ignore[method-assign]
        kind.fetch_each = fetch_each  # type: ignore[method-assign]
        kind.run = run  # type: ignore[method-assign]
