"""Assignments of the data set to read by their keys, and the customers that see them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, Final

from sqlalchemy import Table

from benchmarks.dataset.rows import rows_of
from benchmarks.dataset.size import BIG, TENANT
from models.tables.customer_assignment import customer_assignment
from models.tables.item_assignment import item_assignment
from models.tables.segment import segment

LOOKED_AT: Final = 20_000
"""Rows of a table from which the sample comes: to make them all takes seconds."""
EVERY: Final = 100


@dataclass(frozen=True, slots=True)
class SegmentOfCustomer:
    """An active segment on its site, one of its customers, and some of its items as (type, id)."""

    segment: str
    site: str
    customer: str
    items: Sequence[tuple[str, str]]


@cache
def customer_assignment_keys() -> tuple[tuple[str, str, str], ...]:
    """Segment, customer and legal entity, which is empty in the assignment of a private customer."""
    rows = islice(_rows(customer_assignment), 0, LOOKED_AT, EVERY)
    return tuple((row["segment_id"], row["customer_id"], row["legal_entity_id"]) for row in rows)


@cache
def item_assignment_keys() -> tuple[tuple[str, str, str], ...]:
    """Segment, type and item."""
    rows = islice(_rows(item_assignment), 0, LOOKED_AT, EVERY)
    return tuple((row["segment_id"], row["type"], row["item_id"]) for row in rows)


@cache
def segments_of_customers() -> tuple[SegmentOfCustomer, ...]:
    """One for each customer assignment of the sample whose segment is active at any time from now on."""
    active = {
        row["id"]: row["site_code"]
        for row in _rows(segment)
        if row["status"] == "ACTIVE" and row["valid_to"] is None
    }
    items: dict[str, list[tuple[str, str]]] = {}
    for row in islice(_rows(item_assignment), LOOKED_AT):
        items.setdefault(row["segment_id"], []).append((row["type"], row["item_id"]))
    return tuple(
        SegmentOfCustomer(segment_id, active[segment_id], customer_id, items[segment_id])
        for segment_id, customer_id, _ in customer_assignment_keys()
        if segment_id in active and segment_id in items
    )


def _rows(table: Table) -> Iterator[dict[str, Any]]:
    names = list(table.c.keys())
    [rows] = [rows for made, rows in rows_of(TENANT, BIG) if made is table]
    return (dict(zip(names, row, strict=True)) for row in rows)
