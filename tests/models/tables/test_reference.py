import pytest
from sqlalchemy import Table

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
from tests.models.tables.declared import checks, indexes, key, optional, parents


@pytest.mark.parametrize(
    ("table", "optional_columns"),
    [
        (legal_entity, ["name"]),
        (customer, ["first_name", "last_name", "email"]),
        (customer_group, ["legal_entity_id"]),
        (category, ["parent_id", "code", "valid_from", "valid_to", "position", "published"]),
        (product, ["code"]),
    ],
)
def test_nouns_have_an_id_and_optional_members(table: Table, optional_columns: list[str]) -> None:
    assert key(table) == ["tenant", "id"]
    assert optional(table) == optional_columns
    assert parents(table) == []


@pytest.mark.parametrize(
    ("table", "columns", "parent"),
    [
        (customer_legal_entity, ("customer_id", "legal_entity_id"), "customer"),
        (customer_group_member, ("group_id", "customer_id"), "customer_group"),
        (product_category, ("product_id", "category_id"), "product"),
    ],
)
def test_links_are_found_from_both_sides(table: Table, columns: tuple[str, str], parent: str) -> None:
    assert key(table) == ["tenant", *columns]
    assert parents(table) == [parent]
    assert list(indexes(table).values()) == [["tenant", *reversed(columns)]]


def test_a_group_is_of_customers_or_employees() -> None:
    assert checks(customer_group) == {"ck_customer_group_user_type": "user_type IN ('CUSTOMER', 'EMPLOYEE')"}


def test_customers_are_ordered_by_email_and_name() -> None:
    assert indexes(customer) == {
        "ix_customer_tenant_email_id": ["tenant", "email", "id"],
        "ix_customer_tenant_last_name_id": ["tenant", "last_name", "id"],
    }
    assert indexes(category) == {"ix_category_tenant_parent_id_id": ["tenant", "parent_id", "id"]}
