"""Inputs are converted as Strawberry converts them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from strawberry.types.arguments import InputContext, convert_argument
from strawberry.types.base import StrawberryObjectDefinition

from schema.mutations.reference import CategoryInput
from schema.mutations.segment_input import JsonPatchOp, JsonPatchOperation, SegmentsUpsertInput
from schema.root import schema
from schema.types.segment_members import SegmentWhere
from schema.vocabulary.enums import SegmentStatus
from schema.vocabulary.input.conversion import InputConversion

REGISTRY: Final = schema.schema_converter.scalar_registry
CONTEXT: Final = InputContext(None, schema.config, REGISTRY, ())
TEXTS: Final = [{"language": "en", "text": "Gold"}, {"language": "de", "text": "Gold"}]
INSTANT: Final = datetime(2026, 1, 1, tzinfo=UTC)


def inputs() -> Iterator[StrawberryObjectDefinition]:
    for known in schema.schema_converter.type_map.values():
        definition = known.definition
        if isinstance(definition, StrawberryObjectDefinition) and definition.is_input:
            yield definition


def converted(value: Mapping[str, Any], type_: Any) -> object:
    return convert_argument(value, type_, REGISTRY, schema.config)


def converted_by_strawberry(value: Mapping[str, Any], type_: Any) -> object:
    with pytest.MonkeyPatch.context() as patch:
        for definition in inputs():
            patch.setattr(definition, "from_input", None)
        return converted(value, type_)


def test_every_input_is_converted_at_once() -> None:
    """No type of the schema is left to Strawberry, and none has a field that cannot be converted."""
    definitions = {definition.name: definition for definition in inputs()}
    assert {"SegmentsUpsertInput", "SegmentWhere", "SegmentOrder"} <= set(definitions)
    for definition in definitions.values():
        assert isinstance(definition.from_input, InputConversion)
        conversion = definition.from_input.of(definition.origin, definition)
        assert len(conversion.fields(CONTEXT)) == len(definition.fields) > 0


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (SegmentsUpsertInput, {"name": TEXTS, "siteCode": "main", "id": "gold", "expectedVersion": 3}),
        (
            SegmentsUpsertInput,
            {
                "name": [],
                "siteCode": "main",
                "description": None,
                "status": SegmentStatus.ACTIVE,
                "validity": {"from": INSTANT},
                "mixins": {"a": [1, {"b": None}]},
            },
        ),
        (CategoryInput, {"id": "c", "slug": TEXTS, "ecn": ["1", "2"], "validity": None}),
        (JsonPatchOperation, {"op": JsonPatchOp.ADD, "path": "/name", "value": None}),
        (JsonPatchOperation, {"op": JsonPatchOp.MOVE, "path": "/name", "from": "/description"}),
        (
            SegmentWhere,
            {
                "or": [
                    {"id": {"in": ["a", "b"]}},
                    {"status": {"eq": SegmentStatus.ACTIVE, "in": [SegmentStatus.INACTIVE]}},
                    {"not": {"and": [{"validFrom": {"lt": INSTANT, "withinLast": "P1D"}}, {}]}},
                ],
                "siteCode": None,
            },
        ),
    ],
)
def test_values_are_those_of_strawberry(type_: Any, value: Mapping[str, Any]) -> None:
    """Defaults, nulls, lists, generic filters and inputs inside themselves are the same."""
    assert converted(value, type_) == converted_by_strawberry(value, type_)


def test_default_list_is_copied() -> None:
    """A list that many requests share is not handed out."""
    ecn = ["1"]
    made = converted({"id": "c", "ecn": ecn}, CategoryInput)
    assert isinstance(made, CategoryInput)
    assert made.ecn == ecn
    assert made.ecn is not ecn
