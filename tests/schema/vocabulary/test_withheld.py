import pytest

from resolvers.errors import Forbidden
from schema.vocabulary.withheld import SHOWN, Withheld


def test_ids_version_and_times_are_shown() -> None:
    row = Withheld(id="gold", version=3)
    assert (row["id"], row.get("version")) == ("gold", 3)
    assert SHOWN == ("version", "created_at", "modified_at")


def test_other_columns_are_forbidden() -> None:
    row = Withheld(id="gold")
    with pytest.raises(Forbidden) as refusal:
        row["name"]
    assert refusal.value.required_scopes == (
        "customersegment.segment_read",
        "customersegment.segment_read_own",
    )
    with pytest.raises(Forbidden):
        row.get("name")
