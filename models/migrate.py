"""Migration of a database to this version's schema."""

from collections.abc import Callable, Collection
from functools import cache
from itertools import count
from typing import Any, Final, TypeAlias

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select, text

from models.connection.database import Database
from models.connection.engine import BEGIN_IMMEDIATE
from models.connection.failure import translated_failures
from models.schema_version import SchemaOutdated

MIGRATION = {"migration": True}
"""Execution options that mark the connection: its statements concern the rows of all tenants."""
MIGRATION_LOCK = 0x5E67_3E27
"""Our number among PostgreSQL's advisory locks."""
NEWEST: Final = "head"


Applied: TypeAlias = Callable[[int, int], None]
"""Called after each migration: the number of those applied, and of all that were missing."""


async def migrate(database: Database, applied: Applied | None = None, *, revision: str = NEWEST) -> None:
    """Apply every missing migration up to a revision, in one transaction.

    Processes may call this at the same time: one works, the others wait and find nothing to do.
    Raises SchemaOutdated where the database was made by a newer version than this one.
    """
    with translated_failures():
        async with database.unpooled.execution_options(**BEGIN_IMMEDIATE, **MIGRATION).begin() as connection:
            if not database.is_sqlite:
                # SQLite locked the file when the transaction began.
                await connection.execute(text("SET LOCAL statement_timeout = 0"))
                await connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            await connection.run_sync(_upgrade, applied, revision)


def _upgrade(connection: Connection, applied: Applied | None, revision: str) -> None:
    heads = _applied_revisions(connection)
    newer = heads - _known_revisions()
    if newer:
        raise SchemaOutdated(
            f"the database has a migration ({', '.join(sorted(newer))}) that this version does not know: "
            "run the version that made it, or a newer one"
        )
    config = _config()
    config.attributes["connection"] = connection
    if applied is not None:
        config.attributes["applied"] = _counting(_missing(heads, revision), applied)
    command.upgrade(config, revision)


def _missing(heads: Collection[str], revision: str) -> int:
    """The number of migrations up to a revision that the database lacks."""
    scripts = ScriptDirectory.from_config(_config())
    return sum(1 for _ in scripts.iterate_revisions(revision, tuple(heads) or "base"))


def _counting(missing: int, applied: Applied) -> Callable[..., None]:
    """A callback of Alembic, which counts its calls."""
    numbers = count(1)

    def migrated(**_: Any) -> None:
        applied(next(numbers), missing)

    return migrated


def _applied_revisions(connection: Connection) -> frozenset[str]:
    return frozenset(MigrationContext.configure(connection).get_current_heads())


@cache
def _known_revisions() -> frozenset[str]:
    scripts = ScriptDirectory.from_config(_config())
    return frozenset(script.revision for script in scripts.walk_revisions())


def _config() -> Config:
    """Return Alembic's settings.

    They are in code: the migrations are part of the package, so no file need be found.
    """
    config = Config()
    config.set_main_option("script_location", "models:migrations")
    return config
