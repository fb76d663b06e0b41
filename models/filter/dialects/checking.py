"""A dialect without a database, for checks of conditions.

A condition that compiles for it compiles for all. The faults of a condition do not depend on the database,
and its SQL takes milliseconds to build.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Double, Integer, Text, literal_column, true

from models.filter.dialects.base import (
    Bounds,
    Document,
    EachInstant,
    JsonOrder,
    JsonValue,
    NumberBounds,
    Truth,
)
from models.filter.pattern import postgresql_pattern, re2_pattern
from models.tables.columns import UtcDateTime

_TEXT: Final = literal_column("''", Text)
_INSTANT: Final = literal_column("''", UtcDateTime)
_NUMBER: Final = literal_column("0", Double)
_VALUE: Final = JsonValue(text=_TEXT, number=_NUMBER, boolean=_TEXT, instant=_INSTANT)


class CheckingDialect:
    """See `SqlDialect`."""

    def found(self, pattern: str, text: ColumnElement[str]) -> Truth:
        del text
        re2_pattern(pattern)
        postgresql_pattern(pattern)
        return true()

    def instant(self, value: datetime) -> ColumnElement[Any]:
        del value
        return _INSTANT

    def within(
        self, instant: ColumnElement[Any], after: ColumnElement[Any], until: ColumnElement[Any]
    ) -> Truth:
        del instant, after, until
        return true()

    def translation(self, translations: Document, tag: ColumnElement[str]) -> ColumnElement[str]:
        del translations, tag
        return _TEXT

    def first_of(self, translations: Document, tags: str) -> ColumnElement[str]:
        del translations, tags
        return _TEXT

    def first_translation(self, translations: Document) -> ColumnElement[str]:
        del translations
        return _TEXT

    def any_translation(self, translations: Document, holds: Callable[[ColumnElement[str]], Truth]) -> Truth:
        del translations
        return holds(_TEXT)

    def any_value(
        self,
        document: Document,
        keys: tuple[str, ...],
        holds: Callable[[JsonValue], Truth],
        bounds: Bounds | NumberBounds | None = None,
    ) -> Truth:
        del document, keys, bounds
        return holds(_VALUE)

    def elements(self, document: Document, keys: tuple[str, ...]) -> JsonValue | None:
        del document, keys
        return _VALUE

    def each_instant(self, document: Document, keys: tuple[str, ...], *bounds: Bounds) -> EachInstant:
        del document, keys, bounds
        return EachInstant([], _INSTANT)

    def has_value(self, document: Document, keys: tuple[str, ...]) -> Truth:
        del document, keys
        return true()

    def json_order(self, document: Document, keys: tuple[str, ...]) -> JsonOrder:
        del document, keys
        return JsonOrder(literal_column("0", Integer), _NUMBER, _TEXT)
