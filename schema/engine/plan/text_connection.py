"""Connections whose rows the database writes as text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql.execution.values import VariableValues
from orjson import Fragment

from models.sql.row_text import RowText
from resolvers.reading.list_text import ChildText
from resolvers.reading.page import ListQuery
from schema.engine.plan.question import Question
from schema.engine.plan.request import PlanRequest
from schema.vocabulary.relation import ToMany

Member = Callable[[Fragment, int | None], Any]
"""Shows a member, given the rows and their total number."""
PageSize = Callable[[VariableValues], int]
"""The most rows of a page."""


@dataclass(frozen=True, slots=True)
class TextRows:
    """The text of a list's rows; `children` are the lists inside each of them."""

    row: RowText
    children: "tuple[TextChildren, ...]"
    page_size: PageSize

    def narrowed(self, query: ListQuery) -> ListQuery:
        """The query for the text."""
        return replace(query, columns=self.row.columns, text=self.row, cursors=False)

    @property
    def weight(self) -> int:
        """How long its SQL takes to be built, with the lists inside."""
        return self.row.weight + sum(child.rows.weight for child in self.children)

    def most_rows(self, variables: VariableValues) -> int:
        """The most rows that the text has, those of the lists inside included."""
        inside = sum(child.rows.most_rows(variables) for child in self.children)
        return self.page_size(variables) * (1 + inside)


@dataclass(frozen=True, slots=True)
class TextChildren:
    """A list of each row, written inside it."""

    relation: ToMany
    question: Question
    rows: TextRows

    async def text(self, request: PlanRequest) -> ChildText:
        """The list as part of its parent's statement. Raises Forbidden or InvalidArgument."""
        list_request = self.question.of(request)
        children = self.relation.children(request.reader, **dict(list_request.selection))
        return await children.as_text(list_request.query, await texts_of(self.rows.children, request))


async def texts_of(children: Sequence[TextChildren], request: PlanRequest) -> list[ChildText]:
    """The lists as parts of their parent's statement."""
    return [await child.text(request) for child in children]


@dataclass(frozen=True, slots=True)
class TextConnection:
    """The selected members of a connection and its rows' text."""

    rows: TextRows
    members: tuple[tuple[str, Member], ...]
    counts: bool

    def object(self, text: str, total: int | None) -> dict[str, Any]:
        """The object of a connection whose rows have this text."""
        nodes = Fragment(text)
        return {key: member(nodes, total) for key, member in self.members}
