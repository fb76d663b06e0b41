"""Segments on the REST API."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from models.sql.prepared import Row
from models.sql.selection import Wanted
from models.tables.segment import segment
from resolvers.access import Reader
from resolvers.errors import InvalidInput, NotFound
from resolvers.reading.listing import RowList
from resolvers.segment.document import segment_document
from resolvers.segment.members import LOCALIZED
from resolvers.segment.patch import CONTRACT_OPERATIONS, parse_operations
from resolvers.segment.read import segments, segments_by_id
from resolvers.segment.write import PatchSegment, RemoveSegment, create_segment, upsert_segment
from resolvers.values.document import checked_document
from resolvers.values.text import checked_segment_id
from resolvers.visibility import own_view
from resolvers.writing.command import Create, Upsert
from rest_compat.call import Call
from rest_compat.reading import Documents, View


def visible(call: Call, reader: Reader) -> RowList:
    """The segments that the caller may see, or those of one customer (D9)."""
    return segments(reader, customer_id=call.query.get("customerId"), legal_entity_id=call.legal_entity_id)


def own(_call: Call, reader: Reader) -> RowList:
    """The caller's own active segments, whatever else they may read."""
    return segments(own_view(reader))


async def find(call: Call, reader: Reader) -> Row:
    """The segment in the path. Raises NotFound."""
    segment_id = call.segment_id
    columns = _columns(call)
    rows = await segments_by_id(reader, [segment_id], legal_entity_id=call.legal_entity_id, columns=columns)
    if segment_id not in rows:
        raise NotFound(segment_id)
    return rows[segment_id]


def _columns(call: Call) -> frozenset[Wanted]:
    return call.members.columns(segment, *(member.column for member in LOCALIZED))


async def _documents(call: Call, _reader: Reader, rows: Sequence[Row]) -> Documents:
    members = call.members
    return [segment_document(row, members) for row in rows]


SEGMENTS: Final = View(
    _columns,
    _documents,
    always=("id",),
    localized=tuple((member.name,) for member in LOCALIZED),
    single=True,
)


def create(call: Call) -> Create:
    """The segment of the body."""
    return create_each(call)(call.body)


def upsert(call: Call) -> Upsert:
    """The segment of the body under the id of the path (D70)."""
    segment_id, document = call.segment_id, checked_document(call.body)
    if document.get("id") not in (None, segment_id):
        raise InvalidInput("The id is not the one in the path.", path=("id",))
    return upsert_segment(segment_id, document, call.policy, call.content_language)


def patch(call: Call) -> PatchSegment:
    """The operations of the body, of the three kinds that the contract has (D32)."""
    operations = parse_operations(call.body, CONTRACT_OPERATIONS)
    return PatchSegment((call.segment_id,), operations, call.content_language)


def remove(call: Call) -> RemoveSegment:
    """The segment in the path."""
    return RemoveSegment((call.segment_id,), force_delete=call.flag("forceDelete"))


def create_each(call: Call) -> Callable[[Any], Create]:
    """Each element is a segment."""
    content_language = call.content_language
    return lambda element: create_segment(checked_document(element), call.policy, content_language)


def upsert_each(call: Call) -> Callable[[Any], Upsert]:
    """Each element is a segment; one without an id is new (D48)."""
    content_language = call.content_language

    def upsert_element(element: Any) -> Upsert:
        document = checked_document(element)
        return upsert_segment(document.get("id"), document, call.policy, content_language)

    return upsert_element


def remove_each(call: Call) -> Callable[[Any], RemoveSegment]:
    """Each element is an id."""
    force_delete = call.flag("forceDelete")
    return lambda element: RemoveSegment((checked_segment_id(element, ()),), force_delete=force_delete)
