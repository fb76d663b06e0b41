"""Writes the change log at the end of a transaction.

The head's row is locked until the transaction ends, so the next writer of the tenant numbers its
records after this one's are visible: numbers have no gaps and are in the order of commits. It is
locked last, and its holder waits for no other row, so it takes part in no deadlock.
"""

import secrets
from collections.abc import Sequence
from typing import Final

from models.connection.session import Transaction
from models.tables.change import change_head
from models.tables.webhook import webhook
from resolvers.changes.cursor import NO_RECORD, Position
from resolvers.changes.head import newest_position
from resolvers.changes.numbering import count_write, insert_numbered
from resolvers.changes.record import LogRecord, records_of
from resolvers.writing.change import Change
from resolvers.writing.command import Record

MOST_PENDING: Final = 10_000
"""Records kept in memory. More records are written before the transaction ends: the changed rows are locked
by then.
"""
AT_ONCE: Final = 2_000
"""Records that are numbered and written in one step, which takes some milliseconds."""


class ChangeLog:
    """The unwritten change records of one transaction."""

    def __init__(self) -> None:
        self._pending: list[LogRecord] = []
        self._end: Position | None = None

    def add(self, changes: Sequence[Change]) -> None:
        """Add the changes, if recorded, in order."""
        self._pending += records_of(changes)

    @property
    def is_full(self) -> bool:
        """Whether the records should be written now."""
        return len(self._pending) >= MOST_PENDING

    async def write(self, transaction: Transaction, common: Record) -> None:
        """Number the records and write them.

        `common` has the columns that all records share.
        """
        records, self._pending = self._pending, []
        for start in range(0, len(records), AT_ONCE):
            part = records[start : start + AT_ONCE]
            self._end = await insert_numbered(transaction, part, {**common, "epoch": new_epoch()})

    async def position(self, transaction: Transaction, common: Record) -> Position:
        """The head of the tenant's log as the transaction leaves it, once all records are written.

        It is a position behind all that the transaction wrote or read. A transaction that has written, and
        left no record, is counted. Either is the last statement of the transaction.
        """
        if self._end is not None:
            return self._end
        if transaction.has_written:
            return await count_write(transaction, {**common, "epoch": new_epoch()})
        return await newest_position(transaction, common["tenant"])


async def begin_epoch(transaction: Transaction) -> None:
    """Give the logs of all tenants a new epoch.

    It is for a restored backup, in which numbers went back. Webhooks were restored with the logs, and
    continue at their positions.
    """
    epoch = new_epoch()
    await transaction.write(change_head.update().values(epoch=epoch))
    await transaction.write(webhook.update().where(webhook.c.epoch != NO_RECORD.epoch).values(epoch=epoch))


def new_epoch() -> str:
    """Return a new name of an epoch.

    Numbers of different epochs are not comparable.
    """
    return secrets.token_hex(4)
