"""Checks for an empty database."""

from sqlalchemy import select

from models.connection.session import Session
from resolvers.transfer.kind import KINDS


async def is_empty(snapshot: Session) -> bool:
    """Whether no tenant has a record."""
    for kind in KINDS:
        if await snapshot.value(select(kind.table.table.c.tenant).limit(1)) is not None:
            return False
    return True
