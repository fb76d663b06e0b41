"""Dates at paths that no rule looks at any more, deleted in the background.

They do no harm meanwhile: the dates of a customer who changes are stored anew, and others are as they were.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Select, bindparam, func, literal, select, tuple_, update

from models.tables.columns import PlainText
from models.tables.rule import customer_date, rule_head
from resolvers.access import TENANT, Writer
from resolvers.rules.head import lock_rules

CHUNK: Final = 10_000
"""Dates that one transaction deletes."""
_PATH: Final = bindparam("path", type_=PlainText)
_AT_PATH: Final = customer_date.c.tenant == TENANT, customer_date.c.path == _PATH
_PLACE: Final = (customer_date.c.at, customer_date.c.customer_id, customer_date.c.legal_entity_id)
_NEXT_PATH: Final = select(func.min(customer_date.c.path)).where(
    customer_date.c.tenant == TENANT, customer_date.c.path > _PATH
)
_LAST_OF_CHUNK: Final[Select[Any]] = (
    select(*_PLACE).where(*_AT_PATH).order_by(*_PLACE).offset(CHUNK - 1).limit(1)
)


async def leave_dates_unused(writer: Writer) -> None:
    """Say that paths are no longer looked at. The head of the rules must be locked."""
    await _set_has_unused_dates(writer, has_some=True)


async def delete_unused_dates(writer: Writer) -> bool:
    """Delete the next dates at paths that no rule looks at; whether some may be left."""
    used = (await lock_rules(writer)).rule_set.timed_paths
    path: str | None = ""
    while (path := await writer.transaction.value(_NEXT_PATH, _at(writer, path))) is not None:
        if path not in used:
            await _delete_chunk(writer, path)
            return True
    await _set_has_unused_dates(writer, has_some=False)
    return False


async def _delete_chunk(writer: Writer, path: str) -> None:
    at_path = customer_date.c.tenant == writer.tenant, customer_date.c.path == path
    delete = customer_date.delete().where(*at_path)
    last = await writer.transaction.row(_LAST_OF_CHUNK, _at(writer, path))
    if last is not None:
        values = [literal(last[column.name], column.type) for column in _PLACE]
        delete = delete.where(tuple_(*_PLACE) <= tuple_(*values))
    await writer.transaction.write(delete)


def _at(writer: Writer, path: str | None) -> Mapping[str, Any]:
    return {"tenant": writer.tenant, "path": path}


async def _set_has_unused_dates(writer: Writer, *, has_some: bool) -> None:
    head = update(rule_head).where(rule_head.c.tenant == writer.tenant)
    await writer.transaction.write(head.values(has_unused_dates=has_some))
