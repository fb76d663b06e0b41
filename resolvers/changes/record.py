"""The record that the log keeps of a change."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias

import orjson
from sqlalchemy import Table

from models.tables.customer_assignment import customer_assignment
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


class LogRecord(NamedTuple):
    """The columns of the log that a change decides, in the order of the table.

    The values are the drivers': `document` is JSON.
    """

    type: str
    segment_id: str
    customer_id: str | None
    legal_entity_id: str | None
    item_type: str | None
    item_id: str | None
    cause: str
    version: int
    previous_status: str | None
    document: str | None
    group_id: str | None


_Key: TypeAlias = tuple[str, str | None, str | None, str | None, str | None, str | None]
"""The segment, customer, legal entity, type and id of an item, and group that name what changed."""


@dataclass(frozen=True, slots=True)
class _Noun:
    """How changes of a table are recorded: their types, what names the row, and its document.

    `shown` returns the columns that decide the document.
    """

    created: str
    updated: str
    deleted: str
    key: Callable[[Record], _Key]
    shown: Callable[[Record], tuple[Any, ...]]
    document: Callable[[Record], dict[str, Any]]


def _noun(
    table: Table,
    key: Callable[[Record], _Key],
    document: Callable[[Record], dict[str, Any]],
    shown: Sequence[str] = (),
) -> _Noun:
    created, updated, deleted = (
        ChangeType[f"{table.name.upper()}_{effect}"].value for effect in ("CREATED", "UPDATED", "DELETED")
    )
    content = (column.name for column in table.c if not column.primary_key)
    return _Noun(created, updated, deleted, key, itemgetter(*shown, *content), document)


def _customer_assignment_document(row: Record) -> dict[str, Any]:
    return {"assignmentType": row["assignment_type"], **_assignment_document(row)}


def _assignment_document(row: Record) -> dict[str, Any]:
    return without_empty({"mixins": row["mixins"], "metadata": metadata_document(row)})


_NOUNS: Final[Mapping[Table, _Noun]] = {
    segment: _noun(
        segment, lambda row: (row["id"], None, None, None, None, None), segment_document, shown=["id"]
    ),
    customer_assignment: _noun(
        customer_assignment,
        lambda row: (row["segment_id"], row["customer_id"], row["legal_entity_id"], None, None, None),
        _customer_assignment_document,
    ),
    item_assignment: _noun(
        item_assignment,
        lambda row: (row["segment_id"], None, None, row["type"], row["item_id"], None),
        _assignment_document,
    ),
    group_assignment: _noun(
        group_assignment,
        lambda row: (row["segment_id"], None, None, None, None, row["group_id"]),
        _assignment_document,
    ),
}


def records_of(changes: Iterable[Change]) -> Iterator[LogRecord]:
    """The records of the changes, in order; the log keeps none of reference data."""
    documents = _Documents()
    last_cause, cause_text = None, ""  # a look at the value of an enum takes as long as half of the rest
    for table, before, after, cause in changes:
        noun = _NOUNS.get(table)
        row = after or before
        if noun is None or row is None:
            continue
        happened = noun.deleted if after is None else noun.updated if before else noun.created
        if cause is not last_cause:
            last_cause, cause_text = cause, cause.value
        segment_id, customer_id, legal_entity_id, item_type, item_id, group_id = noun.key(row)
        yield LogRecord(
            happened,
            segment_id,
            customer_id,
            legal_entity_id,
            item_type,
            item_id,
            cause_text,
            row["version"],
            before.get("status") if before and after else None,
            None if after is None else documents.text(noun, after),
            group_id,
        )


class _Documents:
    """The texts of documents; equal neighbours, as the rows of a bulk write often are, have one text."""

    def __init__(self) -> None:
        self._noun: _Noun | None = None
        self._shown: tuple[Any, ...] = ()
        self._text = ""

    def text(self, noun: _Noun, row: Record) -> str:
        """The document of a row as JSON."""
        shown = noun.shown(row)
        if noun is not self._noun or shown != self._shown or row["mixins"]:  # in Python 1 and True are equal
            self._noun, self._shown = noun, shown
            self._text = orjson.dumps(noun.document(row)).decode()
        return self._text
