"""A REST operation, and the GraphQL operation that asks the same."""

import re
from dataclasses import dataclass
from typing import Final

from docs.generate.rest_and_graphql.fragments import FRAGMENTS
from resolvers.caller import Scope

ALL: Final = (Scope.READ,)
ALL_OR_OWN: Final = (Scope.READ, Scope.READ_OWN)
OWN: Final = (Scope.READ_OWN,)
MANAGE: Final = (Scope.MANAGE,)

SPREAD: Final = re.compile(r"\.\.\.(\w+)")


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The GraphQL counterpart of one operation of the contract. Any of `scopes` will do for it.

    `note` says where the two differ, or what a parameter of REST becomes.
    """

    operation_id: str
    scopes: tuple[Scope, ...]
    graphql: str
    note: str = ""

    @property
    def document(self) -> str:
        """The operation with the fragments that it spreads, ready to be sent."""
        return "\n\n".join([self.graphql, *(FRAGMENTS[name] for name in spread_names(self.graphql))])


def spread_names(text: str) -> list[str]:
    """The fragments that a selection spreads, directly or through others, each once."""
    names: list[str] = []
    waiting = SPREAD.findall(text)
    while waiting:
        name = waiting.pop(0)
        if name not in names:
            names.append(name)
            waiting += SPREAD.findall(FRAGMENTS[name])
    return names
