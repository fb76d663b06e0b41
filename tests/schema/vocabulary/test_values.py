from datetime import UTC, datetime

from models.sql.selection import InstantText
from schema.vocabulary.declaration import KEY, SameRow
from schema.vocabulary.values import METADATA, VALIDITY, Validity, ValidityInput

NOW = datetime(2026, 2, 1, tzinfo=UTC)


def test_a_row_without_ends_has_no_validity() -> None:
    assert Validity.of({"valid_from": None, "valid_to": None}) is None
    validity = Validity.of({"valid_from": None, "valid_to": NOW})
    assert validity is not None
    assert validity.row["valid_to"] == NOW


def test_an_input_has_both_ends() -> None:
    assert ValidityInput(to=NOW).document() == {"from": None, "to": NOW}


def test_both_values_are_of_the_same_row() -> None:
    assert METADATA[KEY] == SameRow()
    assert VALIDITY[KEY] == SameRow((InstantText("valid_from"), InstantText("valid_to")))
