"""Tables of reference data with their link tables."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Table, select

from models.connection.session import Session
from resolvers.access import Writer
from resolvers.writing.change import Change, Rows
from resolvers.writing.command import Record
from resolvers.writing.table import RecordTable, same


@dataclass(frozen=True, slots=True)
class Link:
    """The rows of a link table for one record.

    The record holds them as the sorted ids of the linked records.
    """

    table: Table
    owner: str
    other: str
    member: str


@dataclass(frozen=True, slots=True)
class ReferenceTable(RecordTable):
    """A reference table with the link table of its records."""

    key: tuple[str, ...] = ("id",)
    link: Link | None = None

    async def complete(self, session: Session, tenant: str, records: Sequence[Record]) -> None:
        if not self.link or not records:
            return
        link, linked = self.link, defaultdict[str, list[str]](list)
        owner, other = link.table.c[link.owner], link.table.c[link.other]
        rows = await session.rows(
            select(owner, other)
            .where(link.table.c.tenant == tenant, owner.in_([record["id"] for record in records]))
            .order_by(owner, other)
        )
        for row in rows:
            linked[row[link.owner]].append(row[link.other])
        for record in records:
            record[link.member] = linked[record["id"]]

    def changes(self, rows: Rows, writer: Writer) -> list[Change]:
        """The changes of the commands, row by row.

        A record may have changed links although its row is equal.
        """
        changes = [change for change in RecordTable.changes(self, rows, writer) if not _is_same(change)]
        return changes if self.link is None else [*changes, *_link_changes(self.link, rows, writer)]


def _is_same(change: Change) -> bool:
    return bool(change.before and change.after and same(change.before, change.after, stamp=None))


def _link_changes(link: Link, rows: Rows, writer: Writer) -> Iterator[Change]:
    for before, after in rows.differences():
        record = after or before or {}
        had = set(before[link.member]) if before else set()
        has = set(after[link.member]) if after else set()
        for linked_id in sorted(had ^ has):
            row = {"tenant": writer.tenant, link.owner: record["id"], link.other: linked_id}
            gone, new = (row, None) if linked_id in had else (None, row)
            yield Change(link.table, gone, new, writer.cause)
