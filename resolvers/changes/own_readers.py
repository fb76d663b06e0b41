"""Readers of own views that wait: new records that cannot concern a reader do not wake its task."""

import asyncio
from collections.abc import Sequence
from typing import TypeAlias

from models.sql.prepared import Row
from resolvers.changes.cursor import Position
from resolvers.changes.group import Member, release

Waiting: TypeAlias = asyncio.Future[None]


class OwnReaders:
    """Readers of one tenant who see their own assignments, by what they wait for."""

    def __init__(self) -> None:
        self._members: dict[Waiting, tuple[Member, str | None]] = {}

    def join(self, member: Member, customer_id: str | None) -> Waiting:
        """What is done when the member's own task has to look. A task that waits no more cancels it."""
        waiting: Waiting = asyncio.get_running_loop().create_future()
        self._members[waiting] = member, customer_id
        waiting.add_done_callback(self._members.pop)
        return waiting

    def tell(self, records: Sequence[Row], before: Position, end: Position) -> None:
        """Move members from `before` to `end` where the records between are of other customers.

        Records of segments and items may concern everybody: the database knows.
        """
        customers = {record["customer_id"] for record in records}
        if None in customers:
            self.release()
            return
        for waiting, (member, customer_id) in self._members.items():
            if waiting.done():
                continue
            if customer_id in customers or member.position != before:
                waiting.set_result(None)
                continue
            member.move(end, None)
            if member.checkpoint_is_due():
                waiting.set_result(None)

    def release(self) -> None:
        """Let all members look."""
        release(self._members)
