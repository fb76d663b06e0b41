from models.tables.segment import segment
from resolvers.segment.members import CONTENT, LOCALIZED, MEMBERS, SEGMENTS, STATUSES
from tests.models.tables.declared import checks


def test_the_order_of_a_document() -> None:
    assert [member.name for member in MEMBERS] == [
        "id", "name", "description", "validity", "status", "siteCode", "mixins", "metadata",
    ]  # fmt: skip
    assert [member.name for member in LOCALIZED] == ["name", "description"]
    assert "id" not in {member.name for member in CONTENT}


def test_the_paths_that_filter() -> None:
    assert {".".join(field.path) for field in SEGMENTS.fields} == {
        "id",
        "name",
        "description",
        "validity.from",
        "validity.to",
        "status",
        "siteCode",
        "mixins",
        "metadata.mixins",
        "metadata.version",
        "metadata.createdAt",
        "metadata.modifiedAt",
    }
    assert SEGMENTS.resolve(("_id",)).field.path == ("id",)


def test_the_table_allows_the_statuses() -> None:
    assert checks(segment)["ck_segment_status"] == f"status IN {STATUSES}"
