"""Converts inputs to the contract's documents.

It uses the declared members of the noun.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Any

from resolvers.declaration.member import Localized, Member, Validity
from resolvers.errors import InvalidInput
from schema.vocabulary.localized import TranslationInput


def input_document(values: object, members: Iterable[Member]) -> dict[str, Any]:
    """The document of an input, not yet checked.

    The input has the names of the columns. Raises InvalidInput for a duplicate language.
    """
    document: dict[str, Any] = {}
    for member in members:
        *parents, name = member.content_path
        holder = document
        for parent in parents:
            holder = holder.setdefault(parent, {})
        holder[name] = _value(member, getattr(values, _attribute(member)))
    return document


def _attribute(member: Member) -> str:
    return member.name if isinstance(member, Validity) else member.column


def _value(member: Member, value: Any) -> Any:
    match member:
        case Localized():
            return _translations(value or [], member.name)
        case Validity():
            return value and value.document()
        case _:
            return value.value if isinstance(value, Enum) else value


def _translations(texts: list[TranslationInput], member: str) -> dict[str, str]:
    document: dict[str, str] = {}
    for text in texts:
        if text.language in document:
            raise InvalidInput(f"The language {text.language[:50]!r} is given twice.", path=(member,))
        document[text.language] = text.text
    return document


def with_version(document: dict[str, Any], expected_version: int | None) -> dict[str, Any]:
    """The document with the expected stored version."""
    return {**document, "metadata": {**document["metadata"], "version": expected_version}}
