"""Failures of the database, by cause."""

from contextlib import AbstractContextManager
from sqlite3 import Error as SqliteError
from typing import Final, TypeAlias

from asyncpg import InterfaceError, InternalClientError, PostgresError
from sqlalchemy.connectors.asyncio import AsyncAdapt_Error
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

LOST_RACE: Final = frozenset({"40001", "40P01", "23505", "23503"})
"""SQLSTATEs that say another transaction was faster: serialization failure, deadlock, a key it
added or a parent it removed after we looked. Starting over sees what the winner did."""
STATEMENT_TIMEOUT: Final = frozenset({"57014"})
UNREACHABLE: Final = ("08", "57P", "53", "58", "28", "3D000", "25006")
"""SQLSTATE prefixes of a server that is away, shutting down, full or broken, that does not let us in,
or that has become a replica."""
DEMOTED: Final = "25006"
BREAKING: Final = ("08", "57", "58", "XX", "F0")
"""SQLSTATE prefixes after which a connection is not used again: the connection is lost, the server cancelled
the statement or ended the connection, or the server is broken."""
LOST: Final = ("08", "57P", "58")
"""SQLSTATE prefixes of a connection that is lost, and of a server that stops, starts or has no disk."""
SQLITE_BREAKING: Final = ("SQLITE_INTERRUPT", "SQLITE_CORRUPT", "SQLITE_NOTADB")
"""A full disk is none: the open connection still reads, where a new one could not be opened."""
SQLITE_UNAVAILABLE: Final = {
    ("SQLITE_FULL", "SQLITE_IOERR"): "the disk of the database is full or failing",
    ("SQLITE_BUSY", "SQLITE_LOCKED"): "the database is busy",
    ("SQLITE_CANTOPEN",): "the file of the database cannot be opened",
}
"""What is said of errors, by the beginnings of their names."""


class DatabaseUnavailable(Exception):
    """The database is unreachable or full at the moment."""


class NoConnectionFree(DatabaseUnavailable):
    """A read waited too long for a connection: all are at work."""


class StatementTimeout(Exception):
    """A statement exceeded its time."""


class ResultTooLarge(Exception):
    """A read exceeded its bytes."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class LostRace(Exception):
    """Another transaction changed the same rows; a retry helps."""


DatabaseFailure: TypeAlias = DatabaseUnavailable | StatementTimeout | ResultTooLarge | LostRace
DATABASE_FAILURES: Final = (DatabaseUnavailable, StatementTimeout, ResultTooLarge, LostRace)
"""The failures that answer a read. Running the statement again would double the load of a busy database."""


class _Translated:
    """A context manager translating driver errors.

    It is a class because each statement passes through it: a generator takes five times as long.
    """

    def __enter__(self) -> None:
        return

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is not None and (failure := _translated(error)) is not None:
            raise failure from error


_TRANSLATED: Final = _Translated()


def translated_failures() -> AbstractContextManager[None]:
    """Translate driver errors into this module's exceptions."""
    return _TRANSLATED


def breaks_connection(failure: Exception) -> bool:
    """Whether the failure makes its connection unusable."""
    original = _original(failure)
    if isinstance(original, OSError | InternalClientError | ResultTooLarge):  # TimeoutError is an OSError
        return True
    return _state(original).startswith(BREAKING) or _sqlite_name(original).startswith(SQLITE_BREAKING)


def is_loss(failure: BaseException) -> bool:
    """Whether the failure, or one behind it, is that the server went away.

    A statement cannot cause it, unlike what breaks a connection.
    """
    cause: BaseException | None = failure
    while cause is not None:
        original = _original(cause)
        if isinstance(original, OSError) or _is_closed(original) or _state(original).startswith(LOST):
            return True
        cause = cause.__cause__
    return False


def is_demotion(failure: Exception) -> bool:
    """Whether the server takes no writes any more.

    This happens after a failover to another server.
    """
    return _state(_original(failure)) == DEMOTED


def is_missing_table(error: Exception) -> bool:
    """Whether a statement names a missing table."""
    return _state(error) == "42P01" or str(error).startswith("no such table")


def _original(failure: BaseException) -> BaseException | None:
    """The driver's own exception, or SQLAlchemy's copy of it."""
    return failure.orig if isinstance(failure, DBAPIError) else failure


def _state(error: BaseException | None) -> str:
    """PostgreSQL's SQLSTATE, or an empty text."""
    return getattr(error, "sqlstate", None) or ""


def _sqlite_name(error: BaseException | None) -> str:
    """SQLite's name of the error, or an empty text."""
    return getattr(error, "sqlite_errorname", None) or ""


def _translated(error: BaseException) -> Exception | None:
    """The exception of this module for an error, or None."""
    match error:
        case TimeoutError():
            return DatabaseUnavailable("the database does not answer")
        case PoolTimeout() | OSError():
            return DatabaseUnavailable("the database cannot be reached")
        case DBAPIError() | AsyncAdapt_Error() | PostgresError() | InterfaceError() | SqliteError():
            return _translated_state(error)
        case _:
            return None


def _translated_state(error: Exception) -> Exception | None:
    is_disconnected = isinstance(error, DBAPIError) and error.connection_invalidated
    original = _original(error)
    state = _state(original)
    if state in LOST_RACE:
        return LostRace(state)
    if state in STATEMENT_TIMEOUT:
        return StatementTimeout("a statement took too long")
    if is_disconnected or state.startswith(UNREACHABLE) or _is_closed(original):
        return DatabaseUnavailable("the database cannot be reached")
    name = _sqlite_name(original)
    for beginnings, message in SQLITE_UNAVAILABLE.items():
        if name.startswith(beginnings):
            return DatabaseUnavailable(message)
    return None


def _is_closed(error: BaseException | None) -> bool:
    """Whether asyncpg used a lost connection."""
    return isinstance(error, InterfaceError) and "clos" in str(error)
