"""The record that the log keeps of a change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Table

from models.tables.customer_assignment import customer_assignment
from models.tables.item_assignment import item_assignment
from models.tables.segment import segment
from resolvers.segment.document import segment_document
from resolvers.values.document import metadata_document, without_empty
from resolvers.writing.change import Change
from resolvers.writing.command import Record


class ChangeType(StrEnum):
    """What happened to which noun."""

    SEGMENT_CREATED = "SEGMENT_CREATED"
    SEGMENT_UPDATED = "SEGMENT_UPDATED"
    SEGMENT_DELETED = "SEGMENT_DELETED"
    CUSTOMER_ASSIGNMENT_CREATED = "CUSTOMER_ASSIGNMENT_CREATED"
    CUSTOMER_ASSIGNMENT_UPDATED = "CUSTOMER_ASSIGNMENT_UPDATED"
    CUSTOMER_ASSIGNMENT_DELETED = "CUSTOMER_ASSIGNMENT_DELETED"
    ITEM_ASSIGNMENT_CREATED = "ITEM_ASSIGNMENT_CREATED"
    ITEM_ASSIGNMENT_UPDATED = "ITEM_ASSIGNMENT_UPDATED"
    ITEM_ASSIGNMENT_DELETED = "ITEM_ASSIGNMENT_DELETED"


@dataclass(frozen=True, slots=True)
class _Noun:
    """How changes of a table are recorded: the columns that say what changed, and its document."""

    name: str
    key: Mapping[str, str]
    """Column of the log by column of the table."""
    document: Callable[[Record], dict[str, Any]]


def _customer_assignment_document(row: Record) -> dict[str, Any]:
    return {"assignmentType": row["assignment_type"], **_item_assignment_document(row)}


def _item_assignment_document(row: Record) -> dict[str, Any]:
    return without_empty({"mixins": row["mixins"], "metadata": metadata_document(row)})


_NOUNS: Final[Mapping[Table, _Noun]] = {
    segment: _Noun("SEGMENT", {"id": "segment_id"}, segment_document),
    customer_assignment: _Noun(
        "CUSTOMER_ASSIGNMENT",
        {name: name for name in ("segment_id", "customer_id", "legal_entity_id")},
        _customer_assignment_document,
    ),
    item_assignment: _Noun(
        "ITEM_ASSIGNMENT",
        {"segment_id": "segment_id", "type": "item_type", "item_id": "item_id"},
        _item_assignment_document,
    ),
}
_WITHOUT_KEY: Final = dict.fromkeys(("customer_id", "legal_entity_id", "item_type", "item_id"))


def record_of(change: Change) -> Record | None:
    """The columns of the log that a change decides; None where the log keeps no such changes."""
    noun = _NOUNS.get(change.table)
    row = change.after or change.before
    if noun is None or row is None:
        return None
    return {
        **_WITHOUT_KEY,
        "type": _type_of(noun, change),
        **{name: row[column] for column, name in noun.key.items()},
        "cause": change.cause,
        "version": row["version"],
        "previous_status": change.before.get("status") if change.before and change.after else None,
        "document": None if change.after is None else noun.document(change.after),
    }


def _type_of(noun: _Noun, change: Change) -> ChangeType:
    if change.after is None:
        return ChangeType(f"{noun.name}_DELETED")
    return ChangeType(f"{noun.name}_{'UPDATED' if change.before else 'CREATED'}")
