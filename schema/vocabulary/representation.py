"""Representations: references to entities from other subgraphs of a federation."""

from collections.abc import Collection, Sequence
from typing import Any, Final, TypeAlias

from resolvers.errors import InvalidArgument, Path, TooManyElements
from resolvers.values.text import ARGUMENT_LENGTH, is_storable

MOST_REPRESENTATIONS: Final = 1_000
ARGUMENT: Final = "representations"
NO_ID: Final = (
    f"`id` must be a text of at most {ARGUMENT_LENGTH} characters, without U+0000 and lone surrogates."
)
Reference: TypeAlias = tuple[str, str]
"""The name of an entity's type, and its id."""


def read_representations(values: Sequence[Any], types: Collection[str]) -> list[Reference | InvalidArgument]:
    """The references of representations, in their order.

    A failure stands in the place of a malformed representation. Raises TooManyElements.
    """
    if len(values) > MOST_REPRESENTATIONS:
        raise TooManyElements(MOST_REPRESENTATIONS, path=(ARGUMENT,))
    return [_read(value, types, (ARGUMENT, index)) for index, value in enumerate(values)]


def _read(value: Any, types: Collection[str], path: Path) -> Reference | InvalidArgument:
    """The reference of one representation, or its failure.

    Only `__typename` and `id` are read, however large the rest is.
    """
    if not isinstance(value, dict):
        return InvalidArgument("A representation is an object with `__typename` and `id`.", path=path)
    type_name = value.get("__typename")
    if not isinstance(type_name, str) or type_name not in types:
        names = ", ".join(sorted(types))
        return InvalidArgument(f"`__typename` must be one of {names}.", path=(*path, "__typename"))
    entity_id = value.get("id")
    if type(entity_id) is int:  # which an ID may be as well (GraphQL 3.5.5)
        entity_id = str(entity_id)
    if not isinstance(entity_id, str) or len(entity_id) > ARGUMENT_LENGTH or not is_storable(entity_id):
        return InvalidArgument(NO_ID, path=(*path, "id"))
    return type_name, entity_id
