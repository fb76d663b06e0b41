"""The record that the log keeps of a change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Table

from models.tables.customer_assignment import ASSIGNMENT_KEY, customer_assignment
from models.tables.group_assignment import group_assignment
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
    GROUP_ASSIGNMENT_CREATED = "GROUP_ASSIGNMENT_CREATED"
    GROUP_ASSIGNMENT_UPDATED = "GROUP_ASSIGNMENT_UPDATED"
    GROUP_ASSIGNMENT_DELETED = "GROUP_ASSIGNMENT_DELETED"


CONTRACT_TYPES: Final = frozenset(type_ for type_ in ChangeType if not type_.startswith("GROUP_ASSIGNMENT_"))
"""Those that the contract has events of."""


@dataclass(frozen=True, slots=True)
class _Noun:
    """How changes of a table are recorded: the columns that say what changed, and its document."""

    created: ChangeType
    updated: ChangeType
    deleted: ChangeType
    key: Sequence[tuple[str, str]]
    """Columns of the log with the column of the table that each is."""
    document: Callable[[Record], dict[str, Any]]


def _customer_assignment_document(row: Record) -> dict[str, Any]:
    return {"assignmentType": row["assignment_type"], **_assignment_document(row)}


def _assignment_document(row: Record) -> dict[str, Any]:
    return without_empty({"mixins": row["mixins"], "metadata": metadata_document(row)})


_NOUNS: Final[Mapping[Table, _Noun]] = {
    segment: _Noun(
        ChangeType.SEGMENT_CREATED,
        ChangeType.SEGMENT_UPDATED,
        ChangeType.SEGMENT_DELETED,
        [("segment_id", "id")],
        segment_document,
    ),
    customer_assignment: _Noun(
        ChangeType.CUSTOMER_ASSIGNMENT_CREATED,
        ChangeType.CUSTOMER_ASSIGNMENT_UPDATED,
        ChangeType.CUSTOMER_ASSIGNMENT_DELETED,
        [(name, name) for name in ASSIGNMENT_KEY],
        _customer_assignment_document,
    ),
    item_assignment: _Noun(
        ChangeType.ITEM_ASSIGNMENT_CREATED,
        ChangeType.ITEM_ASSIGNMENT_UPDATED,
        ChangeType.ITEM_ASSIGNMENT_DELETED,
        [("segment_id", "segment_id"), ("item_type", "type"), ("item_id", "item_id")],
        _assignment_document,
    ),
    group_assignment: _Noun(
        ChangeType.GROUP_ASSIGNMENT_CREATED,
        ChangeType.GROUP_ASSIGNMENT_UPDATED,
        ChangeType.GROUP_ASSIGNMENT_DELETED,
        [("segment_id", "segment_id"), ("group_id", "group_id")],
        _assignment_document,
    ),
}


def record_of(change: Change) -> Record | None:
    """The columns of the log that a change decides; None where the log keeps no such changes."""
    noun = _NOUNS.get(change.table)
    before, after = change.before, change.after
    row = after or before
    if noun is None or row is None:
        return None
    happened = noun.deleted if after is None else noun.updated if before else noun.created
    record: Record = {
        "type": happened,
        "customer_id": None,
        "legal_entity_id": None,
        "item_type": None,
        "item_id": None,
        "group_id": None,
        "cause": change.cause,
        "version": row["version"],
        "previous_status": before.get("status") if before and after else None,
        "document": None if after is None else noun.document(after),
    }
    for name, column in noun.key:
        record[name] = row[column]
    return record
