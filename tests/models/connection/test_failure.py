from sqlite3 import OperationalError
from typing import Any

import pytest
from asyncpg import (
    CannotConnectNowError,
    DeadlockDetectedError,
    DiskFullError,
    InterfaceError,
    QueryCanceledError,
    ReadOnlySQLTransactionError,
    SerializationError,
    UndefinedTableError,
    UniqueViolationError,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from models.connection.failure import (
    DatabaseUnavailable,
    LostRace,
    ResultTooLarge,
    StatementTimeout,
    breaks_connection,
    is_demotion,
    is_missing_table,
    translated_failures,
)


def sqlite_error(name: str, message: str = "any") -> OperationalError:
    error = OperationalError(message)
    error.sqlite_errorname = name
    return error


def wrapped(error: Exception, *, is_disconnected: bool = False) -> DBAPIError:
    return DBAPIError("SELECT 1", {}, error, connection_invalidated=is_disconnected)


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (TimeoutError(), DatabaseUnavailable, "the database does not answer"),
        (ConnectionRefusedError(), DatabaseUnavailable, "the database cannot be reached"),
        (PoolTimeout(), DatabaseUnavailable, "the database cannot be reached"),
        (CannotConnectNowError("starting up"), DatabaseUnavailable, "the database cannot be reached"),
        (DiskFullError("no space"), DatabaseUnavailable, "the database cannot be reached"),
        (ReadOnlySQLTransactionError("a replica"), DatabaseUnavailable, "the database cannot be reached"),
        (InterfaceError("connection is closed"), DatabaseUnavailable, "the database cannot be reached"),
        (QueryCanceledError("timeout"), StatementTimeout, "a statement took too long"),
        (SerializationError("any"), LostRace, "40001"),
        (DeadlockDetectedError("any"), LostRace, "40P01"),
        (UniqueViolationError("any"), LostRace, "23505"),
        (wrapped(UniqueViolationError("any")), LostRace, "23505"),
        (wrapped(ValueError(), is_disconnected=True), DatabaseUnavailable, "the database cannot be reached"),
        (sqlite_error("SQLITE_FULL"), DatabaseUnavailable, "the disk of the database is full or failing"),
        (
            sqlite_error("SQLITE_IOERR_READ"),
            DatabaseUnavailable,
            "the disk of the database is full or failing",
        ),
        (sqlite_error("SQLITE_BUSY_SNAPSHOT"), DatabaseUnavailable, "the database is busy"),
        (
            sqlite_error("SQLITE_CANTOPEN_ISDIR"),
            DatabaseUnavailable,
            "the file of the database cannot be opened",
        ),
    ],
)
def test_errors_of_the_drivers_are_translated(error: Exception, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as failure, translated_failures():
        raise error
    assert str(failure.value) == message
    assert failure.value.__cause__ is error


@pytest.mark.parametrize(
    "error",
    [ValueError("ours"), UndefinedTableError("no"), sqlite_error("SQLITE_ERROR"), InterfaceError("argument")],
)
def test_other_errors_pass(error: Exception) -> None:
    with pytest.raises(type(error)) as failure, translated_failures():
        raise error
    assert failure.value is error


@pytest.mark.parametrize(
    ("error", "breaks"),
    [
        (TimeoutError(), True),
        (ResultTooLarge(10), True),
        (QueryCanceledError("any"), True),
        (wrapped(QueryCanceledError("any")), True),
        (DiskFullError("any"), False),
        (UniqueViolationError("any"), False),
        (sqlite_error("SQLITE_INTERRUPT"), True),
        (sqlite_error("SQLITE_FULL"), False),
        (ValueError(), False),
    ],
)
def test_whether_a_connection_is_used_again(error: Exception, *, breaks: bool) -> None:
    assert breaks_connection(error) is breaks


def test_a_server_that_became_a_replica() -> None:
    assert is_demotion(wrapped(ReadOnlySQLTransactionError("any")))
    assert not is_demotion(wrapped(CannotConnectNowError("any")))


@pytest.mark.parametrize(
    ("error", "is_missing"),
    [
        (UndefinedTableError("any"), True),
        (sqlite_error("SQLITE_ERROR", "no such table: segment"), True),
        (sqlite_error("SQLITE_ERROR", "no such column: id"), False),
        (UniqueViolationError("any"), False),
    ],
)
def test_a_missing_table(error: Any, *, is_missing: bool) -> None:
    assert is_missing_table(error) is is_missing
