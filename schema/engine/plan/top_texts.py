"""The top-level lists of an operation that are read as text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from graphql.execution.values import VariableValues

from models.connection.failure import DATABASE_FAILURES, DatabaseFailure
from resolvers.reading.list_text import ListText, list_texts
from resolvers.reading.listing import RowList
from resolvers.reading.page import ListQuery
from schema.engine.plan.question import Question
from schema.engine.plan.request import PlanRequest
from schema.engine.plan.text import MOST_WEIGHT
from schema.engine.plan.text_connection import TextRows, texts_of
from schema.vocabulary.relation import TopList

MOST_ROWS: Final = 1_000
"""The most rows that one statement writes as text: the database holds them in memory."""


@dataclass(frozen=True, slots=True)
class TopText:
    """A top-level list as text."""

    top: TopList
    question: Question
    rows: TextRows

    async def text(self, request: PlanRequest) -> str:
        """The JSON of the list, read by a statement of its own. Raises Forbidden or InvalidArgument."""
        rows, query = self._list(request)
        return await rows.text(query)

    async def total(self, request: PlanRequest) -> int:
        """The number of rows of the whole list."""
        rows, query = self._list(request)
        return await rows.total(query)

    async def as_text(self, request: PlanRequest) -> ListText:
        """The list as part of a statement. Raises Forbidden or InvalidArgument."""
        rows, query = self._list(request)
        return await rows.as_text(query, await texts_of(self.rows.children, request))

    def _list(self, request: PlanRequest) -> tuple[RowList, ListQuery]:
        list_request = self.question.of(request)
        return self.top.rows(request.reader, **dict(list_request.selection)), list_request.query


@dataclass(frozen=True, slots=True, eq=False)
class TopTexts:
    """The lists that one statement reads, by response key. They grow while the operation is compiled."""

    lists: dict[str, TopText] = field(default_factory=dict)

    async def text(self, key: str, request: PlanRequest) -> str:
        """The JSON of a list.

        The first call reads all lists, and its failure is that of all. Raises Forbidden or InvalidArgument.
        """
        if request.texts is None:
            request.texts = await self._read(request)
        if isinstance(request.texts, DatabaseFailure):
            raise request.texts
        return request.texts[key]

    async def _read(self, request: PlanRequest) -> Mapping[str, str] | DatabaseFailure:
        try:
            lists = [await top_text.as_text(request) for top_text in self.lists.values()]
            return dict(zip(self.lists, await list_texts(request.reader, lists), strict=True))
        except DATABASE_FAILURES as failure:
            return failure

    def fit(self, variables: VariableValues) -> bool:
        """Whether the lists are few and small enough for one statement."""
        rows = [top_text.rows for top_text in self.lists.values()]
        return (
            sum(text_rows.weight for text_rows in rows) <= 2 * MOST_WEIGHT
            and sum(text_rows.most_rows(variables) for text_rows in rows) <= MOST_ROWS
        )
