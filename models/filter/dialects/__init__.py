"""The two databases, each with its own spelling of the same questions."""

from typing import Final

from models.filter.dialects.base import SqlDialect
from models.filter.dialects.postgresql import PostgresqlDialect
from models.filter.dialects.sqlite import SqliteDialect

_DIALECTS: Final[dict[str, SqlDialect]] = {"sqlite": SqliteDialect(), "postgresql": PostgresqlDialect()}


def dialect_named(name: str) -> SqlDialect:
    """The dialect by SQLAlchemy's name for it: `sqlite` or `postgresql`."""
    return _DIALECTS[name]
