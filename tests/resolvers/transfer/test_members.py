"""Members that a line has and its kind does not."""

import io
from typing import Any

import pytest
from hypothesis import given

from resolvers.errors import GatewayError
from resolvers.policy import Policy
from resolvers.transfer.kind import KINDS, KINDS_BY_NAME
from resolvers.transfer.line import Line, read_lines
from resolvers.transfer.members import MOST_PER_LINE, near_member
from tests.resolvers.transfer.data_files import STAMP, data_file, in_vip, vip
from tests.resolvers.transfer.records import tenants

CATEGORY = {"kind": "category", "id": "saws"}
CUSTOMER = {"kind": "customer", "id": "anna"}
PRODUCT = {"kind": "product", "id": "drill"}
TEXTS = {"en": "Saws", "de-CH": "Sägen", "i-klingon": "x", "x-shop": "y"}


def read(*records: dict[str, Any], strict: bool = False) -> list[Line]:
    return list(read_lines(io.BytesIO(data_file(*records)), Policy(), strict=strict))


@pytest.mark.parametrize(
    ("record", "unknown"),
    [
        ({**CATEGORY, "parent_id": "tools"}, [("parent_id",)]),
        ({**CATEGORY, "parentID": "tools", "Position": 1}, [("parentID",), ("Position",)]),
        ({**CATEGORY, "description": {"en": "x"}, "slug": {}}, [("description",), ("slug",)]),
        ({**CATEGORY, "validity": {"form": None, "to": None}}, [("validity", "form")]),
        ({**CATEGORY, "name": {"language": "en", "text": "Saws"}}, [("name", "language"), ("name", "text")]),
        ({**CATEGORY, "localizedSlug": {"english": "saws"}}, [("localizedSlug", "english")]),
        ({**CATEGORY, "metadata": STAMP}, [("metadata",)]),
        ({**CUSTOMER, "legalEntityId": "acme"}, [("legalEntityId",)]),
        ({**CUSTOMER, "": 1}, [("",)]),
        ({**CUSTOMER, "withAssignments": True}, [("withAssignments",)]),
        ({**PRODUCT, "deleted": True, "forceDelete": True}, [("forceDelete",)]),
        (vip(version=1, sitecode="x"), [("version",), ("sitecode",)]),
        (vip(metadata={**STAMP, "Version": 1}), [("metadata", "Version")]),
        (vip(description={"deutsch": "x"}), [("description", "deutsch")]),
        (in_vip("anna", metadata={"mixin": {}}, type="MANUAL"), [("metadata", "mixin"), ("type",)]),
        ({"kind": "itemAssignment", "itemid": "drill"}, [("itemid",)]),
    ],
)
def test_an_unknown_member_is_named(record: dict[str, Any], unknown: list[tuple[str, ...]]) -> None:
    [line] = read(record)
    assert list(line.unknown) == unknown
    [rejected] = read(record, strict=True)
    assert isinstance(rejected.command, GatewayError)
    assert rejected.command.path == unknown[0]
    assert rejected.command.message.startswith("There is no such member.")


@pytest.mark.parametrize(
    "record",
    [
        {**CATEGORY, "name": TEXTS, "validity": {"from": None, "to": None}, "deleted": False},
        {**CUSTOMER, "deleted": True, "withAssignments": True, "firstName": "Anna"},
        vip(deleted=True, forceDelete=True),
        vip(mixins={"any": {"thing": 1}}, metadata={**STAMP, "mixins": {"any": "https://example.com"}}),
        {**PRODUCT, "name": None, "categoryIds": None},
    ],
)
def test_a_known_member_is_not_named(record: dict[str, Any]) -> None:
    [line] = read(record)
    assert line.unknown == ()


@given(records=tenants())
def test_an_export_has_known_members_only(records: list[dict[str, Any]]) -> None:
    for line in read(*records, strict=True):
        assert not isinstance(line.command, GatewayError)
        assert line.unknown == ()


def test_a_line_of_nothing_else_names_twenty() -> None:
    [line] = read({**PRODUCT, **{f"x{number}": None for number in range(100_000)}})
    assert list(line.unknown) == [(f"x{number}",) for number in range(MOST_PER_LINE)]


@pytest.mark.parametrize(
    ("kind", "path", "near"),
    [
        ("category", ("parent_id",), "parentId"),
        ("category", ("parrentId",), "parentId"),
        ("category", ("slug",), "localizedSlug"),
        ("category", ("validity", "form"), "validity.from"),
        ("category", ("description",), "localizedDescription"),
        ("category", ("x",), None),
        ("customer", ("FIRST_NAME",), "firstName"),
        ("customer", ("e-mail",), "email"),
        ("customer", ("delete",), "deleted"),
        ("segment", ("version",), "metadata.version"),
        ("segment", ("metadata", "site_code"), "siteCode"),
        ("segment", ("y" * 1_000_000,), None),
        ("product", ("categories",), "categoryIds"),
        ("itemAssignment", ("item_id",), "itemId"),
    ],
)
def test_the_near_member_is_suggested(kind: str, path: tuple[str, ...], near: str | None) -> None:
    assert near_member(path, KINDS_BY_NAME[kind].shape) == near


def test_every_kind_has_a_shape() -> None:
    assert all({"kind", "deleted"} < set(kind.shape.members) for kind in KINDS)
