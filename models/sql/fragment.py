"""Separately compiled parts of statements.

Each part is compiled once. Parts are joined to statements as text. Compiling a condition takes milliseconds,
and a statement may have any selection of many conditions.
"""

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, TypeAlias

from sqlalchemy import ClauseElement, ColumnElement, Dialect, FromClause, literal_column, select

from models.sql.keys import is_key_parameter
from models.sql.prepared import READY, Prepared, Process, Row, prepare_text

MARK: Final = "\0"
"""Stands for a value in the SQL of a fragment."""
PLACES: Final = {"postgresql": re.compile(r"\$(\d+)"), "sqlite": re.compile(r"\?")}
NUMBERED: Final = {"postgresql": "$", "sqlite": "?"}
"""Stands before the number of a place: a value in several places is given once."""
HOLE: Final = re.compile(r"0 /\* (\w+) \*/")
BEGIN: Final = "begin"
END: Final = "end"
COLUMN: Final = "fragment"


@dataclass(frozen=True, slots=True)
class Given:
    """A value that each run gives.

    The name of the parameter, and the function to the driver's value of it.
    """

    name: str
    process: Process | None = field(compare=False)


Place: TypeAlias = Given | Any
"""`Given`, or the driver's value itself."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a statement, and its values in order."""

    sql: str
    places: tuple[Place, ...] = ()

    @property
    def size(self) -> int:
        """An estimate of its bytes."""
        return 500 + 2 * len(self.sql) + sum(map(sys.getsizeof, self.places))

    def with_names(self, names: Mapping[str, str]) -> "Fragment":
        """Return the fragment with other parameter names."""
        return Fragment(
            self.sql,
            tuple(
                Given(names[place.name], place.process)
                if isinstance(place, Given) and place.name in names
                else place
                for place in self.places
            ),
        )

    def filled(self, parts: Mapping[str, "Fragment"]) -> "Fragment":
        """Return the fragment with a part in each `hole`."""
        pieces: list[Fragment] = []
        done, used = 0, 0
        for hole in HOLE.finditer(self.sql):
            sql = self.sql[done : hole.start()]
            marks = sql.count(MARK)
            pieces += [Fragment(sql, self.places[used : used + marks]), parts[hole[1]]]
            done, used = hole.end(), used + marks
        return joined([*pieces, Fragment(self.sql[done:], self.places[used:])])


def hole(name: str, type_: Any = None) -> ColumnElement[Any]:
    """Return a column that `Fragment.filled` replaces."""
    return literal_column(f"0 /* {name} */", type_)


def joined(fragments: Iterable[Fragment], between: str = "") -> Fragment:
    """Join fragments to one."""
    parts = list(fragments)
    return Fragment(
        between.join([part.sql for part in parts]),
        tuple(chain.from_iterable([part.places for part in parts])),
    )


def template(statement: ClauseElement, dialect: Dialect) -> Fragment:
    """Compile a whole statement to a fragment."""
    text = prepare_text(statement, dialect)
    places: list[Place] = list(text.constants)
    for place, name, process in text.parameters:
        places[place] = Given(name, process)
    pattern = PLACES[dialect.name]
    if dialect.name == "postgresql":  # a value may stand in several places
        places = [places[int(number) - 1] for number in pattern.findall(text.sql)]
    return Fragment(pattern.sub(MARK, text.sql), tuple(places))


def fragment(column: ColumnElement[Any], dialect: Dialect, source: FromClause | None = None) -> Fragment:
    """Compile a column over a source.

    The source's joins have no parameters.
    """
    statement = select(hole(BEGIN), column.label(COLUMN), hole(END))
    made = template(statement if source is None else statement.select_from(source), dialect)
    sql = made.sql.partition(f"{hole(BEGIN)}, ")[2].rpartition(f" AS {COLUMN}, {hole(END)}")[0]
    return Fragment(sql, made.places)


def whole(made: Fragment, columns: Sequence[str], dialect: Dialect) -> Prepared:
    """Return a SELECT ready to run.

    It must not be the first statement of a transaction.
    """
    constants: list[Any] = []
    parameters: list[tuple[int, str, Process | None]] = []
    numbers: list[int] = []
    number_of: dict[str, int] = {}
    for place in made.places:
        if isinstance(place, Given) and place.name in number_of:
            numbers.append(number_of[place.name])
            continue
        if isinstance(place, Given):
            parameters.append((len(constants), place.name, place.process))
            number_of[place.name] = len(constants) + 1
        constants.append(None if isinstance(place, Given) else place)
        numbers.append(len(constants))
    first, *rest = made.sql.split(MARK)
    sign = NUMBERED[dialect.name]
    sql = "".join([first, *(f"{sign}{number}{part}" for number, part in zip(numbers, rest, strict=True))])
    others_than_keys = tuple(name for name in number_of if not is_key_parameter(name))
    read = None if dialect.name in READY else _reader(columns)
    return Prepared(sql, constants, tuple(parameters), None, others_than_keys, read)


def _reader(names: Sequence[str]) -> Callable[[Sequence[Any]], Sequence[Row]]:
    return lambda records: [dict(zip(names, record, strict=True)) for record in records]
