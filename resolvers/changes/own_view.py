"""The records of changes that a caller sees in the own view."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select

from models.sql.keys import is_one_of
from models.sql.prepared import Row
from models.tables.customer_assignment import NO_LEGAL_ENTITY
from models.tables.segment import segment
from resolvers.access import OWN_CUSTOMER, Reader
from resolvers.caller import Caller
from resolvers.membership import groups_of
from resolvers.visibility import visible_segment_ids


def may_be_in_own_view(caller: Caller, record: Row) -> bool:
    """Whether a record is one of the caller's own, or its segment decides."""
    if record["customer_id"] is None:
        return True  # its segment or its group decides
    acts_for = caller.legal_entity_id
    is_of_entity = acts_for is None or record["legal_entity_id"] in {NO_LEGAL_ENTITY, acts_for}
    return record["customer_id"] == caller.customer_id and is_of_entity


async def in_own_view(reader: Reader, records: Sequence[Row]) -> Sequence[Row]:
    """Those of the records that the caller sees now, of such as `may_be_in_own_view`.

    One statement, and another where there are records of groups.
    """
    others = [record for record in records if record["customer_id"] is None]
    segment_ids = {record["segment_id"] for record in others if record["group_id"] is None}
    segments = await _visible(reader, segment_ids) if segment_ids else ()
    groups = await _own_groups(reader) if any(record["group_id"] is not None for record in others) else ()

    def is_seen(record: Row) -> bool:
        if record["customer_id"] is not None:
            return True
        return (
            record["segment_id"] in segments if record["group_id"] is None else record["group_id"] in groups
        )

    return [record for record in records if is_seen(record)]


async def _visible(reader: Reader, segment_ids: Collection[str]) -> Collection[str]:
    """Those of the segments that the caller may see."""
    statement = reader.prepared("segments of changes", lambda: _select_visible(reader))
    return {row["id"] for row in await reader.rows(statement, segment_ids=sorted(segment_ids))}


async def _own_groups(reader: Reader) -> Collection[str]:
    """The caller's own groups."""
    statement = reader.prepared("groups of changes", lambda: groups_of(reader, OWN_CUSTOMER))
    return {row["group_id"] for row in await reader.rows(statement)}


def _select_visible(reader: Reader) -> Select[Any]:
    among = is_one_of(segment.c.id, reader.snapshot.dialect, "segment_ids")
    return visible_segment_ids(reader).where(among)
