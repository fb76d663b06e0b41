"""A tenant to fill, through the functions that the product writes with."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Select, Table, literal, select

from models.connection.database import Database
from models.connection.kept_statement import KeptStatement
from models.connection.session import Transaction
from models.tables.columns import this_instant
from models.tables.customer_assignment import customer_assignment
from models.tables.group_assignment import group_assignment
from models.tables.item_assignment import item_assignment
from models.tables.reference import (
    category,
    customer,
    customer_group,
    customer_group_member,
    customer_legal_entity,
    legal_entity,
    product,
    product_category,
)
from models.tables.segment import segment
from resolvers.access import TENANT, Reader, Writer
from resolvers.caller import Caller, Scope
from resolvers.customer_assignment import assign_customer, customer_key, write_customer_assignments
from resolvers.group_assignment import assign_group, group_key, write_group_assignments
from resolvers.item_assignment import assign_item, item_key, write_item_assignments
from resolvers.policy import Policy
from resolvers.reference.write import (
    CATEGORIES,
    CUSTOMERS,
    GROUPS,
    LEGAL_ENTITIES,
    PRODUCTS,
    ReferenceNoun,
    upsert_reference,
    write_references,
)
from resolvers.segment.write import upsert_segment, write_segments
from resolvers.writing.command import Outcome
from resolvers.writing.run import run

Result = TypeVar("Result")
Document: TypeAlias = dict[str, Any]

TABLES = (
    segment,
    customer_assignment,
    item_assignment,
    group_assignment,
    legal_entity,
    customer,
    customer_legal_entity,
    customer_group,
    customer_group_member,
    category,
    product,
    product_category,
)
POLICY = Policy(
    cursor_secret=b"a secret that only the tests know",
    webhook_keys=(b"a key that only the tests know",),
    longest_wait=0.05,
)
SCOPES = {"R": Scope.READ, "O": Scope.READ_OWN, "M": Scope.MANAGE}


@dataclass(frozen=True, slots=True)
class Shop:
    """One tenant. Scopes are written as letters: R reads, O reads own, M manages."""

    database: Database
    tenant: str
    policy: Policy = POLICY

    def caller(
        self, scopes: str, customer_id: str | None = None, legal_entity_id: str | None = None
    ) -> Caller:
        """Somebody with a token of the tenant."""
        held = frozenset(SCOPES[letter] for letter in scopes)
        return Caller(self.tenant, held, None, customer_id, legal_entity_id)

    async def write(self, work: Callable[[Writer], Awaitable[Result]]) -> Result:
        """Run `work` as somebody who reads and manages, in a transaction of its own."""
        now = this_instant()

        async def written(transaction: Transaction) -> Result:
            return await run(Writer(self.caller("RM"), self.policy, transaction, now), work)

        return await self.database.write(written)

    async def read(self, work: Callable[[Reader], Awaitable[Result]], caller: Caller | None = None) -> Result:
        """Run `work` as a caller, or as somebody who reads everything, in a snapshot of its own."""
        async with self.database.read() as snapshot:
            now = this_instant()
            return await work(Reader(caller or self.caller("R"), self.policy, snapshot, now))

    async def segments(self, *documents: Document) -> None:
        """Segments, each under its document's id."""
        commands = [upsert_segment(one["id"], one, self.policy) for one in documents]
        succeeded(await self.write(lambda writer: write_segments(writer, commands)))

    async def customers(self, *keys: tuple[str, str] | tuple[str, str, str], **document: Any) -> None:
        """Assignments by (segment, customer) or (segment, customer, legal entity)."""
        commands = [assign_customer(customer_key(*key), document, self.policy) for key in keys]
        succeeded(await self.write(lambda writer: write_customer_assignments(writer, commands)))

    async def items(self, *keys: tuple[str, str, str], **document: Any) -> None:
        """Assignments by (segment, type, item)."""
        commands = [assign_item(item_key(*key), document, self.policy) for key in keys]
        succeeded(await self.write(lambda writer: write_item_assignments(writer, commands)))

    async def groups(self, *keys: tuple[str, str], **document: Any) -> None:
        """Assignments by (segment, group)."""
        commands = [assign_group(group_key(*key), document, self.policy) for key in keys]
        succeeded(await self.write(lambda writer: write_group_assignments(writer, commands)))

    async def known_groups(self, *documents: Document) -> None:
        await self._know(GROUPS, documents)

    async def known_customers(self, *documents: Document) -> None:
        await self._know(CUSTOMERS, documents)

    async def known_legal_entities(self, *documents: Document) -> None:
        await self._know(LEGAL_ENTITIES, documents)

    async def known_products(self, *documents: Document) -> None:
        await self._know(PRODUCTS, documents)

    async def known_categories(self, *documents: Document) -> None:
        await self._know(CATEGORIES, documents)

    async def _know(self, noun: ReferenceNoun, documents: Sequence[Document]) -> None:
        commands = [upsert_reference(noun, one, self.policy) for one in documents]
        succeeded(await self.write(lambda writer: write_references(writer, noun, commands)))

    async def rows(self) -> dict[str, list[Document]]:
        """Every row of the tenant, by table, in key order."""
        async with self.database.read() as snapshot:
            return {
                table.name: list(map(dict, await snapshot.rows(rows.on(snapshot), {"tenant": self.tenant})))
                for table, rows in _ROWS.items()
            }


async def copy_rows(shop: Shop, tenant: str) -> None:
    """Give another tenant the rows that the shop has. The change log has no records of that."""
    async with shop.database.engine.begin() as connection:
        for table in TABLES:
            others = [column for column in table.c if column.name != "tenant"]
            rows = select(literal(tenant), *others).where(table.c.tenant == shop.tenant)
            names = ["tenant", *(column.name for column in others)]
            await connection.execute(table.insert().from_select(names, rows))


def _select_rows(table: Table, _dialect: str) -> Select[Any]:
    return select(table).where(table.c.tenant == TENANT).order_by(*table.primary_key)


_ROWS = {table: KeptStatement(partial(_select_rows, table)) for table in TABLES}


def succeeded(outcomes: Sequence[Outcome]) -> None:
    """Raise the first failure among the outcomes."""
    for outcome in outcomes:
        outcome.raised()
