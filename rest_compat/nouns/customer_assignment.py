"""Operations on customers in segments."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from models.sql.prepared import Row
from models.sql.selection import Wanted
from models.tables.customer_assignment import NO_LEGAL_ENTITY, customer_assignment
from models.tables.reference import customer, legal_entity
from resolvers.access import Reader
from resolvers.customer_assignment import (
    assign_customer,
    customer_assignment_document,
    customer_assignments_by_key,
    customer_assignments_of_segments,
    customer_key,
    remove_customer,
)
from resolvers.errors import NotFound
from resolvers.reading.listing import RowList
from resolvers.reference.document import CUSTOMER_SUMMARY, LEGAL_ENTITY_SUMMARY
from resolvers.reference.read import references_by_id
from resolvers.segment.read import segments_by_id
from resolvers.values.document import checked_document
from resolvers.writing.command import Key, Remove, Upsert
from rest_compat.call import Call, parameters
from rest_compat.reading import Documents, View


def of_segment(call: Call, reader: Reader) -> RowList:
    """Return the customers of the segment in the path.

    Empty where there is no such segment (D36).
    """
    return customer_assignments_of_segments(reader).of(call.segment_id)


async def find(call: Call, reader: Reader) -> Row:
    """Find the assignment in the path.

    Raises NotFound with the id of the missing record: the customer or the segment.
    """
    key = _key(call)
    rows = await customer_assignments_by_key(reader, [key], columns=_columns(call))
    if key not in rows:
        segment_id, customer_id, _ = key
        segments = await segments_by_id(reader, [segment_id], columns=["id"])
        raise NotFound(customer_id if segment_id in segments else segment_id)
    return rows[key]


def _columns(call: Call) -> frozenset[Wanted]:
    return call.members.columns(customer_assignment)


async def _documents(call: Call, reader: Reader, rows: Sequence[Row]) -> Documents:
    customer_ids = {row["customer_id"] for row in rows}
    legal_entity_ids = {row["legal_entity_id"] for row in rows} - {NO_LEGAL_ENTITY}
    customers = await references_by_id(reader, customer, customer_ids, columns=CUSTOMER_SUMMARY)
    legal_entities = await references_by_id(
        reader, legal_entity, legal_entity_ids, columns=LEGAL_ENTITY_SUMMARY
    )
    return [
        customer_assignment_document(
            row,
            customers.get(row["customer_id"]),
            legal_entities.get(row["legal_entity_id"]),
            call.members,
        )
        for row in rows
    ]


CUSTOMERS: Final = View(_columns, _documents)


def upsert(call: Call) -> Upsert:
    """Read the assignment in the path.

    Its body may be missing (behaviour D65).
    """
    key = _key(call)
    return assign_customer(key, checked_document({} if call.body is None else call.body), call.policy)


def remove(call: Call) -> Remove:
    """Read the key of the assignment in the path."""
    return remove_customer(_key(call))


def upsert_each(call: Call) -> Callable[[Any], Upsert]:
    """Read each element as an assignment."""
    segment_id = call.segment_id

    def upsert_element(element: Any) -> Upsert:
        document = checked_document(element)
        return assign_customer(_element_key(segment_id, document), document, call.policy)

    return upsert_element


def remove_each(call: Call) -> Callable[[Any], Remove]:
    """Read each element as a key.

    Without a legal entity it is the B2C row's.
    """
    key_of = key_of_each(call)
    return lambda element: remove_customer(key_of(element))


def key_of_each(call: Call) -> Callable[[Any], Key]:
    """Read each element as a key, without a command."""
    segment_id = call.segment_id
    return lambda element: _element_key(segment_id, checked_document(element))


def _key(call: Call) -> Key:
    with parameters():
        return customer_key(call.segment_id, call.path["customerId"], call.path.get("legalEntityId"))


def _element_key(segment_id: str, document: Any) -> Key:
    return customer_key(segment_id, document.get("customerId"), document.get("legalEntityId"))
