"""Errors of filters, sorts and cursors, for their authors."""

from typing import Final

LONGEST_QUOTE: Final = 80


class FilterError(ValueError):
    """A filter is invalid.

    `key` is the path at fault, `position` its place in the text.
    """

    def __init__(self, message: str, *, key: str | None = None, position: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.key = key
        self.position = position


class SortError(FilterError):
    """The sort is invalid."""


class CursorError(FilterError):
    """The cursor is malformed or belongs to another list."""


def shortened(text: str) -> str:
    """Shorten input to the length of a quote in a message."""
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def require_storable(text: str, *, key: str | None = None, position: int | None = None) -> str:
    """Return the text if both databases can store it.

    Raises FilterError for NUL and for lone surrogates.
    """
    if "\x00" in text:
        raise FilterError("The character U+0000 is not allowed.", key=key, position=position)
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise FilterError("The text is not valid Unicode.", key=key, position=position)
    return text
