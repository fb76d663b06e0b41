"""Operations on products and categories in segments."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from models.sql.prepared import Row
from models.sql.selection import Wanted
from models.tables.item_assignment import item_assignment
from models.tables.reference import product
from resolvers.access import Reader
from resolvers.errors import NotFound
from resolvers.item_assignment import (
    ITEM_TABLES,
    all_item_assignments,
    assign_item,
    item_assignment_document,
    item_assignments_by_key,
    item_assignments_of_segments,
    item_key,
    items_by_key,
    remove_item,
)
from resolvers.reading.listing import RowList
from resolvers.segment.read import segments_by_id
from resolvers.values.document import checked_document, one_of
from resolvers.writing.command import Key, Remove, Upsert
from rest_compat.call import Call, parameters
from rest_compat.reading import Documents, View


def of_all_segments(call: Call, reader: Reader) -> RowList:
    """Return the items of all segments visible to the caller."""
    return all_item_assignments(
        reader,
        site_code=call.site_code,
        legal_entity_id=call.legal_entity_id,
        only_active=call.flag("onlyActive"),
    )


def of_segment(call: Call, reader: Reader) -> RowList:
    """Return the items of the segment in the path.

    Empty where the caller sees no such segment (D36).
    """
    return item_assignments_of_segments(reader, legal_entity_id=call.legal_entity_id).of(call.segment_id)


async def find(call: Call, reader: Reader) -> Row:
    """Find the assignment in the path.

    Raises NotFound with the id of the missing record.
    """
    key = _key(call)
    rows = await item_assignments_by_key(
        reader, [key], legal_entity_id=call.legal_entity_id, columns=_columns(call)
    )
    if key not in rows:
        segment_id, _, item_id = key
        segments = await segments_by_id(
            reader, [segment_id], legal_entity_id=call.legal_entity_id, columns=["id"]
        )
        raise NotFound(item_id if segment_id in segments else segment_id)
    return rows[key]


def _columns(call: Call) -> frozenset[Wanted]:
    return call.members.columns(item_assignment)


async def _documents(call: Call, reader: Reader, rows: Sequence[Row]) -> Documents:
    members = call.members
    keys = [(row["type"], row["item_id"]) for row in rows]
    items = await items_by_key(reader, keys, columns=members.columns(product, "name"))
    return [
        item_assignment_document(row, items.get(key), members) for row, key in zip(rows, keys, strict=True)
    ]


ITEMS: Final = View(_columns, _documents, localized=(("item", "name"),))


def upsert(call: Call) -> Upsert:
    """Read the assignment in the path.

    Its body may be missing (behaviour D65).
    """
    key = _key(call)
    return assign_item(key, checked_document({} if call.body is None else call.body), call.policy)


def remove(call: Call) -> Remove:
    """Read the key of the assignment in the path."""
    return remove_item(_key(call))


def upsert_each(call: Call) -> Callable[[Any], Upsert]:
    """Read each element as an assignment."""
    segment_id, item_type = call.segment_id, _type(call)

    def upsert_element(element: Any) -> Upsert:
        document = checked_document(element)
        return assign_item(item_key(segment_id, item_type, document.get("id")), document, call.policy)

    return upsert_element


def remove_each(call: Call) -> Callable[[Any], Remove]:
    """Read each element as an id."""
    segment_id, item_type = call.segment_id, _type(call)
    return lambda element: remove_item(item_key(segment_id, item_type, element))


def _key(call: Call) -> Key:
    with parameters():
        return item_key(call.segment_id, call.path["type"], call.path["itemId"])


def _type(call: Call) -> str:
    with parameters():
        return one_of(call.path["type"], tuple(ITEM_TABLES), ("type",))
