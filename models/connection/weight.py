"""Limits on the bytes of a read, counted at arrival."""

import asyncio
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final

from models.connection.failure import ResultTooLarge

FEW_ROWS: Final = 8
"""Rows of SQLite that are not weighed: each has half a megabyte at most."""
ROWS_AT_ONCE: Final = 32
"""Rows that are weighed in one step."""


class Meter(asyncio.Protocol):
    """A byte counter between asyncpg's transport and its protocol.

    It ends the connection above the limit: nothing else makes PostgreSQL stop at once.
    """

    def __init__(self, transport: Any, protocol: Any) -> None:
        self._transport = transport
        self._protocol = protocol
        self._received = 0
        self._most: int | None = None

    def allow(self, most: int | None) -> None:
        """Count bytes from here on, up to `most`.

        None does not count.
        """
        self._received, self._most = 0, most

    def check(self) -> None:
        """Raise ResultTooLarge above the allowed bytes."""
        if self._most is not None and self._received > self._most:
            raise ResultTooLarge(self._most)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        if self._most is not None and self._received > self._most:
            self._transport.abort()
        else:
            self._protocol.data_received(data)

    def eof_received(self) -> bool | None:
        is_kept_open: bool | None = self._protocol.eof_received()
        return is_kept_open

    def connection_lost(self, failure: Exception | None) -> None:
        self._protocol.connection_lost(failure)

    def pause_writing(self) -> None:
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        self._protocol.resume_writing()


class WeighedRows:
    """A reader of SQLite rows within a number of bytes.

    All statements together have this limit.
    """

    def __init__(self) -> None:
        self._most: int | None = None
        self._left = 0

    def allow(self, most: int | None) -> None:
        """Count bytes from here on, up to `most`.

        None does not count.
        """
        self._most, self._left = most, most or 0

    def fetch(self, connection: Any, sql: str, arguments: Sequence[Any]) -> list[Any]:
        """Return all rows of a statement, in the connection's thread.

        Raises ResultTooLarge.
        """
        cursor = connection.execute(sql, arguments)
        rows: list[Any] = []
        try:
            while True:
                piece = cursor.fetchmany(ROWS_AT_ONCE)
                rows += piece
                if len(rows) > FEW_ROWS:
                    self.weigh(piece)
                if len(piece) < ROWS_AT_ONCE:
                    return rows
        finally:
            cursor.close()

    def weigh(self, rows: Iterable[Sequence[Any]]) -> None:
        """Count the bytes of rows.

        Raises ResultTooLarge.
        """
        if self._most is None:
            return
        self._left -= sum([sys.getsizeof(value) for row in rows for value in row if type(value) is str])
        if self._left < 0:
            raise ResultTooLarge(self._most)
