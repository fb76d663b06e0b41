from typing import Any

from models.tables.segment import segment
from resolvers.declaration.derived import (
    DocumentReader,
    content_members,
    content_of,
    fields_of,
    localized_members,
)
from resolvers.declaration.member import Localized, Mixins, SegmentId, Text
from resolvers.policy import Policy

ID = SegmentId(name="id", column="id")
NAME = Localized(name="name", column="name")
SITE = Text(name="siteCode", column="site_code", length=10)
MEMBERS = (ID, NAME, SITE, Mixins())


def test_content_is_what_a_document_decides() -> None:
    content = content_of(MEMBERS, {"id": "gold", "name": {"en": "Gold"}, "siteCode": "main"}, Policy())
    assert content == {"name": {"en": "Gold"}, "site_code": "main", "mixins": {}}
    assert content_members(MEMBERS) == MEMBERS[1:]
    assert localized_members(MEMBERS) == (NAME,)


def test_a_document_leaves_nothing_empty() -> None:
    read = DocumentReader(MEMBERS)
    row: dict[str, Any] = {"id": "gold", "name": {}, "site_code": None, "mixins": {"a": {}}}
    assert read(row) == {"id": "gold", "mixins": {"a": {}}}
    assert read({**row, "site_code": ""})["siteCode"] == ""


def test_fields_follow_the_columns() -> None:
    fields = fields_of((ID, SITE), segment)
    assert [field.path for field in fields] == [("id",), ("siteCode",)]
    assert [field.column.name for field in fields] == ["id", "site_code"]
