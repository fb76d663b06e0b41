"""What one run of a plan knows and remembers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graphql.execution.values import VariableValues

from models.prepared import Row
from resolvers.access import Reader
from resolvers.language import LanguagePreference
from schema.context import Context

PickText = Callable[[Mapping[str, str] | None], str | None]


@dataclass(slots=True)
class PlanInfo:
    """What fields that a plan computes are handed as their `info`."""

    context: Context


@dataclass
class PlanRequest:
    """One run: the caller's context, the variables, and the rows found so far by what found them."""

    context: Context
    reader: Reader
    variables: VariableValues
    found: dict[Any, dict[Any, Row]] = field(default_factory=dict)

    @cached_property
    def info(self) -> PlanInfo:
        return PlanInfo(self.context)

    def picker(self, preference: LanguagePreference | None) -> PickText:
        """A function from translations to the one text to show."""
        chosen = preference or self.context.language
        default = self.context.policy.default_language
        best = chosen.lookup_tags(default)[0]

        def pick(texts: Mapping[str, str] | None) -> str | None:
            if not texts:
                return None
            text = texts.get(best)
            if text is not None:
                return text
            picked = chosen.pick(texts, default)
            return picked[1] if picked else None

        return pick
