"""The database's own clock, which all processes share."""

from datetime import datetime

from sqlalchemy import ColumnElement, func

from models.tables.columns import UtcDateTime


def database_clock(dialect: str) -> ColumnElement[datetime]:
    """The current instant, to the millisecond on SQLite."""
    if dialect == "postgresql":
        return func.clock_timestamp(type_=UtcDateTime)
    return func.strftime("%Y-%m-%dT%H:%M:%fZ", "now", type_=UtcDateTime)
