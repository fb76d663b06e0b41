"""On a large tenant the lists that everybody asks for are read through indexes."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, text

from models.connection.database import Database
from models.connection.session import Transaction
from models.connection.watch import unwatched
from models.tables.customer_assignment import BY_LEGAL_ENTITY, customer_assignment
from models.tables.item_assignment import item_assignment
from models.tables.reference import category, customer, legal_entity, product
from models.tables.segment import segment
from resolvers.policy import Policy
from tests.factories.shop import TABLES, Shop
from tests.schema.client import Graph

pytestmark = pytest.mark.slow  # the tenant is large

SEGMENTS, OF_EACH = 2_000, 20
NOW = datetime(2026, 1, 1, tzinfo=UTC)
VERSIONED = {"mixins": {}, "mixin_schemas": {}, "version": 1, "created_at": NOW, "modified_at": NOW}
SEGMENT = {
    **VERSIONED,
    "name": {"en": "x"},
    "description": {},
    "valid_from": None,
    "valid_to": None,
    "status": "ACTIVE",
    "site_code": "main",
}
REFERENCES = (customer, legal_entity, category, product)
BY_CUSTOMER = "ix_customer_assignment_tenant_customer_id"
BY_ITEM = "ix_item_assignment_tenant_type_item_id_segment_id"
FULL_SCAN = re.compile(
    r"(SCAN|Seq Scan on) (customer_assignment|item_assignment|assignment_of_customer|segment)\b"
)


@pytest.fixture(scope="module")
async def large(database: Database) -> AsyncIterator[Graph]:
    """A tenant with 40,000 customer assignments and as many item assignments; it is gone afterwards."""
    tenant = f"large{uuid4().hex[:8]}"
    segments = [{"tenant": tenant, "id": f"s{number:05}", **SEGMENT} for number in range(SEGMENTS)]
    keys = [
        {"tenant": tenant, "segment_id": one["id"], **VERSIONED} for one in segments for _ in range(OF_EACH)
    ]
    customers = [
        {
            **key,
            "customer_id": f"c{number % 9_973}",
            "legal_entity_id": f"le{number % 997}" if number % 10 == 9 else "",
            "assignment_type": "MANUAL",
        }
        for number, key in enumerate(keys)
    ]
    items = [{**key, "type": "PRODUCT", "item_id": f"i{number % 9_973}"} for number, key in enumerate(keys)]

    async def fill(transaction: Transaction) -> None:
        for table, rows in ((segment, segments), (customer_assignment, customers), (item_assignment, items)):
            for start in range(0, len(rows), 2_000):  # each statement ends within its timeout, however busy
                await transaction.write(table.insert(), rows[start : start + 2_000])

    async def empty(transaction: Transaction) -> None:
        for table in (customer_assignment, item_assignment, segment, *REFERENCES):
            await transaction.write(table.delete().where(table.c.tenant == tenant))

    await database.write(fill)
    async with database.engine.begin() as connection:
        for table in TABLES:
            await connection.execute(text(f"ANALYZE {table.name}"))
    yield Graph(Shop(database, tenant))
    await database.write(empty)


@contextmanager
def recorded(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are executed meanwhile, with their parameters."""
    statements: list[tuple[str, Any]] = []

    def record(statement: str, parameters: Any) -> AbstractContextManager[None]:
        statements.append((statement, parameters))
        return nullcontext()

    database.watch = record
    yield statements
    database.watch = unwatched


@contextmanager
def written(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The statements of transactions that write meanwhile, with their parameters."""
    statements: list[tuple[str, Any]] = []

    def record(*arguments: Any) -> None:
        _connection, _cursor, statement, parameters, _context, is_many = arguments
        statements.append((statement, parameters[0] if is_many else parameters))

    event.listen(database.engine.sync_engine, "before_cursor_execute", record)
    yield statements
    event.remove(database.engine.sync_engine, "before_cursor_execute", record)


async def plans(database: Database, statements: list[tuple[str, Any]]) -> list[str]:
    """The steps of each statement's plan."""
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    async with database.engine.connect() as connection:
        return [
            "\n".join(
                str(row[-1])
                for row in await connection.exec_driver_sql(f"{explain} {statement}", tuple(parameters))
            )
            for statement, parameters in statements
        ]


@pytest.mark.parametrize(
    ("query", "caller"),
    [
        ('{ segment(id: "s00007") { customerAssignments(first: 10) { nodes { nodeId } } } }', "R"),
        ('{ segment(id: "s00007") { customerAssignments(last: 10) { totalCount nodes { nodeId } } } }', "R"),
        ('{ segment(id: "s00007") { itemAssignments(first: 10) { totalCount nodes { nodeId } } } }', "R"),
        ("{ segments { nodes { id } } }", "R"),
        ("{ segments(last: 20) { nodes { id } } }", "R"),
        ('{ segments(customerId: "c77") { totalCount nodes { id } } }', "R"),
        ("{ segments { nodes { customerAssignments(first: 3) { nodes { nodeId } } } } }", "R"),
        ("{ segments { nodes { itemAssignments(first: 3) { totalCount nodes { nodeId } } } } }", "R"),
        ("{ itemAssignments { nodes { nodeId } } }", "R"),
        ("{ segments { totalCount nodes { customerAssignments { nodes { nodeId } } } } }", "O"),
        ("{ itemAssignments { totalCount nodes { nodeId } } }", "O"),
        ("{ viewer { customer { segments { totalCount nodes { id } } } } }", "R"),
        ("{ viewer { customer { segments { totalCount nodes { id } } } } }", "O"),
        ("{ categoryTrees { id } }", "O"),
        ('{ product(id: "i77") { id } }', "O"),
    ],
)
async def test_no_list_reads_a_whole_table(large: Graph, database: Database, query: str, caller: str) -> None:
    with recorded(database) as statements:
        await large(query, caller=large.shop.caller(caller, "c77"))
    selects = [(statement, parameters) for statement, parameters in statements if "SELECT" in statement]
    assert selects
    for plan in await plans(database, selects):
        assert not FULL_SCAN.search(plan), plan


@pytest.mark.parametrize(
    ("mutation", "index"),
    [
        ('customersDelete(ids: ["c77"]) { results { effect } }', BY_CUSTOMER),
        ('customersDelete(ids: ["nobody"], withAssignments: true) { results { effect } }', BY_CUSTOMER),
        ('legalEntitiesDelete(ids: ["le77"]) { results { effect } }', BY_LEGAL_ENTITY),
        ('productsDelete(ids: ["i77"]) { results { effect } }', BY_ITEM),
        ('categoriesDelete(ids: ["i77"]) { results { effect } }', BY_ITEM),
    ],
)
async def test_no_deletion_reads_a_whole_table(
    large: Graph, database: Database, mutation: str, index: str
) -> None:
    """Where references are enforced, the assignments of what is deleted are looked for as well."""
    known = large.shop.known_customers, large.shop.known_legal_entities, large.shop.known_categories
    for know, reference_id in zip(
        (*known, large.shop.known_products), ("c77", "le77", "i77", "i77"), strict=True
    ):
        await know({"id": reference_id})
    strict = Policy(enforce_references=True)
    with written(database) as statements:
        await large(f"mutation {{ {mutation} }}", policy=strict)
    looked_for = [one for one in statements if "_assignment" in one[0]]
    assert looked_for
    for plan in await plans(database, looked_for):
        assert not FULL_SCAN.search(plan), plan
        assert index in plan


@pytest.mark.usefixtures("large")
async def test_a_full_scan_would_be_noticed(database: Database) -> None:
    [plan] = await plans(database, [("SELECT * FROM customer_assignment WHERE version = 0", ())])
    assert FULL_SCAN.search(plan)


async def test_a_first_page_seeks_and_does_not_sort(large: Graph, database: Database) -> None:
    with recorded(database) as statements:
        await large('{ segment(id: "s00007") { customerAssignments(first: 10) { nodes { nodeId } } } }')
    [plan] = await plans(database, [one for one in statements if "customer_assignment" in one[0]])
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
    assert ("PRIMARY KEY (tenant=? AND segment_id=?)" in plan) or ("pk_customer_assignment" in plan)
