from models.tables.segment import Segment, segment
from models.tables.table import metadata, table_of


def test_the_table_of_a_model() -> None:
    assert table_of(Segment) is segment
    assert metadata.tables["segment"] is segment


def test_constraints_have_names() -> None:
    assert [str(constraint.name) for constraint in (segment.primary_key,)] == ["pk_segment"]
    assert all(constraint.name for table in metadata.tables.values() for constraint in table.constraints)
