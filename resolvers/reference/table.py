"""Tables of reference data, each with the link table that its records decide."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Table, bindparam, select

from resolvers.access import Reader, Writer
from resolvers.record import Key, Record, RecordTable, Rows


@dataclass(frozen=True, slots=True)
class Link:
    """Rows of a link table, held in a record as the sorted ids of the other side."""

    table: Table
    owner: str
    other: str
    member: str


@dataclass(frozen=True, slots=True)
class ReferenceTable(RecordTable):
    """A reference table with the link table that its records decide."""

    key: tuple[str, ...] = ("id",)
    link: Link | None = None

    async def lock(self, writer: Writer, keys: Collection[Key]) -> Rows:
        rows = await RecordTable.lock(self, writer, keys)
        await self._add_links(writer, [rows.before[key] for key in sorted(rows.before)])
        return rows

    async def page(self, reader: Reader, after: Key | None, size: int) -> list[Record]:
        records = await RecordTable.page(self, reader, after, size)
        await self._add_links(reader, records)
        return records

    async def _add_links(self, reader: Reader, records: Sequence[Record]) -> None:
        if not self.link or not records:
            return
        link, linked = self.link, defaultdict[str, list[str]](list)
        owner, other = link.table.c[link.owner], link.table.c[link.other]
        rows = await reader.snapshot.rows(
            select(owner, other)
            .where(link.table.c.tenant == reader.tenant, owner.in_([record["id"] for record in records]))
            .order_by(owner, other)
        )
        for row in rows:
            linked[row[link.owner]].append(row[link.other])
        for record in records:
            record[link.member] = linked[record["id"]]

    async def save(self, writer: Writer, rows: Rows) -> None:
        if self.link is None:
            await RecordTable.save(self, writer, rows)
            return
        table = self.link.table
        gone, new = self._changed_links(writer, self.link, rows)
        same_key = [column == bindparam(f"key_{column.name}") for column in table.c]
        keys = [{f"key_{name}": value for name, value in row.items()} for row in gone]
        await writer.transaction.write(table.delete().where(*same_key), keys)
        await RecordTable.save(self, writer, rows)
        await writer.transaction.write(table.insert(), new)

    def _changed_links(self, writer: Writer, link: Link, rows: Rows) -> tuple[list[Record], list[Record]]:
        """The links that go, and those that come."""
        gone: list[Record] = []
        new: list[Record] = []
        for before, after in rows.changes():
            record = after or before or {}
            had = set(before[link.member]) if before else set()
            has = set(after[link.member]) if after else set()
            owner = {"tenant": writer.tenant, link.owner: record["id"]}
            gone += [{**owner, link.other: other} for other in sorted(had - has)]
            new += [{**owner, link.other: other} for other in sorted(has - had)]
        return gone, new
