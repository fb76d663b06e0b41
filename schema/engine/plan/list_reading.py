"""How the lists of an operation may be read."""

from typing import NamedTuple

from resolvers.visibility import writes_beyond_own_view
from schema.vocabulary.context import Context


class ListReading(NamedTuple):
    """How lists may be read; an operation has a plan for each way."""

    join: bool
    """Whether who sees a row sees all that it links to, so that the list can join it, also as text."""
    in_one: bool
    """Whether one statement reads several lists as text, and lists inside their rows."""


def list_reading(context: Context) -> ListReading:
    """The way for this caller and database."""
    return ListReading(join=not writes_beyond_own_view(context.caller), in_one=not context.database.is_sqlite)
