"""The customers who may act for legal entities."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Select, select

from models.connection.kept_statement import KeptStatement
from models.connection.session import Session
from models.sql.keys import KEYS, is_one_of
from models.tables.reference import customer_legal_entity
from resolvers.access import TENANT
from resolvers.rules.upkeep.chunks import chunks


async def customers_of_legal_entities(session: Session, tenant: str, ids: Sequence[str]) -> set[str]:
    """The ids of the customers who may act for one of these legal entities."""
    customer_ids: set[str] = set()
    for some in chunks(ids):
        rows = await session.rows(_LINKED.on(session), {"tenant": tenant, KEYS: some})
        customer_ids.update(row["customer_id"] for row in rows)
    return customer_ids


def _select_linked(dialect: str) -> Select[Any]:
    links = customer_legal_entity.c
    return (
        select(links.customer_id)
        .where(links.tenant == TENANT, is_one_of(links.legal_entity_id, dialect))
        .distinct()
    )


_LINKED: Final = KeptStatement(_select_linked)
