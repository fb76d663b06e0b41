"""Statements compiled by SQLAlchemy and run by the driver.

They are compiled once, and run again and again. Running a statement through SQLAlchemy's own connection takes
three to five times what the driver takes.
"""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from sqlalchemy import ClauseElement, Dialect, Select
from sqlalchemy.sql.visitors import iterate

from models.sql.keys import is_key_parameter

Parameters: TypeAlias = Mapping[str, Any]
Query: TypeAlias = Select[*tuple[Any, ...]]
Process: TypeAlias = Callable[[Any], Any]


class Row(Protocol):
    """A read-only map from column to value.

    This is the least that every driver can give. Iterating over a row means different things for different
    drivers, so it is not promised.
    """

    def __getitem__(self, column: str, /) -> Any: ...
    def get(self, column: str, /) -> Any: ...
    def keys(self) -> Iterable[str]: ...
    def values(self) -> Iterable[Any]: ...


class Target(NamedTuple):
    """A table of PostgreSQL with the columns that are copied to it."""

    table: str
    columns: Sequence[str]


class Run(NamedTuple):
    """A statement with its arguments for each time that it runs.

    A `target` is of a COPY, whose arguments are the rows.
    """

    sql: str
    arguments: Sequence[Sequence[Any]]
    target: Target | None = None


STATEMENT_BYTES: Final = 15_000
"""The bytes of a statement of a few clauses, measured with tracemalloc: its columns and its row reader."""
CLAUSE_BYTES: Final = 800
"""The bytes of each element of a clause once it was compiled, measured in the same way."""

READY: Final = frozenset({"postgresql"})
"""Databases whose driver gives rows that can be read by column name, with values as we want them."""


@dataclass(frozen=True, slots=True, eq=False)
class PreparedText:
    """A statement in the form of one driver."""

    sql: str
    constants: Sequence[Any]
    """The driver's value for each place of the SQL, None where a parameter has to be given."""
    parameters: tuple[tuple[int, str, Process | None], ...]
    """The places of these parameters, with the name of each and the function to the driver's value."""

    def arguments(self, values: Parameters) -> list[Any]:
        """Return the driver's values, in the order of the SQL.

        Raises KeyError where one is missing.
        """
        arguments = list(self.constants)
        for place, name, process in self.parameters:
            value = values[name]
            arguments[place] = value if process is None else process(value)
        return arguments

    def run(self, values: Parameters) -> Run:
        """Return the statement with its values, to run once."""
        return Run(self.sql, [self.arguments(values)])


@dataclass(frozen=True, slots=True, eq=False)
class Prepared(PreparedText):
    """A SELECT in the form of one driver.

    `source` is what SQLAlchemy runs where it is the first statement of a transaction. It takes up to twenty
    times as much memory as the rest, so a statement that only snapshots run has none.
    """

    source: Query | None
    _names_without_keys: tuple[str, ...]
    read: Callable[[Sequence[Any]], Sequence[Row]] | None

    @property
    def is_ready(self) -> bool:
        """Whether the driver's records need no conversion to rows."""
        return self.read is None

    def values_without_keys(self, values: Parameters) -> tuple[Any, ...]:
        """Return the values of all parameters but the keys.

        Two runs with the same values differ in the keys alone.
        """
        return tuple(map(values.__getitem__, self._names_without_keys))

    @property
    def size(self) -> int:
        """An estimate of its bytes.

        Without those of the statement's clauses.
        """
        return STATEMENT_BYTES + 2 * len(self.sql) + sum(map(sys.getsizeof, self.constants))

    def rows(self, records: Sequence[Any]) -> Sequence[Row]:
        """Return the driver's records as rows."""
        return records if self.read is None else self.read(records)


def clause_size(clauses: Iterable[ClauseElement]) -> int:
    """Estimate the bytes of clauses.

    Those inside them are included.
    """
    return CLAUSE_BYTES * sum(1 for clause in clauses for _ in iterate(clause))


def prepare(statement: Query, dialect: Dialect, *, keeps_source: bool = True) -> Prepared:
    """Compile a SELECT.

    Parameters without a value are given with each run.
    """
    text = prepare_text(statement, dialect)
    names = tuple(name for _, name, _ in text.parameters if not is_key_parameter(name))
    source = statement if keeps_source else None
    return Prepared(text.sql, text.constants, text.parameters, source, names, _reader(statement, dialect))


def prepare_text(statement: ClauseElement, dialect: Dialect) -> PreparedText:
    """Compile a statement of any kind.

    Nothing of its answer is read.
    """
    compiled: Any = statement.compile(dialect=dialect)
    required = {name for name, bind in compiled.binds.items() if bind.required}
    # A list in the statement becomes one place for each of its elements.
    expanded = compiled.construct_expanded_state(dict.fromkeys(required))
    processes: dict[str, Any] = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
    }
    processes.update(expanded.processors)
    constants: list[Any] = []
    parameters: list[tuple[int, str, Process | None]] = []
    for place, name in enumerate(expanded.positiontup or ()):
        process = processes.get(name)
        if name in required:
            parameters.append((place, name, process))
            constants.append(None)
        else:
            value = expanded.parameters[name]
            constants.append(value if process is None else process(value))
    return PreparedText(expanded.statement, constants, tuple(parameters))


def _reader(statement: Query, dialect: Dialect) -> Callable[[Sequence[Any]], Sequence[Row]] | None:
    """Return a function from the driver's records to rows.

    None where they are rows already.
    """
    if dialect.name in READY:
        return None
    names = [column.name for column in statement.selected_columns]
    processes = [
        column.type.dialect_impl(dialect).result_processor(dialect, None)
        for column in statement.selected_columns
    ]
    scope: dict[str, Any] = {f"p{index}": process for index, process in enumerate(processes)}
    values = [
        f"{name!r}: v{index}" if process is None else f"{name!r}: p{index}(v{index})"
        for index, (name, process) in enumerate(zip(names, processes, strict=True))
    ]
    variables = "".join(f"v{index}, " for index in range(len(names)))
    source = f"lambda records: [{{{', '.join(values)}}} for {variables} in records]"
    read: Callable[[Sequence[Any]], Sequence[Row]] = eval(source, scope)  # noqa: S307  (our own text)
    return read
