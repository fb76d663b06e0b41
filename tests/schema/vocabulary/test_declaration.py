from typing import Any

import strawberry

from schema.vocabulary.declaration import (
    KEY_COLUMNS,
    Computed,
    LocalizedColumn,
    ShownColumn,
    declaration_of,
    declared,
)


def test_a_field_has_its_declaration() -> None:
    def resolve() -> int:
        return 1

    field: Any = strawberry.field(resolver=resolve, metadata=declared(KEY_COLUMNS))
    assert declaration_of(field) is KEY_COLUMNS
    bare: Any = strawberry.field(resolver=resolve)
    assert declaration_of(bare) is None


def test_columns_of_declarations() -> None:
    assert ShownColumn("status").columns == LocalizedColumn("status").columns == ("status",)
    assert Computed(()) == KEY_COLUMNS
