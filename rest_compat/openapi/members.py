"""The schemas of a noun's members, derived from their declarations."""

from typing import Final

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
from rest_compat.openapi.shapes import (
    INSTANT,
    SEGMENT_ID,
    Schema,
    described,
    optional,
    record,
    ref,
    translations,
    translations_or_text,
)

MIXINS: Final[Schema] = {"type": "object", "additionalProperties": {"type": "object"}}
VALIDITY: Final = record(**{"from": INSTANT, "to": INSTANT})
OPEN_VALIDITY: Final = optional(record(**{"from": optional(INSTANT), "to": optional(INSTANT)}))


def request_schema(member: Member) -> Schema:
    """The schema of a member in a body."""
    match member:
        case Localized():
            texts = translations_or_text(member.request)
            return texts if member.missing else {"anyOf": [texts, {"type": "null"}]}
        case Validity():
            return described(OPEN_VALIDITY, member.request)
        case Choice():
            choices = [*member.choices, None]
            return {"enum": choices, "default": member.default, "description": member.request}
        case Text():
            return described(_text(member), member.request)
        case Mixins():
            return described(optional(MIXINS), member.request)
        case _:
            raise TypeError(f"No body decides {member.name}.")


def _text(member: Text) -> Schema:
    if member.missing:
        return {"type": "string", "minLength": 1, "maxLength": member.length}
    return optional({"type": "string", "maxLength": member.length})


def response_schema(member: Member) -> Schema:
    """The schema of a member in a response."""
    schema: Schema
    match member:
        case Localized():
            return translations(member.response)
        case SegmentId():
            schema = SEGMENT_ID
        case Validity():
            schema = VALIDITY
        case Choice():
            schema = {"enum": list(member.choices)}
        case Mixins():
            schema = MIXINS
        case Metadata():
            schema = ref("Metadata")
        case _:
            schema = {"type": "string"}
    return described(schema, member.response) if member.response else schema
