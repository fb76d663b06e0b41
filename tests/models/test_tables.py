import pytest
from sqlalchemy import Table, UniqueConstraint

from models.tables import (
    change,
    customer_assignment,
    group_assignment,
    item_assignment,
    load_place,
    reference,
    rule,
    segment,
    webhook,
)
from models.tables.table import metadata

MODELS = (
    segment,
    customer_assignment,
    item_assignment,
    group_assignment,
    reference,
    change,
    rule,
    webhook,
    load_place,
)  # imported for their tables
TABLES = list(metadata.tables.values())


def test_all_tables_are_looked_at() -> None:
    assert sorted(metadata.tables) == [
        "category",
        "change",
        "change_head",
        "customer",
        "customer_assignment",
        "customer_date",
        "customer_exclusion",
        "customer_group",
        "customer_group_member",
        "customer_legal_entity",
        "group_assignment",
        "item_assignment",
        "legal_entity",
        "load_place",
        "product",
        "product_category",
        "rule_head",
        "segment",
        "segment_rule",
        "webhook",
        "webhook_dead_letter",
    ]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_key_and_index_leads_with_tenant(table: Table) -> None:
    unique = [constraint for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
    columns = [
        table.primary_key.columns,
        *(key.columns for key in unique),
        *(key.columns for key in table.indexes),
    ]
    assert [next(iter(of_one_key)).name for of_one_key in columns] == ["tenant"] * len(columns)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_foreign_key_stays_within_its_tenant(table: Table) -> None:
    for foreign_key in table.foreign_key_constraints:
        first = foreign_key.elements[0]
        assert first.parent.name == "tenant"
        assert first.column.name == "tenant"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_sqlite_keeps_rows_in_key_order(table: Table) -> None:
    assert table.dialect_options["sqlite"]["with_rowid"] is False
