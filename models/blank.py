"""Blank text: empty, or made of white space alone.

A translation that is blank counts as missing.

Python and both databases use this definition, so that they agree on every text.
"""

from typing import Final

from sqlalchemy import ColumnElement, Text, collate, literal

WHITE_SPACE: Final = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""The characters of which `str.isspace` is true: Unicode's, and the four separators of ASCII."""


def is_blank(text: str) -> bool:
    """Whether the text has only white space.

    The empty text too is blank.
    """
    return not text or text.isspace()


HAS_TEXT: Final = f"[^{WHITE_SPACE}]"
"""A regular expression for PostgreSQL, where `ltrim` with many characters takes four times as long."""


def has_text(text: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the text is not blank, on PostgreSQL.

    NULL for NULL.
    """
    return collate(text, "C").op("~", is_comparison=True)(literal(HAS_TEXT, Text))
