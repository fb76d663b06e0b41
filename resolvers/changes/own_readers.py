"""Waiting readers of customers' own views.

New records of other customers do not wake their tasks.
"""

import asyncio
from collections.abc import Sequence
from typing import TypeAlias

from models.sql.prepared import Row
from resolvers.changes.cursor import Position
from resolvers.changes.group import Member, release

Waiting: TypeAlias = asyncio.Future[None]


class OwnReaders:
    """Readers of own assignments in one tenant.

    They are keyed by the future of their wait.
    """

    def __init__(self) -> None:
        self._members: dict[Waiting, tuple[Member, str | None]] = {}

    def join(self, member: Member, customer_id: str | None) -> Waiting:
        """Add a member; return the future of its task.

        The future is done when the member's task has to read. Cancel the future to stop waiting.
        """
        waiting: Waiting = asyncio.get_running_loop().create_future()
        self._members[waiting] = member, customer_id
        waiting.add_done_callback(self._members.pop)
        return waiting

    def tell(self, records: Sequence[Row], before: Position, end: Position) -> None:
        """Advance or wake members after new records.

        Members at `before` move to `end` if the records between are of other customers. Records of segments
        and items may concern every customer: only the database can decide.
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
        """Wake the tasks of all members."""
        release(self._members)
