"""The data set is the same on every machine, has the size it claims, and holds together."""

import hashlib
import random
from collections import Counter

import orjson
import pytest
from sqlalchemy import Table

from benchmarks.dataset.rows import Row, rows_of
from benchmarks.dataset.size import BIG, SMALL, TENANT, Size, tenants
from benchmarks.dataset.skew import shares, skewed_sample

Tables = dict[str, list[Row]]


@pytest.fixture(scope="module")
def small() -> Tables:
    """The rows of one small tenant, by table."""
    return {table.name: list(rows) for table, rows in rows_of("small01", SMALL)}


def _keys(tables: Tables, table: str, *columns: int) -> set[tuple[str, ...]]:
    return {tuple(row[column] for column in columns) for row in tables[table]}


def test_the_tables_have_the_size_that_is_claimed(small: Tables) -> None:
    assert {name: len(rows) for name, rows in small.items()} == {
        "legal_entity": 25,
        "customer": 500,
        "customer_legal_entity": 150,
        "category": 20,
        "product": 200,
        "product_category": 200,
        "segment": 20,
        "customer_assignment": 1_500,
        "item_assignment": 600,
    }


def test_the_big_shop_has_half_a_million_customer_assignments() -> None:
    counts = shares(BIG.customer_assignments, BIG.segments, 12, BIG.customers // 2, random.Random(1))
    assert sum(counts) == 500_000
    assert len(counts) == 2_000
    assert min(counts) >= 12
    assert max(counts) > 50 * min(counts)


def test_rows_are_the_same_at_every_run(small: Tables) -> None:
    again = {table.name: list(rows) for table, rows in rows_of("small01", SMALL)}
    assert again == small
    text = orjson.dumps({str(name): [list(map(str, row)) for row in rows] for name, rows in small.items()})
    assert hashlib.sha256(text).hexdigest()[:16] == "8c37b7b8c48914ec"


def test_no_two_rows_share_a_key() -> None:
    def key(table: Table, row: Row) -> Row:
        names = [column.name for column in table.columns]
        return tuple(row[names.index(column.name)] for column in table.primary_key)

    for table, rows in rows_of("small01", SMALL):
        counted = Counter(key(table, row) for row in rows)
        assert max(counted.values()) == 1, table.name


def test_assignments_lead_to_rows_that_exist(small: Tables) -> None:
    assert _keys(small, "customer_assignment", 1) == _keys(small, "segment", 1)
    assert _keys(small, "customer_assignment", 2) <= _keys(small, "customer", 1)
    assert _keys(small, "customer_assignment", 3) - {("",)} <= _keys(small, "legal_entity", 1)
    items = {("PRODUCT", key) for (key,) in _keys(small, "product", 1)}
    items |= {("CATEGORY", key) for (key,) in _keys(small, "category", 1)}
    assert _keys(small, "item_assignment", 2, 3) <= items


def test_there_are_twenty_small_tenants_and_a_big_one() -> None:
    sizes: list[tuple[str, Size]] = list(tenants())
    assert [name for name, size in sizes if size is BIG] == [TENANT]
    assert sum(size is SMALL for _, size in sizes) == 20


def test_a_skewed_sample_prefers_small_numbers() -> None:
    chosen = skewed_sample(1_000, 200, random.Random(1))
    assert len(chosen) == 200
    assert all(0 <= number < 1_000 for number in chosen)
    assert sum(number < 500 for number in chosen) > 110
