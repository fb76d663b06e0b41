"""The lock between assignments of groups and groups that become groups of employees.

A row that does not exist cannot be locked, and a group may be assigned before it is known.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from resolvers.access import Writer
from resolvers.writing.command import Record

EMPLOYEES: Final = "EMPLOYEE"


async def keep_employees_out(writer: Writer) -> None:
    """Block new groups of employees in the tenant until the transaction ends.

    Called before rows of groups are locked.
    """
    await _lock(writer, func.pg_advisory_xact_lock_shared(_number(writer)))


async def block_assignments(writer: Writer, contents: Sequence[Record]) -> None:
    """Block assignments of groups in the tenant, if one of the contents is a group of employees.

    Until the transaction ends, and called before rows of groups are locked.
    """
    if any(content["user_type"] == EMPLOYEES for content in contents):
        await _lock(writer, func.pg_advisory_xact_lock(_number(writer)))


async def _lock(writer: Writer, lock: ColumnElement[Any]) -> None:
    if writer.transaction.dialect == "postgresql":  # on SQLite there is one writer at a time
        await writer.transaction.rows(select(lock))


def _number(writer: Writer) -> ColumnElement[Any]:
    return func.hashtext(f"groups of {writer.tenant}")
