"""Statements of the process itself, run again and again."""

from collections.abc import Callable

from models.connection.session import Session
from models.sql.prepared import Prepared, Query


class KeptStatement:
    """A statement compiled once for each kind of database.

    `build` receives the dialect's name.
    """

    def __init__(self, build: Callable[[str], Query]) -> None:
        self._build = build
        self._prepared: dict[str, Prepared] = {}

    def on(self, session: Session) -> Prepared:
        """The statement, ready to run in the session."""
        prepared = self._prepared.get(session.dialect)
        if prepared is None:
            prepared = self._prepared[session.dialect] = session.prepare(self._build(session.dialect))
        return prepared
