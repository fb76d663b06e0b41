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
