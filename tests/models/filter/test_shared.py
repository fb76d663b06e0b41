from typing import Any

from sqlalchemy import ColumnElement, true

from models.filter.dialects import dialect_named
from models.filter.dialects.base import JsonValue
from models.filter.shared import SharedValues
from models.tables.reference import customer
from models.tables.segment import segment
from tests.models.sql_text import sql_text

MIXINS: Any = customer.c.mixins
DIALECT = dialect_named("sqlite")


def is_gold(value: JsonValue) -> ColumnElement[bool]:
    return value.text == "gold"


def test_a_condition_leaves_a_hole_and_is_kept() -> None:
    shared = SharedValues([MIXINS])
    clauses = [shared.any_value(MIXINS, (name,), is_gold, DIALECT) for name in ("tier", "level")]
    assert [clause is None for clause in clauses] == [False, False]
    assert [condition.keys for condition in shared.asked] == [("tier",), ("level",)]
    assert [condition.members for condition in shared.asked] == [{"text"}, {"text"}]
    assert sql_text(shared.asked[0].clause) == "value.text = 'gold'"


def test_other_documents_are_not_shared() -> None:
    shared = SharedValues([MIXINS])
    assert shared.any_value(segment.c.mixins, ("tier",), is_gold, DIALECT) is None
    assert shared.asked == []


def test_a_condition_that_reads_no_value_is_not_shared() -> None:
    shared = SharedValues([MIXINS])
    assert shared.any_value(MIXINS, ("tier",), lambda _value: true(), DIALECT) is None


def test_names_whose_elements_sqlite_cannot_tell_are_not_shared() -> None:
    shared = SharedValues([MIXINS])
    assert shared.any_value(MIXINS, ("odd key",), is_gold, DIALECT) is None
    assert shared.any_value(MIXINS, ("odd key",), is_gold, dialect_named("postgresql")) is not None
