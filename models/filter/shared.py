"""Conditions on values in documents, evaluated together.

Several conditions on the same values share one walk through them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import Final

from sqlalchemy import Boolean, Column, Double, Text, literal_column
from sqlalchemy.sql.visitors import iterate

from models.filter.dialects.base import JsonValue, SqlDialect, Truth
from models.sql.fragment import hole
from models.tables.columns import UtcDateTime

VALUE: Final = "value"
"""The table of the values in the conditions. Its columns are the members of `JsonValue`."""
_VALUE: Final = JsonValue(
    text=literal_column(f"{VALUE}.text", Text),
    number=literal_column(f"{VALUE}.number", Double),
    boolean=literal_column(f"{VALUE}.boolean", Text),
    instant=literal_column(f"{VALUE}.instant", UtcDateTime),
)

_COLUMNS: Final = {
    shared_document.name: getattr(_VALUE, shared_document.name) for shared_document in fields(JsonValue)
}


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A condition on a value under some names of a document.

    It also says which members of the value it reads.
    """

    document: Column[dict[str, object]]
    keys: tuple[str, ...]
    clause: Truth
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class SharedValues:
    """The conditions of one filter on values in documents.

    In the place of each, the filter's SQL has the hole `asked_0` and so on.
    """

    documents: Sequence[Column[dict[str, object]]]
    asked: list[Asked] = field(default_factory=list)

    def any_value(
        self,
        document: object,
        keys: tuple[str, ...],
        holds: Callable[[JsonValue], Truth],
        dialect: SqlDialect,
    ) -> Truth | None:
        """Register a condition for some value under the keys.

        It is evaluated later; None where that is not possible.
        """
        for shared in self.documents:
            if shared is document and dialect.elements(shared, keys) is not None:
                return self._ask(shared, keys, holds(_VALUE))
        return None

    def _ask(self, document: Column[dict[str, object]], keys: tuple[str, ...], clause: Truth) -> Truth | None:
        looked_at = set(map(id, iterate(clause)))
        members = frozenset(name for name, column in _COLUMNS.items() if id(column) in looked_at)
        if not members:
            return None
        self.asked.append(Asked(document, keys, clause, members))
        return hole(f"asked_{len(self.asked) - 1}", Boolean)
