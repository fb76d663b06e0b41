"""What a list in a plan is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from resolvers.language import LanguagePreference
from resolvers.page import ListQuery
from schema.list_arguments import ListContext
from schema.plan.arguments import ReadArguments
from schema.plan.connection import ConnectionShape
from schema.plan.request import PlanRequest
from schema.relation import Asked

MOST_LANGUAGES: Final = 100


class Askable(Protocol):
    """A list, as `schema.relation` declares it."""

    def asked(self, context: ListContext, arguments: Mapping[str, Any]) -> Asked: ...


@dataclass(frozen=True, slots=True)
class Question:
    """The query that a list is asked in each run, with the columns that its shape needs.

    Constant arguments ask the same of everybody who reads the same languages.
    """

    relation: Askable
    arguments: ReadArguments
    shape: ConnectionShape
    _known: dict[LanguagePreference, tuple[ListQuery, dict[str, Any]]] = field(default_factory=dict)

    def of(self, request: PlanRequest) -> tuple[ListQuery, dict[str, Any]]:
        """The query, and the arguments that choose which rows are in the list. Raises InvalidArgument."""
        if self.arguments.varying is not None:
            return self._asked(request)
        language = request.context.language
        known = self._known.get(language)
        if known is None:
            if len(self._known) >= MOST_LANGUAGES:
                self._known.clear()
            known = self._known[language] = self._asked(request)
        return known

    def _asked(self, request: PlanRequest) -> tuple[ListQuery, dict[str, Any]]:
        asked = self.relation.asked(request.context, self.arguments(request.variables))
        return self.shape.narrowed(asked.query), dict(asked.chosen)
