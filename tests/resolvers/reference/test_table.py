from types import SimpleNamespace
from typing import Any, cast

from models.tables.reference import product, product_category
from resolvers.access import Writer
from resolvers.reference.table import Link, ReferenceTable
from resolvers.writing.change import Cause, Rows

TABLE = ReferenceTable(product, link=Link(product_category, "product_id", "category_id", "category_ids"))
WRITER = cast("Writer", SimpleNamespace(tenant="shop", cause=Cause.MANUAL))


def record(code: str, *category_ids: str) -> dict[str, Any]:
    return {"tenant": "shop", "id": "drill", "code": code, "name": {}, "category_ids": list(category_ids)}


def test_changed_links_are_changes_of_their_table() -> None:
    rows = Rows([("drill",)], {("drill",): record("D1", "a", "b")})
    rows.put(("drill",), record("D1", "b", "c"))
    gone, new = TABLE.changes(rows, WRITER)
    assert (gone.table, gone.before, gone.after) == (
        product_category,
        {"tenant": "shop", "product_id": "drill", "category_id": "a"},
        None,
    )
    assert (new.before, new.after) == (
        None,
        {"tenant": "shop", "product_id": "drill", "category_id": "c"},
    )


def test_a_new_product_comes_with_its_links() -> None:
    rows = Rows([("drill",)], {})
    rows.put(("drill",), record("D1", "a"))
    assert [change.table.name for change in TABLE.changes(rows, WRITER)] == ["product", "product_category"]


def test_a_removed_product_takes_its_links_along() -> None:
    rows = Rows([("drill",)], {("drill",): record("D1", "a")})
    rows.put(("drill",), None)
    assert [change.after for change in TABLE.changes(rows, WRITER)] == [None, None]
