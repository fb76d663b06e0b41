"""Reads document members from rows.

A row has the values as they are stored, or as text that is passed on.
"""

from typing import Any, Final, Protocol

import orjson
from orjson import Fragment
from sqlalchemy import Table

from models.blank import is_blank
from models.sql.prepared import Row
from models.sql.selection import TEXT_KEYS, Wanted, is_one_text, text_columns, translation_key
from models.tables.columns import instant_text
from resolvers.values.language import LanguagePreference

NOTHING: Final = "{}"
EMPTY: Final = (NOTHING, "[]")
NONE_TO_SHOW: Final = Fragment(NOTHING)
"""An empty map, for translations without a text for this reader. An empty column shows nothing."""


class Members(Protocol):
    """Reads converted values from a row.

    Empty or None means that the value is not shown.
    """

    def json(self, row: Row, column: str) -> Any: ...
    def localized(self, row: Row, column: str) -> Any: ...
    def instant(self, row: Row, column: str) -> str | None: ...


class StoredMembers:
    """Reads rows with parsed values.

    The document can be processed further.
    """

    def json(self, row: Row, column: str) -> Any:
        return row[column]

    def localized(self, row: Row, column: str) -> Any:
        return row[column]

    def instant(self, row: Row, column: str) -> str | None:
        instant = row[column]
        return None if instant is None else instant_text(instant)


STORED: Final = StoredMembers()


class TextMembers:
    """Reads rows with text values, for encoding only.

    `columns` selects the text. The document can only be encoded, and is made fast. Localized texts are maps
    in the reader's language (behaviour D11, D12), at most one: the `Reader` of the rows needs these
    `languages`.
    """

    def __init__(self, language: LanguagePreference, default_language: str) -> None:
        self._language = language
        self._default_language = default_language
        self.languages = (language.looked_up(default_language),)
        self._first = self.languages[0].tags[0]

    def columns(self, table: Table, *localized: str) -> frozenset[Wanted]:
        """All columns of a table, as text."""
        return text_columns(table, localized, in_one_language=not self._language.wants_all)

    def json(self, row: Row, column: str) -> Any:
        text = row[TEXT_KEYS[column]]
        return None if text is None or text in EMPTY else Fragment(text)

    def localized(self, row: Row, column: str) -> Any:
        if self._language.wants_all:
            return self.json(row, column)
        text = row[translation_key(column, 0)]
        if is_one_text(text):
            return {self._first: Fragment(text)}
        if text == NOTHING:
            return None
        translations = orjson.loads(text)
        best = translations.get(self._first)
        if best is not None and not is_blank(best):
            return {self._first: best}
        return self._language.shown(translations, self._default_language) or NONE_TO_SHOW

    def instant(self, row: Row, column: str) -> str | None:
        text: str | None = row[TEXT_KEYS[column]]
        return text
