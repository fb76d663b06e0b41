"""The request of a list in a plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Final, Protocol

from models.cache import Cache, size_of
from resolvers.access import Reader
from resolvers.reading.page import ListQuery
from schema.engine.plan.arguments import ReadArguments
from schema.engine.plan.request import PlanRequest
from schema.vocabulary.list_arguments import ListContext
from schema.vocabulary.relation import ListRequest

QUESTIONS: Final = Cache("questions", share=0.07, size_of=lambda key, request: 2 * size_of(key, request))
"""Queries by question, language and variables. A query's meaning is cached with it, and is as large."""


class Shape(Protocol):
    """What is shown of a list."""

    def narrowed(self, query: ListQuery) -> ListQuery: ...


class Askable(Protocol):
    """A list, as `schema.vocabulary.relation` declares it."""

    def request(self, context: ListContext, reader: Reader, arguments: Mapping[str, Any]) -> ListRequest: ...


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A list's request, cached for equal variables.

    It reads the columns of the list's shape. Runs with equal languages and variables have equal requests.
    """

    relation: Askable
    arguments: ReadArguments
    shape: Shape
    number: int = field(default_factory=count().__next__)
    """The number of the question in the cache, whose key would otherwise keep the whole plan alive."""

    def of(self, request: PlanRequest) -> ListRequest:
        """The list request of one run.

        Raises Forbidden or InvalidArgument.
        """
        variables = self.arguments.values_used(request.variables)
        if variables is None:
            return self._of(request)
        key = (self.number, request.context.language, variables)
        return QUESTIONS.get(key, lambda: self._of(request), at_second_request=True)

    def _of(self, request: PlanRequest) -> ListRequest:
        arguments = self.arguments(request.variables)
        list_request = self.relation.request(request.context, request.reader, arguments)
        return replace(list_request, query=self.shape.narrowed(list_request.query))
