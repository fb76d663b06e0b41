"""Small schemas that many members share."""

import re
from typing import Any, Final, TypeAlias

from models.language_tag import MOST_SUBTAGS, WELL_FORMED
from resolvers.values.text import ID_LENGTH, MOST_TRANSLATIONS, TEXT_LENGTH, TRANSLATIONS_BYTES

Schema: TypeAlias = dict[str, Any]

FOREIGN_ID: Final = {"type": "string", "minLength": 1, "maxLength": ID_LENGTH}
"""The id of something that lives elsewhere: a customer, a legal entity, a product, a category."""


def in_any_case(pattern: str) -> str:
    """A pattern of lower-case letters for both cases; JSON Schema has no flag for that."""

    def both(match: re.Match[str]) -> str:
        characters = match[0].strip("[]")
        return f"[{characters}{characters.upper().replace('0-9', '')}]"

    return re.sub(r"\[.+?\]|[a-z]", both, pattern)


SEGMENT_ID: Final = {"type": "string", "pattern": rf"^[A-Za-z0-9_.:~-]{{1,{ID_LENGTH}}}$"}
LANGUAGE_TAG: Final = rf"^(?!([^-]*-){{{MOST_SUBTAGS}}})({in_any_case(WELL_FORMED.pattern)})$"
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
        "propertyNames": {"pattern": LANGUAGE_TAG},
        "additionalProperties": {"type": "string", "maxLength": TEXT_LENGTH},
        "maxProperties": MOST_TRANSLATIONS,
        "description": f"{description} The case of a tag has no meaning; it is stored as RFC 5646 writes it "
        f"(`zh-Hant-TW`). All texts and tags together have at most {TRANSLATIONS_BYTES:,} bytes of UTF-8.",
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
