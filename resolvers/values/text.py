"""Checks texts, ids and JSON before they are stored.

Every database and client can represent the accepted values.

Each function returns the value to store, or raises InvalidInput (or the given error class)
at `path`. PostgreSQL refuses U+0000 and UTF-8 has no lone surrogates, so neither gets past here.
"""

import re
from collections.abc import Iterable
from math import isfinite
from operator import itemgetter
from typing import Any, TypeAlias

import orjson

from resolvers.errors import GatewayError, InvalidArgument, InvalidInput, Path
from resolvers.values.json_text import INT64, InexactNumber

ID_LENGTH = 128
SITE_CODE_LENGTH = 256
ARGUMENT_LENGTH = 255
"""Characters of an id in an argument: more than any stored id has."""
TEXT_LENGTH = 10_000
MOST_TRANSLATIONS = 1_000
TRANSLATIONS_BYTES = 65_536
"""UTF-8 of all translations of one member together, with their language tags."""
JSON_BYTES = 262_144
JSON_DEPTH = 100

INEXACT = "The number would change: numbers are whole ones of 64 bits, and decimals that a double holds."

SEGMENT_ID = re.compile(rf"[A-Za-z0-9_.:~-]{{1,{ID_LENGTH}}}")
RESERVED_SEGMENT_IDS = frozenset({".", "..", "bulk", "search", "match", "items", "me"})
FOREIGN_ID = re.compile(rf"[^/\x00-\x1f\x7f-\x9f]{{1,{ID_LENGTH}}}")


def is_storable(text: str) -> bool:
    """Whether the text can be stored.

    It has neither U+0000 nor lone surrogates, which not every database and client can represent.
    """
    if "\0" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def checked_text(value: Any, path: Path, *, length: int = TEXT_LENGTH) -> str:
    """The text, checked for characters and length.

    It has no U+0000 and no lone surrogates, and at most `length` characters.
    """
    if not isinstance(value, str):
        raise InvalidInput("A text is expected.", path=path)
    if not is_storable(value):
        raise InvalidInput(
            "The text holds a character that cannot be stored (U+0000 or a lone surrogate).", path=path
        )
    if len(value) > length:
        raise InvalidInput(f"The text is longer than {length:,} characters.", path=path)
    return value


def require_short(values: Iterable[str], path: Path, *, length: int = ARGUMENT_LENGTH) -> None:
    """Refuse arguments longer than any stored value.

    This happens before they are looked for or cached.

    Raises InvalidArgument.
    """
    for value in values:
        if len(value) > length:
            raise InvalidArgument(f"At most {length} characters are expected.", path=path)


def require_short_site(site_code: str | None) -> None:
    """Refuse a site code longer than any stored one."""
    if site_code is not None:
        require_short([site_code], ("siteCode",), length=SITE_CODE_LENGTH)


def checked_segment_id(value: Any, path: Path, error: type[GatewayError] = InvalidInput) -> str:
    """The checked id of a segment.

    It has only characters of a URL path that need no escape, and is no reserved word (behaviour D24).
    """
    if not isinstance(value, str) or not SEGMENT_ID.fullmatch(value):
        raise error(f"A segment id has 1 to {ID_LENGTH} of the characters A-Z a-z 0-9 _ . : ~ -", path=path)
    if value in RESERVED_SEGMENT_IDS:
        raise error(f"The id {value!r} is reserved.", path=path)
    return value


def checked_id(
    value: Any,
    path: Path,
    *,
    reserved: frozenset[str] = frozenset(),
    error: type[GatewayError] = InvalidInput,
) -> str:
    """The checked id of a record (behaviour D24).

    The record is a customer, legal entity, product or category.
    """
    if not isinstance(value, str) or not FOREIGN_ID.fullmatch(value) or not is_storable(value):
        raise error(f"An id has 1 to {ID_LENGTH} characters without / and control characters.", path=path)
    if value in reserved:
        raise error(f"The id {value!r} is reserved.", path=path)
    return value


def checked_json_object(value: Any, path: Path) -> dict[str, Any]:
    """The checked JSON object in canonical form.

    Both databases return the form unchanged (see `_canonical`).
    """
    if not isinstance(value, dict):
        raise InvalidInput("An object is expected.", path=path)
    canonical: dict[str, Any] = checked_json(value, path)
    if len(orjson.dumps(canonical)) > JSON_BYTES:
        raise InvalidInput(f"The object is larger than {JSON_BYTES:,} bytes.", path=path)
    return canonical


def checked_json(value: Any, path: Path) -> Any:
    """The checked JSON value, in canonical form.

    It could be part of a stored object; its size is not checked.
    """
    return _canonical(value, (None, path), JSON_DEPTH)


_Steps: TypeAlias = tuple[Any, Any]
"""A path as the parent's path and the last step. All steps are listed only for an error."""


def _written_out(steps: _Steps) -> Path:
    parent, last = steps
    return last if parent is None else (*_written_out(parent), last)


def _canonical(value: Any, steps: _Steps, depth: int) -> Any:
    """The value with sorted keys and whole numbers as integers.

    JSONB keeps neither the order of keys nor the text of a number.
    """
    if depth == 0:
        raise InvalidInput(
            f"The value is nested deeper than {JSON_DEPTH} levels.", path=_written_out(steps)[:4]
        )
    match value:
        case None | bool():
            return value
        case str():
            return _storable(value, steps, JSON_BYTES)
        case int() | float():
            return _canonical_number(value, steps)
        case dict():
            return {
                _storable(key, steps, ID_LENGTH): (
                    item if depth > 1 and _is_canonical(item) else _canonical(item, (steps, key), depth - 1)
                )
                for key, item in sorted(value.items(), key=itemgetter(0))
            }
        case list():
            return [
                item if depth > 1 and _is_canonical(item) else _canonical(item, (steps, index), depth - 1)
                for index, item in enumerate(value)
            ]
        case InexactNumber():
            raise InvalidInput(INEXACT, path=_written_out(steps))
        case _:
            raise InvalidInput("A JSON value is expected.", path=_written_out(steps))


def _is_canonical(item: Any) -> bool:
    """Whether `_canonical` certainly returns the item unchanged.

    It is a fast check for most numbers and texts.
    """
    kind = type(item)
    if kind is float:
        return isfinite(item) and not item.is_integer()
    if kind is str:
        return len(item) <= JSON_BYTES and item.isascii() and "\0" not in item
    return kind is int and item in INT64


def _storable(text: Any, steps: _Steps, length: int) -> str:
    try:
        return checked_text(text, (), length=length)
    except InvalidInput as error:
        raise InvalidInput(error.message, path=_written_out(steps)) from None


def _canonical_number(value: float, steps: _Steps) -> float:
    if isinstance(value, float):
        if not isfinite(value):
            raise InvalidInput("The number is not finite.", path=_written_out(steps))
        if not value.is_integer():
            return value
        value = int(value)
    if value not in INT64:
        message = "The number is too large: whole numbers have 64 bits."
        raise InvalidInput(message, path=_written_out(steps))
    return value


def same_json(left: Any, right: Any) -> bool:
    """Whether two canonical values are equal as JSON.

    Python's 1 and true are equal, those of JSON are not.
    """
    return orjson.dumps(left, option=orjson.OPT_SORT_KEYS) == orjson.dumps(right, option=orjson.OPT_SORT_KEYS)
