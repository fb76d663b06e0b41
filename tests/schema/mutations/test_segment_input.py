from typing import Any

import pytest
import strawberry

from resolvers.segment.patch import ALL_OPERATIONS
from schema.mutations.segment_input import (
    JsonPatchOp,
    JsonPatchOperation,
    SegmentCreateInput,
    SegmentsUpsertInput,
)
from schema.vocabulary.localized import TranslationInput

NAME = [TranslationInput(language="en", text="Gold")]
DOCUMENT: dict[str, Any] = {
    "name": {"en": "Gold"},
    "description": {},
    "validity": None,
    "status": "INACTIVE",
    "siteCode": "main",
    "mixins": None,
}


def test_a_new_segment_may_have_an_id() -> None:
    document = SegmentCreateInput(name=NAME, site_code="main", id=strawberry.ID("gold")).document()
    assert document == {**DOCUMENT, "id": "gold", "metadata": {"mixins": None}}


def test_one_of_many_may_expect_a_version() -> None:
    document = SegmentsUpsertInput(name=NAME, site_code="main", expected_version=3).document()
    assert document == {**DOCUMENT, "metadata": {"mixins": None, "version": 3}}


def test_operations_are_those_of_a_patch() -> None:
    assert {str(operation.value) for operation in JsonPatchOp} == set(ALL_OPERATIONS)


@pytest.mark.parametrize(
    ("operation", "document"),
    [
        (
            JsonPatchOperation(op=JsonPatchOp.REMOVE, path="/name/de"),
            {"op": "remove", "path": "/name/de", "from": None},
        ),
        (
            JsonPatchOperation(op=JsonPatchOp.ADD, path="/mixins/a", value=None),
            {"op": "add", "path": "/mixins/a", "from": None, "value": None},
        ),
        (
            JsonPatchOperation(op=JsonPatchOp.MOVE, path="/name/de", from_="/name/en"),
            {"op": "move", "path": "/name/de", "from": "/name/en"},
        ),
    ],
)
def test_a_value_that_is_left_out_is_not_null(
    operation: JsonPatchOperation, document: dict[str, Any]
) -> None:
    assert operation.document() == document
