"""Writing reference data: each record replaces what was known under its id, or adds it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from sqlalchemy import Table, bindparam, select

from models.reference import (
    category,
    customer,
    customer_legal_entity,
    legal_entity,
    product,
    product_category,
)
from resolvers.access import Reader, Writer
from resolvers.caller import Scope
from resolvers.document import Document
from resolvers.errors import GatewayError
from resolvers.policy import Policy
from resolvers.record import Key, Outcome, Record, RecordTable, Restore, Rows, same
from resolvers.reference.document import (
    category_content,
    customer_content,
    legal_entity_content,
    product_content,
)
from resolvers.text import checked_id

ReadContent: TypeAlias = Callable[[Document, Policy], Record]


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
        await RecordTable.save(self, writer, rows)
        if self.link:
            await self._save_links(writer, self.link, rows)

    async def _save_links(self, writer: Writer, link: Link, rows: Rows) -> None:
        gone: list[Record] = []
        new: list[Record] = []
        for before, after in rows.changes():
            record = after or before or {}
            had = set(before[link.member]) if before else set()
            has = set(after[link.member]) if after else set()
            owner = {"tenant": writer.tenant, link.owner: record["id"]}
            gone += [{**owner, link.other: other} for other in sorted(had - has)]
            new += [{**owner, link.other: other} for other in sorted(has - had)]
        same_key = [column == bindparam(f"key_{column.name}") for column in link.table.c]
        keys = [{f"key_{name}": value for name, value in row.items()} for row in gone]
        await writer.transaction.write(link.table.delete().where(*same_key), keys)
        await writer.transaction.write(link.table.insert(), new)


@dataclass(frozen=True, slots=True)
class ReferenceNoun:
    """One kind of reference data: where it is stored and how its documents are read."""

    table: ReferenceTable
    content: ReadContent


LEGAL_ENTITIES: Final = ReferenceNoun(ReferenceTable(legal_entity), legal_entity_content)
CUSTOMERS: Final = ReferenceNoun(
    ReferenceTable(
        customer, link=Link(customer_legal_entity, "customer_id", "legal_entity_id", "legal_entity_ids")
    ),
    customer_content,
)
CATEGORIES: Final = ReferenceNoun(ReferenceTable(category), category_content)
PRODUCTS: Final = ReferenceNoun(
    ReferenceTable(product, link=Link(product_category, "product_id", "category_id", "category_ids")),
    product_content,
)


def upsert_reference(noun: ReferenceNoun, document: Document, policy: Policy) -> Restore:
    """The command to make what is known under the document's id equal to it. Raises InvalidInput."""
    return Restore((checked_id(document.get("id"), ("id",)),), noun.content(document, policy))


async def write_references(
    writer: Writer, noun: ReferenceNoun, commands: Sequence[Restore | GatewayError]
) -> list[Outcome]:
    """Carry out commands in order; one outcome per command. A record that says nothing new is left alone."""
    writer.caller.require(Scope.MANAGE)
    table = noun.table
    rows = await table.lock(writer, [one.key for one in commands if not isinstance(one, GatewayError)])
    outcomes: list[Outcome] = []
    for command in commands:
        if isinstance(command, GatewayError):
            outcomes.append(Outcome(key=None, error=command))
            continue
        stored = rows.get(command.key)
        unchanged = stored is not None and same(stored, command.content, stamp=None)
        record = stored if unchanged else table.record(writer.tenant, command.key, command.content)
        outcomes.append(rows.put(command.key, record))
    await table.save(writer, rows)
    return outcomes
