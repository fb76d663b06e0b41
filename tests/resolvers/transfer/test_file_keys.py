from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from resolvers.policy import Policy
from resolvers.transfer.file_keys import FileKeys, RuleOfLine
from resolvers.transfer.kind import KINDS_BY_NAME
from resolvers.transfer.line import read_lines
from tests.resolvers.transfer.data_files import data_file, in_vip, vip

SEGMENT, ASSIGNMENT = KINDS_BY_NAME["segment"], KINDS_BY_NAME["customerAssignment"]
CUSTOMER = KINDS_BY_NAME["customer"]
RULE = {"q": "email:a"}


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[FileKeys]:
    keys = FileKeys(tmp_path)
    yield keys
    keys.close()


def add(keys: FileKeys, *records: dict[str, Any]) -> None:
    keys.add(read_lines(BytesIO(data_file(*records)), Policy()))


def test_keys_are_of_one_kind(keys: FileKeys) -> None:
    add(keys, vip(), {"kind": "customer", "id": "anna"}, in_vip("anna", legalEntityId="acme"))
    assert keys.records == 3
    assert keys.lacks(CUSTOMER, [("vip",), ("anna",)]) == [("vip",)]
    stored = [("vip", "anna", ""), ("vip", "anna", "acme"), ("vi", "anna", "acme")]
    assert keys.lacks(ASSIGNMENT, stored) == [("vip", "anna", ""), ("vi", "anna", "acme")]


def test_the_last_line_of_a_record_counts(keys: FileKeys) -> None:
    gone = {"kind": "customer", "id": "anna", "deleted": True}
    add(keys, {"kind": "customer", "id": "anna"}, gone, {**vip(), "deleted": True})
    assert (keys.records, keys.rule_of("vip")) == (0, None)
    assert keys.lacks(CUSTOMER, [("anna",), ("ben",)]) == [("ben",)]
    add(keys, {"kind": "customer", "id": "anna"}, vip(), {"kind": "customer"})
    assert (keys.records, keys.rule_of("vip")) == (2, RuleOfLine.NONE)


@pytest.mark.parametrize(
    ("members", "rule"),
    [
        ({}, RuleOfLine.NONE),
        ({"rule": None}, RuleOfLine.NONE),
        ({"rule": RULE}, RuleOfLine.ACTIVE),
        ({"rule": {**RULE, "paused": True}}, RuleOfLine.PAUSED),
    ],
)
def test_a_segment_has_the_rule_of_its_line(
    keys: FileKeys, members: dict[str, Any], rule: RuleOfLine
) -> None:
    assert keys.rule_of("vip") is None
    add(keys, vip(rule={"q": "email:b"}), vip(**members))
    assert keys.rule_of("vip") is rule


def test_lacking_records_come_in_parts(keys: FileKeys) -> None:
    keys.add_lacking(CUSTOMER, [("a",), ("b",), ("c",)])
    keys.add_lacking(ASSIGNMENT, [("vip", "anna", "")])
    assert list(keys.lacking(CUSTOMER, 2)) == [[("a",), ("b",)], [("c",)]]
    assert list(keys.lacking(ASSIGNMENT, 2)) == [[("vip", "anna", "")]]
    assert list(keys.lacking(SEGMENT, 2)) == []


def test_assignments_may_refer_to_a_lacking_segment(keys: FileKeys) -> None:
    keys.add_lacking(SEGMENT, [("vi",), ("vip",), ("vip2",)])
    assert keys.segments_referred_to(3) == []
    add(keys, {"kind": "customer", "id": "vip"}, in_vip("anna"))
    assert keys.segments_referred_to(3) == ["vip"]


def test_links_may_lead_to_lacking_records(keys: FileKeys) -> None:
    add(keys, {"kind": "customer", "id": "anna", "legalEntityIds": ["acme"]})
    keys.add_lacking(CUSTOMER, [("acme",)])
    assert not keys.links_to_lacking()
    keys.add_lacking(KINDS_BY_NAME["legalEntity"], [("acme",)])
    assert keys.links_to_lacking()
