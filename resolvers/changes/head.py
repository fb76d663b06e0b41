"""The newest position of a tenant's change log, as a snapshot or a transaction sees it."""

from typing import Final

from sqlalchemy import bindparam, select

from models.connection.kept_statement import KeptStatement
from models.connection.session import Session
from models.tables.change import change_head
from models.tables.columns import PlainText
from resolvers.changes.cursor import NO_RECORD, Position

_HEAD: Final = KeptStatement(
    lambda _: select(change_head.c.seq, change_head.c.epoch, change_head.c.writes).where(
        change_head.c.tenant == bindparam("tenant", type_=PlainText)
    )
)


async def newest_position(session: Session, tenant: str) -> Position:
    """The position of the head, by one read of its row; NO_RECORD where there is none."""
    row = await session.row(_HEAD.on(session), {"tenant": tenant})
    return NO_RECORD if row is None else Position(row["epoch"], row["seq"], row["writes"])
