"""Small schemas common to many members."""

import re
from typing import Any, Final, TypeAlias

from models.language_tag import MOST_SUBTAGS, WELL_FORMED
from resolvers.values.text import ID_LENGTH, MOST_TRANSLATIONS, TEXT_LENGTH, TRANSLATIONS_BYTES

Schema: TypeAlias = dict[str, Any]

FOREIGN_ID: Final = {"type": "string", "minLength": 1, "maxLength": ID_LENGTH}
"""The id of a record of another service: a customer, a legal entity, a product, a category."""


def in_any_case(pattern: str) -> str:
    """Extend a lower-case pattern to both cases.

    JSON Schema has no flag for that.
    """

    def both(match: re.Match[str]) -> str:
        characters = match[0].strip("[]")
        return f"[{characters}{characters.upper().replace('0-9', '')}]"

    return re.sub(r"\[.+?\]|[a-z]", both, pattern)


SEGMENT_ID: Final = {"type": "string", "pattern": rf"^[A-Za-z0-9_.:~-]{{1,{ID_LENGTH}}}$"}
LANGUAGE_TAG: Final = rf"^(?!([^-]*-){{{MOST_SUBTAGS}}})({in_any_case(WELL_FORMED.pattern)})$"
INSTANT: Final = {"type": "string", "format": "date-time"}


def described(schema: Schema, description: str) -> Schema:
    """Return the schema with a separate description."""
    return {**schema, "description": description}


def optional(schema: Schema) -> Schema:
    """Return the schema of an optional member.

    It may be left out or null, which mean the same (D65).
    """
    return {**schema, "type": [schema["type"], "null"]}


def translations(description: str) -> Schema:
    """Return the schema of a map from language to text."""
    return {
        "type": "object",
        "propertyNames": {"pattern": LANGUAGE_TAG},
        "additionalProperties": {"type": "string", "maxLength": TEXT_LENGTH},
        "maxProperties": MOST_TRANSLATIONS,
        "description": f"{description} The case of a tag has no meaning; it is stored as RFC 5646 writes it "
        f"(`zh-Hant-TW`). All texts and tags together have at most {TRANSLATIONS_BYTES:,} bytes of UTF-8.",
    }


def translations_or_text(description: str) -> Schema:
    """Return the schema of translations or a bare text.

    Content-Language names the one language of a bare text.
    """
    return {"oneOf": [translations(description), {"type": "string", "maxLength": TEXT_LENGTH}]}


def ref(name: str) -> Schema:
    """Refer to a schema of `components`."""
    return {"$ref": f"#/components/schemas/{name}"}


def array_of(schema: Schema, *, maximum: int | None = None) -> Schema:
    """Return the schema of an array of one kind."""
    bound = {} if maximum is None else {"maxItems": maximum}
    return {"type": "array", "items": schema, **bound}


def record(required: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    """Return the schema of an object with these members.

    Others are ignored in requests, and never returned.
    """
    demanded = {"required": list(required)} if required else {}
    return {"type": "object", **demanded, "properties": properties}
