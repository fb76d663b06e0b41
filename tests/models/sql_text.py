"""Clauses as text, and their values in a SQLite of this process."""

from functools import cache
from typing import Any, Final

from sqlalchemy import ClauseElement, ColumnElement, Engine, create_engine, event, select
from sqlalchemy.dialects import postgresql, sqlite

from models.filter.pattern import text_matches

DIALECTS: Final = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}  # type: ignore[no-untyped-call]


def sql_text(clause: ClauseElement, dialect: str = "sqlite") -> str:
    """The SQL of a clause in one line, its values in place."""
    compiled = clause.compile(dialect=DIALECTS[dialect], compile_kwargs={"literal_binds": True})
    return " ".join(str(compiled).split())


def sqlite_value(column: ColumnElement[Any]) -> Any:
    """The value of an expression that reads no table."""
    with _engine().connect() as connection:
        return connection.execute(select(column)).scalar_one()


@cache
def _engine() -> Engine:
    engine = create_engine("sqlite://")

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _entry: object) -> None:
        connection.create_function("text_matches", 2, text_matches, deterministic=True)

    return engine
