"""What a declared member decides, shows, and lets lists filter by."""

import pytest

from models.tables.segment import segment
from resolvers.declaration.derived import DocumentReader, content_of
from resolvers.declaration.member import Text
from resolvers.errors import InvalidInput
from resolvers.policy import Policy
from resolvers.segment.members import MEMBERS, SEGMENTS

COLOR = Text(name="color", column="color", length=5)
ENOUGH = {"name": {"en": "Gold"}, "siteCode": "main"}


def test_every_column_of_a_segment_is_a_member_that_filters() -> None:
    columns = {field.column.name for field in SEGMENTS.fields}
    assert columns == {column.name for column in segment.c} - {"tenant"}


def test_a_document_decides_all_columns_but_key_version_and_times() -> None:
    content = content_of(MEMBERS, ENOUGH, Policy())
    decided_elsewhere = {"tenant", "id", "version", "created_at", "modified_at"}
    assert set(content) == {column.name for column in segment.c} - decided_elsewhere


@pytest.mark.parametrize(
    ("document", "stored", "shown"),
    [
        ({}, None, {}),
        ({"color": None}, None, {}),
        ({"color": ""}, "", {"color": ""}),
        ({"color": "green"}, "green", {"color": "green"}),
    ],
)
def test_an_optional_text_that_is_absent_is_null_and_not_shown(
    document: dict[str, str | None], stored: str | None, shown: dict[str, str]
) -> None:
    content = content_of([COLOR], document, Policy())
    assert content == {"color": stored}
    assert DocumentReader([COLOR])(content) == shown


@pytest.mark.parametrize("value", ["purple", 1, "\0"])
def test_an_optional_text_is_checked(value: object) -> None:
    with pytest.raises(InvalidInput) as refusal:
        content_of([COLOR], {"color": value}, Policy())
    assert refusal.value.path == ("color",)


@pytest.mark.parametrize("value", [None, "", " \t"])
def test_a_required_text_is_not_blank(value: str | None) -> None:
    with pytest.raises(InvalidInput, match=r"A site code is required\.") as refusal:
        content_of(MEMBERS, {**ENOUGH, "siteCode": value}, Policy())
    assert refusal.value.path == ("siteCode",)
