"""SQLAlchemy engines for SQLite files and for PostgreSQL through asyncpg."""

from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Any, Final

import orjson
from sqlalchemy import NullPool, event, make_url
from sqlalchemy.engine import URL, Connection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from models.connection.liveness import PostgresConnection, watch_connections
from models.filter.pattern import text_matches

DEADLINE_MARGIN = 0.25
"""Seconds after PostgreSQL's own time limit, after which we give up on a statement."""
BEGIN_IMMEDIATE = {"begin": "BEGIN IMMEDIATE"}
"""Execution options of a writer: on SQLite it takes its turn at once instead of failing later."""


SQLITE_CACHE: Final = 64 * 1024 * 1024
"""Bytes of pages that all connections to SQLite keep together. The system keeps the file as well: a page that
is not in here costs a copy, and no access to the disk."""
LARGEST_STATEMENT: Final = 300_000
"""Bytes of SQL that asyncpg keeps prepared: fifty rules have a tenth of a megabyte."""
SQLITE_STATEMENTS: Final = 32
"""Statements that a connection to SQLite keeps ready, instead of the driver's 128. It only counts them, and
the largest filters take 265 KB each: ten connections keep 85 MB of those at most, instead of 340."""


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """Options for connections, with times in seconds."""

    pool_size: int = 10
    pool_wait: float = 5.0
    reads_per_caller: int | None = None
    """Connections that reads of one client hold at a time; None: half of all."""
    largest_read: int | None = None
    """Bytes that the statements of one client's read or write receive together; None: any number."""
    statement_timeout: float = 5.0
    busy_timeout: float = 10.0
    checkpoint_pages: int = 1_000
    """Pages in SQLite's write-ahead log that are copied into the file together."""
    behind_pgbouncer: bool = False
    """Transaction pooling: no prepared statements kept, no session settings relied on."""


def create_engine(url: str, options: EngineOptions, *, pooled: bool = True) -> AsyncEngine:
    """Create an engine for SQLite or PostgreSQL.

    The URL is `sqlite+aiosqlite:///file` or `postgresql+asyncpg://host/name`.

    Where it is not pooled, each connection is used once, and its statements may take any time.
    """
    parsed = make_url(url)
    pool = _pool_arguments(options) if pooled else {"poolclass": NullPool}
    match parsed.drivername:
        case "sqlite+aiosqlite":
            return _sqlite(parsed, options, pool)
        case "postgresql+asyncpg":
            return _postgresql(parsed, options, pool, has_deadline=pooled)
        case other:
            raise ValueError(
                f"cannot use a database URL that starts with {other!r}: "
                "write sqlite+aiosqlite:///path or postgresql+asyncpg://user@host/name"
            )


def _pool_arguments(options: EngineOptions) -> dict[str, Any]:
    return {"pool_size": options.pool_size, "max_overflow": 0, "pool_timeout": options.pool_wait}


def _json_text(value: Any) -> str:
    return orjson.dumps(value).decode()


def _sqlite(url: URL, options: EngineOptions, pool: dict[str, Any]) -> AsyncEngine:
    engine = create_async_engine(
        url,
        **pool,
        json_serializer=_json_text,
        json_deserializer=orjson.loads,
        connect_args={"timeout": options.busy_timeout, "cached_statements": SQLITE_STATEMENTS},
    )
    event.listen(engine.sync_engine, "connect", partial(_prepare_sqlite, options))
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(options: EngineOptions, connection: Any, _entry: ConnectionPoolEntry) -> None:
    """Configure a new connection of SQLite.

    Turn on foreign keys and the write-ahead log, keep its share of pages, and leave `BEGIN` to us: the
    driver's own BEGIN comes too late.
    """
    connection.isolation_level = None
    cursor = connection.cursor()
    cache_size = f"cache_size=-{SQLITE_CACHE // options.pool_size // 1024}"  # negative numbers are kibibytes
    checkpoint = f"wal_autocheckpoint={options.checkpoint_pages}"
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", cache_size, checkpoint):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    connection.create_function("text_matches", 2, text_matches, deterministic=True)


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def _postgresql(url: URL, options: EngineOptions, pool: dict[str, Any], *, has_deadline: bool) -> AsyncEngine:
    connect_args: dict[str, Any] = {"timeout": options.pool_wait, "connection_class": PostgresConnection}
    if has_deadline:
        # A silent peer has no statement_timeout. It bounds BEGIN, COMMIT and ROLLBACK as well.
        connect_args["command_timeout"] = options.statement_timeout + DEADLINE_MARGIN
    if options.behind_pgbouncer:
        # Unnamed statements: named ones of another client may live on the same server connection.
        connect_args |= {
            "statement_cache_size": 0,
            "prepared_statement_cache_size": 0,
            "prepared_statement_name_func": _unnamed,
        }
    else:
        connect_args["max_cacheable_statement_size"] = LARGEST_STATEMENT
        connect_args["server_settings"] = {
            "application_name": "segment-gateway",
            # In milliseconds; 0 would mean none.
            "statement_timeout": str(ceil(options.statement_timeout * 1000) if has_deadline else 0),
            # The working set is in memory: at the default of 4 the planner avoids the indexes of big tenants.
            "random_page_cost": "1.1",
            "jit": "off",
        }
    engine = create_async_engine(
        url,
        **pool,
        json_serializer=_json_text,
        json_deserializer=orjson.loads,
        connect_args=connect_args,
    )
    watch_connections(engine)
    return engine


def _unnamed() -> str:
    return ""
