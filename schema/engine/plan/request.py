"""The state of one run of a plan."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson
from graphql.execution.values import VariableValues
from orjson import Fragment

from models.connection.failure import DatabaseFailure
from models.sql.prepared import Row
from models.sql.selection import is_one_text
from resolvers.access import Reader
from resolvers.values.language import LanguagePreference
from schema.vocabulary.context import Context

ShowText = Callable[[str | None], Any]
"""From JSON text of one or all translations to the shown value: JSON, a text or None."""
Language = Callable[[LanguagePreference, VariableValues], LanguagePreference]
"""The language of a field, for the request's own preference and variables. Raises InvalidArgument."""


@dataclass(slots=True)
class PlanInfo:
    """The `info` of fields computed by a plan."""

    context: Context


@dataclass
class PlanRequest:
    """A run: context, variables and cached rows.

    `languages` are those that the plan's fields name, by number.
    """

    context: Context
    reader: Reader
    variables: VariableValues
    languages: Sequence[LanguagePreference] = ()
    linked_rows: dict[Any, dict[Any, Row]] = field(default_factory=dict)
    texts: Mapping[str, str] | DatabaseFailure | None = None
    """The top-level lists that one statement has read, by response key, or its failure."""

    @cached_property
    def info(self) -> PlanInfo:
        return PlanInfo(self.context)

    def shows_text(self, number: int) -> ShowText:
        """The function for showing texts in a language.

        `number` is the number of the language; see `models.sql.selection.TranslationText`.
        """
        preference, default = self.languages[number], self.context.policy.default_language

        def show(text: str | None) -> Any:
            if text is None:
                return None
            if is_one_text(text):
                return Fragment(text)
            choice = preference.pick(orjson.loads(text), default)
            return choice[1] if choice else None

        return show
