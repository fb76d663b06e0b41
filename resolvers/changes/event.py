"""Changes as the contract's events: its types, and the members that it lists for each.

The contract has no events of group assignments: theirs have the form of those of items.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from models.sql.prepared import Row
from models.tables.columns import instant_text
from models.tables.reference import customer, customer_group, legal_entity
from resolvers.access import Reader
from resolvers.caller import Scope
from resolvers.changes.read import ChangeBatch
from resolvers.changes.record import ChangeType
from resolvers.item_assignment import items_by_key
from resolvers.reference.document import (
    CUSTOMER_SUMMARY,
    LEGAL_ENTITY_SUMMARY,
    customer_summary,
    group_summary,
    item_summary,
    legal_entity_summary,
)
from resolvers.reference.read import references_by_id
from resolvers.values.document import without_empty
from resolvers.values.row_values import STORED

PREFIX: Final = "customer-segment."
CREATED_SEGMENT: Final = ("id", "name", "description", "validity", "siteCode", "status", "metadata")
UPDATED_SEGMENT: Final = (*CREATED_SEGMENT, "mixins")


def event_type(change_type: str) -> str:
    """`customer-segment.customer-assignment-created` of `CUSTOMER_ASSIGNMENT_CREATED`."""
    return PREFIX + change_type.lower().replace("_", "-")


EVENT_TYPES: Final[Mapping[str, ChangeType]] = {event_type(type_): type_ for type_ in ChangeType}


async def events(reader: Reader, batch: ChangeBatch) -> list[dict[str, Any]]:
    """The changes of a batch as events, in their order, with names as they are now.

    Who made a change is shown to those who read the whole tenant.
    """
    shows_actor = reader.caller.has(Scope.READ)
    names = await _names(reader, batch.records)
    return [
        {
            "type": event_type(record["type"]),
            "timestamp": instant_text(record["recorded_at"]),
            "cursor": batch.cursor_of(record),
            **without_empty({"cause": record["cause"], "actor": record["actor"] if shows_actor else None}),
            "data": {"tenant": reader.tenant, **_members(record, names)},
        }
        for record in batch.records
    ]


class _Names:
    """What is known of the customers, legal entities, items and groups of some changes."""

    def __init__(
        self,
        customers: Mapping[str, Row],
        legal_entities: Mapping[str, Row],
        items: Mapping[tuple[str, str], Row],
        groups: Mapping[str, Row],
    ) -> None:
        self.customers = customers
        self.legal_entities = legal_entities
        self.items = items
        self.groups = groups


async def _names(reader: Reader, records: Sequence[Row]) -> _Names:
    stored = [record for record in records if record["document"] is not None]
    customers = {record["customer_id"] for record in stored} - {None}
    legal_entities = {record["legal_entity_id"] for record in stored} - {None, ""}
    items = {(record["item_type"], record["item_id"]) for record in stored if record["item_id"] is not None}
    groups = {record["group_id"] for record in stored} - {None}
    return _Names(
        await references_by_id(reader, customer, customers, columns=CUSTOMER_SUMMARY) if customers else {},
        await references_by_id(reader, legal_entity, legal_entities, columns=LEGAL_ENTITY_SUMMARY)
        if legal_entities
        else {},
        await items_by_key(reader, items) if items else {},
        await references_by_id(reader, customer_group, groups, columns=("id", "name")) if groups else {},
    )


def _members(record: Row, names: _Names) -> dict[str, Any]:
    noun, _, _ = record["type"].rpartition("_")
    return _MEMBERS[noun](record, names)


def _of_segment(record: Row, _names: _Names) -> dict[str, Any]:
    document = record["document"]
    match record["type"]:
        case ChangeType.SEGMENT_DELETED:
            return {"id": record["segment_id"]}
        case ChangeType.SEGMENT_CREATED:
            return {name: document[name] for name in CREATED_SEGMENT if name in document}
        case _:
            members = {name: document[name] for name in UPDATED_SEGMENT if name in document}
            return {**members, "previousStatus": record["previous_status"]}


def _of_customer_assignment(record: Row, names: _Names) -> dict[str, Any]:
    customer_id, legal_entity_id = record["customer_id"], record["legal_entity_id"] or None
    if record["document"] is None:
        key = {"segmentId": record["segment_id"], "customerId": customer_id}
        return without_empty({**key, "legalEntityId": legal_entity_id})
    summary = customer_summary(customer_id, names.customers.get(customer_id))
    company = None
    if legal_entity_id is not None:
        company = legal_entity_summary(legal_entity_id, names.legal_entities.get(legal_entity_id))
    head = {"segmentId": record["segment_id"], "customer": summary, "legalEntity": company}
    return without_empty({**head, **record["document"]})


def _of_item_assignment(record: Row, names: _Names) -> dict[str, Any]:
    key = {"segmentId": record["segment_id"], "type": record["item_type"]}
    if record["document"] is None:
        return {**key, "itemId": record["item_id"]}
    item = names.items.get((record["item_type"], record["item_id"]))
    return {**key, "item": item_summary(record["item_id"], item, STORED), **record["document"]}


def _of_group_assignment(record: Row, names: _Names) -> dict[str, Any]:
    key, group_id = {"segmentId": record["segment_id"]}, record["group_id"]
    if record["document"] is None:
        return {**key, "groupId": group_id}
    return {**key, "group": group_summary(group_id, names.groups.get(group_id), STORED), **record["document"]}


_MEMBERS: Final[Mapping[str, Callable[[Row, _Names], dict[str, Any]]]] = {
    "SEGMENT": _of_segment,
    "CUSTOMER_ASSIGNMENT": _of_customer_assignment,
    "ITEM_ASSIGNMENT": _of_item_assignment,
    "GROUP_ASSIGNMENT": _of_group_assignment,
}
