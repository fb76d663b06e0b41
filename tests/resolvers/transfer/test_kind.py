import pytest

from resolvers.transfer.kind import KINDS, KINDS_BY_NAME, Reference


def test_kinds_come_after_those_that_they_refer_to() -> None:
    assert [kind.name for kind in KINDS] == [
        "legalEntity",
        "customer",
        "group",
        "category",
        "product",
        "segment",
        "customerExclusion",
        "customerAssignment",
        "itemAssignment",
        "groupAssignment",
    ]


@pytest.mark.parametrize(
    ("name", "key", "references"),
    [
        ("customerExclusion", ("gold", "anna", ""), [("segment", "gold")]),
        ("itemAssignment", ("gold", "PRODUCT", "drill"), [("segment", "gold"), ("product", "drill")]),
        ("groupAssignment", ("gold", "club"), [("segment", "gold"), ("group", "club")]),
        ("segment", ("gold",), []),
    ],
)
def test_what_a_key_refers_to(name: str, key: tuple[str, ...], references: list[Reference]) -> None:
    assert KINDS_BY_NAME[name].refers_to(key) == references


@pytest.mark.parametrize(
    ("name", "content", "references"),
    [
        ("customer", {"legal_entity_ids": ["acme"]}, [("legalEntity", "acme")]),
        ("group", {"customer_ids": ["anna"]}, [("customer", "anna")]),
        ("product", {"category_ids": ["tools"]}, [("category", "tools")]),
        ("legalEntity", {}, []),
    ],
)
def test_what_content_links_to(name: str, content: dict[str, list[str]], references: list[Reference]) -> None:
    assert KINDS_BY_NAME[name].links_to(content) == references


def test_members_of_a_deletion_are_allowed_in_one_alone() -> None:
    segment = KINDS_BY_NAME["segment"]
    assert segment.shape_of({}) is segment.shape
    assert segment.shape_of({"deleted": True}) != segment.shape
    assert KINDS_BY_NAME["product"].shape_of({"deleted": True}) is KINDS_BY_NAME["product"].shape
