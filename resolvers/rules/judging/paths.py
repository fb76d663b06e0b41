"""Conditions of many rules on the values under one path, in one number with a bit for each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, literal_column, select

from models.connection.session import Session
from models.filter.dialects import dialect_named
from models.filter.shared import VALUE
from models.sql.fragment import Fragment, hole, joined

BITS: Final = 60
"""In one number: both databases have 63, and a sign."""
NO_OFFSET: Final[ColumnElement[int]] = literal_column("0")
"""Keeps the databases from working out a value again for each condition on it."""


@dataclass(frozen=True, slots=True)
class PathCondition:
    """A condition on a value under a path of a document, in SQL."""

    document: Any
    keys: tuple[str, ...]
    members: frozenset[str]
    condition: Fragment


@dataclass(frozen=True, slots=True)
class Path:
    """Conditions on the values under one path."""

    document: Any
    keys: tuple[str, ...]
    members: set[str] = field(default_factory=set)
    conditions: list[Fragment] = field(default_factory=list)

    def told(self, session: Session) -> Fragment:
        """A number with a bit for each condition that some value satisfies, NULL where there is no value."""
        element = dialect_named(session.dialect).elements(self.document, self.keys)
        members = [getattr(element, name).label(name) for name in sorted(self.members)]
        values = select(*members).offset(NO_OFFSET).subquery(VALUE)
        number = select(hole("bits")).select_from(values).scalar_subquery()
        bits = list(map(bit, range(BITS), self.conditions))
        if session.dialect == "postgresql":
            word = joined([Fragment("bit_or("), bit_sum(bits), Fragment(")")])
        else:
            word = bit_sum([joined([Fragment("max("), value, Fragment(")")]) for value in bits])
        return session.fragment(number, self.document.table).filled({"bits": word})


class Paths:
    """What rules ask of documents, each question once."""

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self._bits: dict[PathCondition, Fragment] = {}
        self._open: dict[tuple[str, tuple[str, ...]], int] = {}

    def bit_of(self, question: PathCondition) -> Fragment:
        """The condition in SQL that the question is answered with yes."""
        if question not in self._bits:
            where = question.document.table.name, question.keys
            number = self._open.get(where)
            if number is None or len(self.paths[number].conditions) == BITS:
                number = self._open[where] = len(self.paths)
                self.paths.append(Path(question.document, question.keys))
            path = self.paths[number]
            self._bits[question] = Fragment(f"((paths.path_{number} & {1 << len(path.conditions)}) != 0)")
            path.conditions.append(question.condition)
            path.members.update(question.members)
        return self._bits[question]


def bit(number: int, condition: Fragment) -> Fragment:
    """A number with this bit where the condition holds, else 0."""
    return joined([Fragment("CASE WHEN "), condition, Fragment(f" THEN {1 << number} ELSE 0 END")])


def bit_sum(numbers: Iterable[Fragment]) -> Fragment:
    """The sum of numbers."""
    return joined(numbers, " + ")
