"""The limits themselves, and the refusal of what is beyond one."""

from dataclasses import dataclass, replace
from typing import Final

from graphql import GraphQLError

NOUNS: Final = {
    "characters": "characters",
    "tokens": "tokens",
    "depth": "levels of nested fields",
    "nesting": "selections inside one another",
    "aliases": "aliases",
    "root_fields": "fields at its root",
    "directives": "directives",
    "fields": "fields",
    "same_name": "fields of one response name",
    "inputs": "input objects in the variables of a query",
    "nodes": "objects in its estimated answer",
    "introspection": "values in its answer about the schema",
}
LIMIT_EXCEEDED: Final = "LIMIT_EXCEEDED"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one operation may have at most; everything is counted with its fragments expanded.

    Selections below `__schema` and `__type` have limits of their own: they are as deep as types are
    wrapped, and their answer depends on nothing that is stored.
    """

    characters: int = 100_000
    tokens: int = 2_000
    depth: int = 15
    aliases: int = 30
    root_fields: int = 20
    directives: int = 10
    fields: int = 1_000
    same_name: int = 100
    validation_errors: int = 5
    inputs: int = 500
    nodes: int = 50_000
    introspection: bool = True
    introspection_depth: int = 30
    introspection_directives: int = 100
    introspection_values: int = 50_000

    @property
    def below_schema(self) -> "Limits":
        """What selections below `__schema` and `__type` may have."""
        return replace(
            self,
            depth=self.introspection_depth,
            directives=self.introspection_directives,
            same_name=self.fields,
        )


class LimitExceeded(GraphQLError):
    """The document is larger than it may be. `found` is where counting stopped."""

    def __init__(self, limit: str, maximum: int, actual: int) -> None:
        super().__init__(
            f"This document has {actual:,} {NOUNS[limit]}; at most {maximum:,} are allowed.",
            extensions={"code": LIMIT_EXCEEDED, "limit": limit, "maximum": maximum, "found": actual},
        )


def require_at_most(limit: str, maximum: int, actual: int) -> None:
    """Raises LimitExceeded where more was found than allowed."""
    if actual > maximum:
        raise LimitExceeded(limit, maximum, actual)
