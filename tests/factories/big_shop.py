"""A tenant in which a statement that reads too much shows it: a big segment and a big taxonomy.

The sizes are those of a real shop on a public taxonomy. Rows are made by the database from numbers,
which takes two seconds where the write functions would take minutes.

    big        4,719 of the 5,595 categories
    products   every second of the 20,000 products, each of which is in 1 to 8 leaves of the taxonomy
    crowd      20,000 customers, each on behalf of acme as well
    s1000 ...  1,000 small segments, of 3 customers, 3 products and 2 categories each

    acme       for which all 20,000 customers may act
    le1000 ... 1,000 companies for which two or three of them may act

    anna   is in big, products, crowd and 200 small segments
    carl   is in the two small segments s1000 and s1001 alone
"""

from collections.abc import Iterator
from itertools import chain
from typing import Final
from uuid import uuid4

from sqlalchemy import text

from models.connection.database import Database
from tests.factories.shop import TABLES, Shop

CATEGORIES: Final = 5_595
ROOTS: Final = 5
CHILDREN: Final = 4
FIRST_LEAF: Final = (CATEGORIES - 1 - ROOTS) // CHILDREN + 1
"""Categories are numbered level by level, and the parent of number i is number (i - ROOTS) / CHILDREN."""
ASSIGNED_CATEGORIES: Final = 4_719
PRODUCTS: Final = 20_000
CUSTOMERS: Final = 20_000
COMPANIES: Final = 1_000
SMALL_SEGMENTS: Final = 1_000
SEGMENTS_OF_ANNA: Final = 200

VERSIONED: Final = "'{}', '{}', 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'"
VERSIONED_COLUMNS: Final = "mixins, mixin_schemas, version, created_at, modified_at"
SEGMENT_COLUMNS: Final = f"tenant, id, name, description, status, site_code, {VERSIONED_COLUMNS}"
SEGMENT_VALUES: Final = f"""'{{"en": "Segment"}}', '{{}}', 'ACTIVE', 'main', {VERSIONED}"""
ITEM_COLUMNS: Final = f"tenant, segment_id, type, item_id, {VERSIONED_COLUMNS}"
CUSTOMER_COLUMNS: Final = (
    f"tenant, segment_id, customer_id, legal_entity_id, assignment_type, {VERSIONED_COLUMNS}"
)


def _insert(table: str, columns: str, values: str, numbers: int, *, where: str = "true") -> str:
    """Insert one row for each number `i` below `numbers`."""
    return (
        f"INSERT INTO {table} ({columns}) "  # noqa: S608  (our own text)
        f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {numbers}) "
        f"SELECT :tenant, {values} FROM n WHERE {where}"
    )


def _reference_data() -> Iterator[str]:
    yield _insert(
        "category",
        "tenant, id, parent_id, name, description, slug, ecn",
        f"'c' || (10000 + i), CASE WHEN i >= {ROOTS} THEN 'c' || (10000 + (i - {ROOTS}) / {CHILDREN}) END, "
        """'{"en": "Category"}', '{}', '{}', '[]'""",
        CATEGORIES,
    )
    yield _insert("product", "tenant, id, name", """'p' || (10000 + i), '{"en": "Product"}'""", PRODUCTS)
    leaves = CATEGORIES - FIRST_LEAF
    yield _insert(
        "product_category",
        "tenant, product_id, category_id",
        f"'p' || (10000 + i / 8), 'c' || (10000 + {FIRST_LEAF} + (i / 8 * 7919 + i % 8 * 523) % {leaves})",
        PRODUCTS * 8,
        where="i % 8 <= (i / 8) % 8",
    )
    yield _insert(
        "customer",
        "tenant, id, last_name, email",
        "'u' || (10000 + i), 'Name ' || i, 'u' || i || '@example.com'",
        CUSTOMERS,
    )
    yield _insert("legal_entity", "tenant, id, name", "'acme', 'Acme'", 1)
    yield _insert("legal_entity", "tenant, id, name", "'le' || (1000 + i), 'Company ' || i", COMPANIES)
    yield _insert(
        "customer_legal_entity",
        "tenant, customer_id, legal_entity_id",
        f"'u' || (10000 + i * 7), 'le' || (1000 + i * 7 % {COMPANIES})",
        CUSTOMERS // 7,
    )
    yield _insert(
        "customer_legal_entity",
        "tenant, customer_id, legal_entity_id",
        "'u' || (10000 + i), 'acme'",
        CUSTOMERS,
    )


def _segments() -> Iterator[str]:
    for name in ("big", "products", "crowd"):
        yield _insert("segment", SEGMENT_COLUMNS, f"'{name}', {SEGMENT_VALUES}", 1)
    yield _insert("segment", SEGMENT_COLUMNS, f"'s' || (1000 + i), {SEGMENT_VALUES}", SMALL_SEGMENTS)


def _items() -> Iterator[str]:
    yield _insert(
        "item_assignment",
        ITEM_COLUMNS,
        f"'big', 'CATEGORY', 'c' || (10000 + i), {VERSIONED}",
        CATEGORIES,
        where=f"i >= {CATEGORIES - ASSIGNED_CATEGORIES}",
    )
    product = f"'products', 'PRODUCT', 'p' || (10000 + i), {VERSIONED}"
    yield _insert("item_assignment", ITEM_COLUMNS, product, PRODUCTS, where="i % 2 = 0")
    product = f"'s' || (1000 + i / 3), 'PRODUCT', 'p' || (10000 + i * 7 % {PRODUCTS}), {VERSIONED}"
    yield _insert("item_assignment", ITEM_COLUMNS, product, SMALL_SEGMENTS * 3)
    category = f"'s' || (1000 + i / 2), 'CATEGORY', 'c' || (10000 + i * 11 % {CATEGORIES}), {VERSIONED}"
    yield _insert("item_assignment", ITEM_COLUMNS, category, SMALL_SEGMENTS * 2)


def _customers() -> Iterator[str]:
    manual = f"'MANUAL', {VERSIONED}"
    for legal_entity in ("", "acme"):
        crowd = f"'crowd', 'u' || (10000 + i), '{legal_entity}', {manual}"
        yield _insert("customer_assignment", CUSTOMER_COLUMNS, crowd, CUSTOMERS)
    small = f"'s' || (1000 + i / 3), 'u' || (10000 + i * 13 % {CUSTOMERS}), '', {manual}"
    yield _insert("customer_assignment", CUSTOMER_COLUMNS, small, SMALL_SEGMENTS * 3)
    for name in ("big", "products", "crowd"):
        yield _insert("customer_assignment", CUSTOMER_COLUMNS, f"'{name}', 'anna', '', {manual}", 1)
    for customer, segments in (("anna", SEGMENTS_OF_ANNA), ("carl", 2)):
        rows = f"'s' || (1000 + i), '{customer}', '', {manual}"
        yield _insert("customer_assignment", CUSTOMER_COLUMNS, rows, segments)


async def build_big_shop(database: Database, *, with_statistics: bool = True) -> Shop:
    """Fill a new tenant, and let the database gather statistics."""
    shop = Shop(database, f"big{uuid4().hex[:8]}")

    async with database.engine.begin() as connection:
        for statement in chain(_reference_data(), _segments(), _items(), _customers()):
            await connection.execute(text(statement), {"tenant": shop.tenant})
        for table in TABLES if with_statistics else ():
            await connection.execute(text(f"ANALYZE {table.name}"))
    return shop
