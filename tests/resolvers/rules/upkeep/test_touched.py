from typing import Any

import pytest
from sqlalchemy import Table

from models.tables.customer_assignment import customer_assignment
from models.tables.reference import customer, customer_legal_entity, legal_entity, product
from models.tables.rule import customer_exclusion
from resolvers.rules.definition.paths import ALL, coarse
from resolvers.rules.upkeep.touched import Touched
from resolvers.writing.change import Cause, Change

KEY = {"segment_id": "gold", "customer_id": "anna", "legal_entity_id": ""}
ANNA: dict[str, Any] = {"id": "anna", "first_name": None, "last_name": None, "email": None, "mixins": {}}


def touched(
    table: Table, before: dict[str, Any] | None, after: dict[str, Any] | None, cause: Cause = Cause.MANUAL
) -> Touched:
    paths = Touched()
    paths.add([Change(table, before, after, cause)])
    return paths


def test_the_member_of_a_mixin_that_changes() -> None:
    before = {"shop": {"turnover": 1, "tags": {"a": {"b": 1}}, "gone": 1, "same": [1]}, "old": {}}
    after = {"shop": {"turnover": True, "tags": {"a": {"b": 2}}, "same": [1]}, "new": 1}
    paths = touched(customer, {**ANNA, "mixins": before}, {**ANNA, "email": "x", "mixins": after})
    shop = {f"mixins.shop.{name}" for name in ("turnover", "tags", "gone")}
    assert paths.customers == {"anna": {"email", "mixins.old", "mixins.new", *shop}}
    assert {coarse(path) for path in shop} == {"mixins.shop"}


@pytest.mark.parametrize(
    ("table", "row", "path"),
    [
        (customer, ANNA, ALL),
        (customer_legal_entity, {"customer_id": "anna", "legal_entity_id": "acme"}, "legalEntity"),
        (customer_assignment, KEY, "inSegment:gold"),
        (customer_exclusion, KEY, "loadedInto:gold"),
    ],
)
def test_a_new_row_touches_its_customer(table: Table, row: dict[str, Any], path: str) -> None:
    assert touched(table, None, row).customers == {"anna": {path}}
    assert touched(table, row, None).paths == {path}


def test_a_changed_assignment_of_a_data_file() -> None:
    paths = touched(customer_assignment, KEY, {**KEY, "version": 2}, Cause.IMPORT)
    assert paths.customers == {"anna": {"loadedInto:gold"}}


def test_a_legal_entity_touches_its_customers_later() -> None:
    row = {"id": "acme", "name": "Acme", "mixins": {}}
    paths = touched(legal_entity, row, {**row, "name": "Globex"})
    assert (paths.customers, paths.legal_entities) == ({}, {"acme": {"legalEntity.name"}})


def test_other_tables_touch_no_customer() -> None:
    assert not touched(product, None, {"id": "drill"})
