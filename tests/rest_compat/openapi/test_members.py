import pytest

from resolvers.declaration.member import (
    Choice,
    Localized,
    Member,
    Metadata,
    Mixins,
    SegmentId,
    Text,
    Validity,
)
from rest_compat.openapi.members import request_schema, response_schema


@pytest.mark.parametrize(
    ("member", "schema"),
    [
        (
            Text(name="a", column="a", length=5, missing="needed", request="Of it."),
            {"type": "string", "minLength": 1, "maxLength": 5, "description": "Of it."},
        ),
        (
            Text(name="a", column="a", length=5, request="Of it."),
            {"type": ["string", "null"], "maxLength": 5, "description": "Of it."},
        ),
        (
            Choice(name="a", column="a", choices=("X", "Y"), default="X", request="Of it."),
            {"enum": ["X", "Y", None], "default": "X", "description": "Of it."},
        ),
    ],
)
def test_schemas_of_requests(member: Member, schema: dict[str, object]) -> None:
    assert request_schema(member) == schema


def test_a_required_map_of_texts_is_not_null() -> None:
    required, optional = (
        request_schema(Localized(name="a", column="a", missing=missing)) for missing in ("needed", None)
    )
    assert "oneOf" in required
    assert optional["anyOf"][1] == {"type": "null"}


@pytest.mark.parametrize("member", [SegmentId(name="id", column="id"), Metadata()])
def test_no_body_decides_these(member: Member) -> None:
    with pytest.raises(TypeError, match=f"No body decides {member.name}"):
        request_schema(member)


@pytest.mark.parametrize(
    ("member", "schema"),
    [
        (Metadata(), {"$ref": "#/components/schemas/Metadata"}),
        (
            Choice(name="a", column="a", choices=("X",), response="How."),
            {"enum": ["X"], "description": "How."},
        ),
        (Text(name="a", column="a", length=5), {"type": "string"}),
        (Mixins(), {"type": "object", "additionalProperties": {"type": "object"}}),
    ],
)
def test_schemas_of_responses(member: Member, schema: dict[str, object]) -> None:
    shown = response_schema(member)
    assert {name: shown[name] for name in schema} == schema


def test_a_period_has_two_instants() -> None:
    assert list(response_schema(Validity())["properties"]) == ["from", "to"]
