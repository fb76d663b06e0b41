"""The SQL dialects of the filter."""

from typing import Final

from models.filter.dialects.base import SqlDialect
from models.filter.dialects.postgresql import PostgresqlDialect
from models.filter.dialects.sqlite import SqliteDialect

_DIALECTS: Final[dict[str, SqlDialect]] = {"sqlite": SqliteDialect(), "postgresql": PostgresqlDialect()}
_FOR_SHAPES: Final[dict[str, SqlDialect]] = {**_DIALECTS, "sqlite": SqliteDialect(by_path=False)}


def dialect_named(name: str, *, for_shapes: bool = False) -> SqlDialect:
    """Return the dialect by SQLAlchemy's name for it.

    The name is `sqlite` or `postgresql`. With `for_shapes`, names under `mixins` change nothing about the
    SQL: they may be parameters.
    """
    return (_FOR_SHAPES if for_shapes else _DIALECTS)[name]
