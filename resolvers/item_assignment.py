"""Products and categories in segments: writing and reading their assignments."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, select, true

from models.sql.prepared import Row
from models.sql.selection import Wanted
from models.tables.item_assignment import item_assignment
from models.tables.reference import category, product
from models.tables.segment import segment
from resolvers.access import SITE_CODE, TENANT, Reader, Writer
from resolvers.assignment import AssignmentCommand, UnfitReferences, unknown_reference, write_assignments
from resolvers.assignment_members import ITEM_ASSIGNMENTS as FIELDS
from resolvers.assignment_members import ITEM_CONTENT
from resolvers.declaration.derived import DocumentReader, content_of
from resolvers.errors import GatewayError, UnknownReference
from resolvers.policy import Policy
from resolvers.reading.listing import ChildList, RowList
from resolvers.reading.rows_by_key import KeyedRows, rows_by_key
from resolvers.reference.document import item_summary
from resolvers.reference.read import references_by_id
from resolvers.values.document import Document, expected_version, one_of
from resolvers.values.row_values import Members
from resolvers.values.text import checked_id, checked_segment_id, require_short_site
from resolvers.visibility import (
    if_visible,
    is_active,
    sees_all,
    visible_item_assignments,
    visible_segment_ids,
)
from resolvers.writing.command import Key, Outcome, Remove, Upsert
from resolvers.writing.table import RecordTable, lock_existing

ITEM_ASSIGNMENTS: Final = RecordTable(item_assignment, ("segment_id", "type", "item_id"), named_by="item_id")
BY_KEY: Final = KeyedRows(
    item_assignment,
    ITEM_ASSIGNMENTS.key,
    lambda reader: if_visible(reader, item_assignment.c.segment_id) == item_assignment.c.segment_id,
)
ITEM_TABLES: Final = {"PRODUCT": product, "CATEGORY": category}
"""Where an item of each type is looked up."""
CONTENT_DOCUMENT: Final = DocumentReader(ITEM_CONTENT)
RESERVED_ITEM_IDS: Final = frozenset({"bulk"})


def item_key(segment_id: Any, item_type: Any, item_id: Any) -> Key:
    """The key of an item's row in a segment. Raises InvalidInput."""
    return (
        checked_segment_id(segment_id, ("segmentId",)),
        one_of(item_type, tuple(ITEM_TABLES), ("type",)),
        checked_id(item_id, ("itemId",), reserved=RESERVED_ITEM_IDS),
    )


def assign_item(key: Key, document: Document, policy: Policy) -> Upsert:
    """The command to assign an item, or to replace its assignment."""
    return Upsert(key, content_of(ITEM_CONTENT, document, policy), expected_version(document))


def remove_item(key: Key) -> Remove:
    """The command to take an item out of a segment."""
    return Remove(key)


async def write_item_assignments(
    writer: Writer, commands: Sequence[AssignmentCommand | GatewayError]
) -> list[Outcome]:
    """See `write_assignments`."""
    return await write_assignments(writer, ITEM_ASSIGNMENTS, commands, _unknown_references)


async def _unknown_references(writer: Writer, keys: Collection[Key]) -> UnfitReferences:
    errors: dict[Key, UnknownReference] = {}
    if not writer.policy.enforce_references:
        return errors
    for item_type, table in sorted(ITEM_TABLES.items()):
        ids = {key[2] for key in keys if key[1] == item_type}
        missing = ids - await lock_existing(writer, table, ids)
        for key in keys:
            if key[1] == item_type and key[2] in missing:
                errors[key] = unknown_reference(item_type.lower(), key[2], "itemId")
    return errors


def item_assignment_document(row: Row, item: Row | None, members: Members) -> dict[str, Any]:
    """The contract's document of an assignment, with what is known of its item."""
    return {
        "segmentId": row["segment_id"],
        "item": item_summary(row["item_id"], item, members),
        "type": row["type"],
        **CONTENT_DOCUMENT(row, members),
    }


def item_assignments_of_segments(
    reader: Reader, *, item_type: str | None = None, legal_entity_id: str | None = None
) -> ChildList:
    """The items of each segment that the caller may see, of one type or of both."""
    sees_all(reader)
    acting = reader.acting_for(legal_entity_id)

    def belongs(segment_id: ColumnElement[str]) -> ColumnElement[bool]:
        of_type = true() if item_type is None else item_assignment.c.type == item_type
        return and_(item_assignment.c.segment_id == if_visible(acting, segment_id), of_type)

    return ChildList(acting, ("item assignments", item_type), FIELDS, belongs)


def all_item_assignments(
    reader: Reader,
    *,
    site_code: str | None = None,
    legal_entity_id: str | None = None,
    only_active: bool = False,
) -> RowList:
    """The items of all segments that the caller may see; one item in two segments is two rows."""
    require_short_site(site_code)
    acting = reader.acting_for(legal_entity_id)
    of_site = site_code is not None

    def chosen() -> list[ColumnElement[bool]]:
        on_site = [segment.c.site_code == SITE_CODE] if of_site else []
        return [*on_site, is_active(reader)] if only_active else on_site

    def belongs() -> ColumnElement[bool]:
        of_chosen = select(segment.c.id).where(segment.c.tenant == TENANT, *chosen())
        in_chosen = item_assignment.c.segment_id.in_(of_chosen) if of_site or only_active else true()
        return and_(visible_item_assignments(acting), in_chosen)

    def owners() -> Select[Any]:
        return visible_segment_ids(acting).where(*chosen())

    name = ("all item assignments", of_site, only_active)
    values = {"site_code": site_code}
    return RowList(acting, name, FIELDS, belongs, values, None if sees_all(reader) else owners)


async def item_assignments_by_key(
    reader: Reader,
    keys: Collection[Key],
    *,
    legal_entity_id: str | None = None,
    columns: Collection[Wanted] = (),
) -> dict[Key, Row]:
    """Those of the assignments that exist and that the caller may see. All columns, unless some are named."""
    return await rows_by_key(reader.acting_for(legal_entity_id), BY_KEY, keys, columns=columns)


async def items_by_key(
    reader: Reader, keys: Collection[tuple[str, str]], /, *, columns: Collection[Wanted] = ()
) -> dict[tuple[str, str], Row]:
    """Products and categories by (type, id), for keys that the caller has from rows they may see.

    All columns, unless some are named; each kind has those of its table.
    """
    items: dict[tuple[str, str], Row] = {}
    for item_type, table in ITEM_TABLES.items():
        ids = {item_id for kind, item_id in keys if kind == item_type}
        rows = await references_by_id(reader, table, ids, columns=columns)
        items |= {(item_type, item_id): row for item_id, row in rows.items()}
    return items
