"""Asking the schema as an endpoint does, and what the tests ask often."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from resolvers.caller import Caller
from resolvers.policy import Policy
from schema.vocabulary.context import Context
from schema.vocabulary.errors import public_error
from tests.factories.shop import Shop
from tests.schema.standard import FEDERATED_SCHEMA, SCHEMA

USER_ERRORS = "userErrors { code path message }"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client gets; `statements` is what it cost."""

    data: Any
    errors: list[dict[str, Any]]
    statements: int

    @property
    def codes(self) -> list[str]:
        """The codes of the top-level errors."""
        return [error["extensions"]["code"] for error in self.errors]


@dataclass(frozen=True, slots=True)
class Graph:
    """A client of the shop's tenant, or a router of a federation."""

    shop: Shop
    is_router: bool = False

    async def ask(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        caller: Caller | None = None,
        policy: Policy | None = None,
        accept_language: str | None = None,
        now: datetime | None = None,
    ) -> Answer:
        """The answer, whatever it is. Without a caller: one who reads and manages."""
        async with Context(
            database=self.shop.database,
            policy=policy or self.shop.policy,
            caller=caller or self.shop.caller("RM"),
            accept_language=accept_language,
        ) as context:
            context.now = now or context.now
            schema = FEDERATED_SCHEMA if self.is_router else SCHEMA
            result = await schema.execute(query, variable_values=dict(variables or {}), context_value=context)
        errors = [dict(public_error(error, "request")) for error in result.errors or []]
        return Answer(result.data, errors, context.statements)

    async def __call__(self, query: str, variables: Mapping[str, Any] | None = None, **options: Any) -> Any:
        """The data of a request that has to succeed."""
        answer = await self.ask(query, variables, **options)
        assert answer.errors == []
        return answer.data

    async def mutate(self, field: str, variables: Mapping[str, Any], **options: Any) -> Any:
        """The payload of one mutation; `field` is written as in `name($id: ID!)(id: $id) { ... }`."""
        declared, _, selection = field.partition(" => ")
        name = selection.partition("(")[0].strip()
        data = await self(f"mutation ({declared}) {{ {selection} }}", variables, **options)
        return data[name]
