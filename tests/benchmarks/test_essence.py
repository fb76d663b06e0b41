"""Answers in two dialects say the same where their rows are the same, and only there."""

from typing import Any

import pytest

from benchmarks.workload.essence import WrongAnswer, essence

GATEWAY: dict[str, Any] = {
    "data": {
        "segments": {
            "nodes": [
                {
                    "id": "s1",
                    "customerAssignments": {
                        "nodes": [
                            {
                                "assignmentType": "MANUAL",
                                "customer": {"id": "c1", "email": "c1@example.com"},
                                "legalEntity": None,
                            }
                        ]
                    },
                    "itemAssignments": {"nodes": [{"type": "PRODUCT", "item": {"id": "p1", "code": "P1"}}]},
                }
            ]
        }
    }
}


def _postgraphile(product: str) -> dict[str, Any]:
    customer = {"rowId": "c1", "email": "c1@example.com"}
    node = {
        "rowId": "s1",
        "customerAssignments": {
            "nodes": [{"assignmentType": "MANUAL", "customer": customer, "legalEntity": None}]
        },
        "itemAssignments": {
            "nodes": [{"type": "PRODUCT", "product": {"rowId": product, "code": "P1"}, "category": None}]
        },
    }
    return {"data": {"segments": {"nodes": [node]}}}


def test_the_same_rows_have_the_same_essence() -> None:
    assert essence("Q3", "gateway", GATEWAY) == essence("Q3", "postgraphile", _postgraphile("p1"))


def test_another_row_has_another_essence() -> None:
    assert essence("Q3", "gateway", GATEWAY) != essence("Q3", "postgraphile", _postgraphile("p2"))


def test_an_error_is_no_answer() -> None:
    with pytest.raises(WrongAnswer, match="no such field"):
        essence("Q1", "gateway", {"errors": [{"message": "no such field"}], "data": {"segment": None}})


def test_another_shape_is_no_answer() -> None:
    with pytest.raises(WrongAnswer, match="KeyError"):
        essence("Q2", "gateway", {"data": {"segments": {"edges": []}}})


METADATA = {"version": 3}
CUSTOMER = {"customer": {"id": "c1"}, "assignmentType": "MANUAL", "metadata": METADATA}
ITEM = {"segmentId": "s1", "item": {"id": "p1"}, "metadata": METADATA}
LEAF = {"id": "b", "isSegmentAssigned": True}
TREES = [{"id": "a", "isSegmentAssigned": False, "subcategories": [LEAF]}]
SEGMENT = {"id": "s1", "status": "ACTIVE", "siteCode": "main", "mixins": {}, "metadata": METADATA}
NODE = {"assignmentType": "MANUAL", "metadata": METADATA}


@pytest.mark.parametrize(
    ("query", "answer", "expected"),
    [
        ("Q5", {"data": {"node": NODE}}, ("MANUAL", 3)),
        ("Q6", {"data": {"categoryTrees": TREES}}, (("a", False, ("b", True)),)),
        ("Q7", {"data": {"_entities": [SEGMENT]}}, (("s1", "ACTIVE", "main", False, 3),)),
        ("R3", CUSTOMER, ("c1", "MANUAL", 3)),
        ("R4", ITEM, ("s1", "p1", 3)),
        ("R5", ITEM, ("s1", "p1", 3)),
        ("R6", TREES, (("a", False, ("b", True)),)),
        ("R7", [{"id": "p2"}, {"id": "p1"}], ("p2", "p1")),
    ],
)
def test_reads_of_the_gateway_have_an_essence(query: str, answer: Any, expected: tuple[Any, ...]) -> None:
    assert essence(query, "gateway", answer) == expected
