"""The limits of operations, and their errors."""

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
    """The limits of one operation.

    All counts are with fragments expanded. Selections below `__schema` and `__type` have limits of their
    own: their depth follows the wrapping of types, and their result depends on no stored data.
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
        """The limits below `__schema` and `__type`."""
        return replace(
            self,
            depth=self.introspection_depth,
            directives=self.introspection_directives,
            same_name=self.fields,
        )


class LimitExceeded(GraphQLError):
    """The document exceeds a limit.

    `found` is the number at which counting stopped.
    """

    def __init__(self, limit: str, maximum: int, actual: int) -> None:
        super().__init__(
            f"This document has {actual:,} {NOUNS[limit]}; at most {maximum:,} are allowed.",
            extensions={"code": LIMIT_EXCEEDED, "limit": limit, "maximum": maximum, "found": actual},
        )


def require_at_most(limit: str, maximum: int, actual: int) -> None:
    """Raise LimitExceeded if `actual` exceeds the maximum."""
    if actual > maximum:
        raise LimitExceeded(limit, maximum, actual)
