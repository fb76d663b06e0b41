"""The operations that filters need from a database.

Keys of JSON objects are always bind parameters, never parts of a path text, so a key
can hold any character. Text compares by code point.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from sqlalchemy import ColumnElement, Text, bindparam, literal

from models.filter.tree import NameParameter, Operator

Truth: TypeAlias = ColumnElement[bool]
Document: TypeAlias = ColumnElement[Any]
"""A JSON column, or an expression of the same type."""

STORED_INSTANT: Final = (
    r"^(?:[1-9]\d{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)"
    r"|02-(?:0[1-9]|1\d|2[0-8]))"
    r"|(?:[1-9]\d(?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[13579][26])00)-02-29)"
    r"(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d))?$"
)
"""Text in JSON that is an instant, in syntax that RE2, PostgreSQL and Python share.

It admits only what either database converts without an error, hence the calendar in it. Digits after the
third of a fraction are left out: instants are told apart to the millisecond.
"""


@dataclass(frozen=True, slots=True)
class JsonValue:
    """A JSON value in SQL, with a member per type.

    A member of another type is NULL.
    """

    text: ColumnElement[str]
    number: ColumnElement[float]
    boolean: ColumnElement[str]
    """`true` or `false`."""
    instant: ColumnElement[Any]
    """Comparable with `SqlDialect.instant`."""


class Bounds(NamedTuple):
    """Instants from the first to the last.

    None is no bound.
    """

    first: ColumnElement[Any] | None = None
    last: ColumnElement[Any] | None = None

    @classmethod
    def of(cls, operator: Operator, value: ColumnElement[Any]) -> "Bounds":
        """The bounds of the instants in this order to another."""
        match operator:
            case Operator.LESS | Operator.AT_MOST:
                return cls(last=value)
            case Operator.GREATER | Operator.AT_LEAST:
                return cls(first=value)
            case _:
                return cls(value, value)


class NumberBounds(NamedTuple):
    """Numbers from the first to the last.

    None is no bound.
    """

    first: float | None = None
    last: float | None = None


class EachInstant(NamedTuple):
    """The parts of a SELECT of the instants in a document.

    It has a row for each value: its WHERE joins them, `instant` may be NULL.
    """

    where: Sequence[Truth]
    instant: ColumnElement[Any]


class JsonOrder(NamedTuple):
    """Three sort keys for JSON values, never NULL.

    They sort as missing < false < true < numbers < text < the rest.
    """

    rank: ColumnElement[int]
    number: ColumnElement[float]
    text: ColumnElement[str]


class JsonRank:
    """The values of `JsonOrder.rank`."""

    MISSING: Final = 0
    FALSE: Final = 1
    TRUE: Final = 2
    NUMBER: Final = 3
    TEXT: Final = 4
    OTHER: Final = 5


def name_value(name: str) -> ColumnElement[str]:
    """Return a parameter for a name of a path.

    It has the name as its value, or is to be given with each run.
    """
    if isinstance(name, NameParameter):
        return bindparam(str(name), type_=Text)
    return literal(name, Text)


class SqlDialect(Protocol):
    """The SQL of one database for filters."""

    def found(self, pattern: str, text: ColumnElement[str]) -> Truth:
        """Whether the regular expression matches part of the text."""

    def instant(self, value: datetime) -> ColumnElement[Any]:
        """A parameter to compare with `JsonValue.instant`."""

    def within(
        self, instant: ColumnElement[Any], after: ColumnElement[Any], until: ColumnElement[Any]
    ) -> Truth:
        """Whether an instant lies in a period.

        It is later than `after`, and not later than `until`. The instant is computed once.
        """

    # A blank text counts as none in each of these (`models.blank`).

    def translation(self, translations: Document, tag: ColumnElement[str]) -> ColumnElement[str]:
        """The text in one language, or NULL."""

    def first_of(self, translations: Document, tags: str) -> ColumnElement[str]:
        """The text in the first language with one, or NULL.

        The languages are those in the parameter `tags`.
        """

    def first_translation(self, translations: Document) -> ColumnElement[str]:
        """The text in the alphabetically first language, or NULL.

        The case of the language's tag has no meaning.
        """

    def any_translation(self, translations: Document, holds: Callable[[ColumnElement[str]], Truth]) -> Truth:
        """Whether `holds` is true of the text in some language."""

    def any_value(
        self,
        document: Document,
        keys: tuple[str, ...],
        holds: Callable[[JsonValue], Truth],
        bounds: "Bounds | NumberBounds | None" = None,
    ) -> Truth:
        """Whether `holds` is true of the value under the keys.

        If that is an array, of some element.

        With bounds, it is true of nothing but instants or numbers within them: values far from them need not
        be read.
        """

    def elements(self, document: Document, keys: tuple[str, ...]) -> JsonValue | None:
        """The value under the keys, or the elements of an array.

        A SELECT of it has a row for each element. None where the database cannot tell elements so from other
        values.
        """

    def each_instant(self, document: Document, keys: tuple[str, ...], *bounds: Bounds) -> "EachInstant":
        """The instants of the value under the keys.

        If that is an array, of its elements. With bounds, instants within none of them may be missing.
        """

    def has_value(self, document: Document, keys: tuple[str, ...]) -> Truth:
        """Whether the value under the keys exists and is not null."""

    def json_order(self, document: Document, keys: tuple[str, ...]) -> JsonOrder:
        """The sort keys of the value under the keys."""
