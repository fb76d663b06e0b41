"""Small schemas that many members share."""

from typing import Any, Final, TypeAlias

from resolvers.language import LANGUAGE_TAG
from resolvers.text import ID_LENGTH, TEXT_LENGTH

Schema: TypeAlias = dict[str, Any]

FOREIGN_ID: Final = {"type": "string", "minLength": 1, "maxLength": ID_LENGTH}
"""The id of something that lives elsewhere: a customer, a legal entity, a product, a category."""
SEGMENT_ID: Final = {"type": "string", "pattern": rf"^[A-Za-z0-9_.:~-]{{1,{ID_LENGTH}}}$"}
INSTANT: Final = {"type": "string", "format": "date-time"}


def described(schema: Schema, description: str) -> Schema:
    """The schema with a description of its own."""
    return {**schema, "description": description}


def optional(schema: Schema) -> Schema:
    """The schema of a member that may be left out or null, which mean the same (D65)."""
    return {**schema, "type": [schema["type"], "null"]}


def translations(description: str) -> Schema:
    """A map from language to text."""
    return {
        "type": "object",
        "propertyNames": {"pattern": f"^{LANGUAGE_TAG.pattern}$"},
        "additionalProperties": {"type": "string", "maxLength": TEXT_LENGTH},
        "description": description,
    }


def translations_or_text(description: str) -> Schema:
    """The same, or a bare text where Content-Language names the one language it is in."""
    return {"oneOf": [translations(description), {"type": "string", "maxLength": TEXT_LENGTH}]}


def ref(name: str) -> Schema:
    """A schema of `components`."""
    return {"$ref": f"#/components/schemas/{name}"}


def array_of(schema: Schema, *, maximum: int | None = None) -> Schema:
    """An array of elements of one kind."""
    bound = {} if maximum is None else {"maxItems": maximum}
    return {"type": "array", "items": schema, **bound}


def record(required: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    """An object with these members; others are ignored when sent, and never answered."""
    demanded = {"required": list(required)} if required else {}
    return {"type": "object", **demanded, "properties": properties}
