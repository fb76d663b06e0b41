"""Lists as text, several of them in one statement.

PostgreSQL writes the text of a list as one value: inside the text of another list's row, if it belongs to
that row. The parameters of each list get names of their own.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import BindParameter, FromClause, Select, bindparam, select
from sqlalchemy.sql.visitors import replacement_traverse

from models.sql.prepared import Prepared
from models.sql.row_text import WriteList
from resolvers.access import Reader
from resolvers.background import in_background


@dataclass(frozen=True, slots=True)
class ListText:
    """A list as text.

    `key` identifies its SQL, which is cached if it `is_kept`; `values` are the parameters by name.
    """

    key: Hashable
    is_kept: bool
    values: Mapping[str, Any]
    build: Callable[[], Select[Any]]

    def renamed(self, prefix: str) -> "ListText":
        """The same list with a prefix for the names of its parameters."""
        return replace(
            self,
            values=_with_prefix(self.values, prefix),
            build=lambda: _renamed(self.build(), self.values, prefix),
        )


@dataclass(frozen=True, slots=True)
class ChildText:
    """A list inside the rows of another list, as text; see `ListText`."""

    key: Hashable
    is_kept: bool
    values: Mapping[str, Any]
    build: WriteList

    def renamed(self, prefix: str) -> "ChildText":
        """The same list with a prefix for the names of its parameters."""
        return replace(
            self,
            values=_with_prefix(self.values, prefix),
            build=lambda key, rows: _renamed(self.build(key, rows), self.values, prefix, rows),
        )


def inside(children: Sequence[ChildText]) -> list[ChildText]:
    """The lists inside one row; their parameters have different names."""
    return [child.renamed(f"child_{number}_") for number, child in enumerate(children)]


async def list_texts(reader: Reader, lists: Sequence[ListText]) -> list[str]:
    """Return the JSON of each list, read by one statement on PostgreSQL.

    Raises DatabaseUnavailable or StatementTimeout.
    """
    parts = (
        lists if len(lists) == 1 else [part.renamed(f"list_{number}_") for number, part in enumerate(lists)]
    )

    def build() -> Prepared:
        texts = [part.build().scalar_subquery() for part in parts]
        columns = [text.label(f"text_{number}") for number, text in enumerate(texts)]
        return reader.snapshot.prepare(select(*columns), keeps_source=False)

    if all(part.is_kept for part in parts):
        statement = await reader.built_in_background(("texts", *(part.key for part in parts)), build)
    else:
        statement = await in_background(build)
    [row] = await reader.rows(statement, **values_of(parts))
    return [joined_rows([row[f"text_{number}"]]) for number in range(len(parts))]


def values_of(lists: Iterable[ListText | ChildText]) -> dict[str, Any]:
    """The parameters of several lists, whose names differ."""
    return {name: value for part in lists for name, value in part.values.items()}


def joined_rows(texts: Iterable[str | None]) -> str:
    """The JSON of a list, given that of its rows, one or several in each text."""
    return f"[{','.join(filter(None, texts))}]"


def _with_prefix(values: Mapping[str, Any], prefix: str) -> Mapping[str, Any]:
    return {f"{prefix}{name}": value for name, value in values.items()}


def _renamed(statement: Select[Any], names: Collection[str], prefix: str, *outer: FromClause) -> Select[Any]:
    """The statement with other names of parameters; `outer` is what it only refers to."""

    def renamed(element: Any, **_: Any) -> Any:
        if isinstance(element, BindParameter) and element.key in names:
            return bindparam(f"{prefix}{element.key}", type_=element.type)
        return None

    return cast("Select[Any]", replacement_traverse(statement, {"stop_on": outer}, renamed))
