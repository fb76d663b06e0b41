"""Asking one request both ways: by a compiled plan, and by the standard execution."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from graphql import GraphQLError, get_operation_ast, parse
from graphql.execution.values import get_variable_values
from strawberry.types import ExecutionResult

from resolvers.caller import Caller
from resolvers.errors import GatewayError
from schema.engine.document import Documents
from schema.engine.limits.limits import Limits
from schema.engine.plan.cache import Plans
from schema.engine.plan.list_reading import list_reading
from schema.engine.plan.plan import compile_plan
from schema.engine.plan.unplanned import Unplanned
from schema.federation.root import federated_schema as schema
from schema.vocabulary.context import Context
from tests.factories.shop import Shop
from tests.schema.engine.plan.generated.operations import CORE, Operation
from tests.schema.standard import FEDERATED_SCHEMA

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
"""Both ways answer at one instant: what is relative to it would differ."""
HUGE = 1_000_000
UNBOUNDED = Limits(
    HUGE, HUGE, depth=99, aliases=HUGE, root_fields=HUGE, directives=HUGE, fields=HUGE, same_name=HUGE
)
"""What is compared here is two ways of executing, whatever the size; only cost is not asked for."""


class PlansByText:
    """Plans of the operations of documents."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._plans = Plans(schema, documents)

    def __len__(self) -> int:
        return len(self._documents)

    async def run(
        self, query: str, name: str | None, variables: Mapping[str, Any] | None, context: Context
    ) -> ExecutionResult | None:
        """What a plan answers; None where there is no such operation, or none that fits the variables."""
        document = self._documents.read(query)
        try:
            operation = document.operations[document.name_of(name)]
        except KeyError:
            return None
        definitions = operation.node.variable_definitions or ()
        values = get_variable_values(CORE, definitions, dict(variables or {}))
        return None if isinstance(values, list) else await self._plans.run(operation, values, context)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, in a shop, in which languages."""

    shop: Shop
    caller: Caller
    accept_language: str | None = None

    def context(self) -> Context:
        context = Context(
            database=self.shop.database,
            policy=self.shop.policy,
            caller=self.caller,
            accept_language=self.accept_language,
        )
        context.now = NOW
        return context


@dataclass(frozen=True, slots=True)
class Answer:
    """The data as JSON in its one form (see `same_form`), and the statements that it took."""

    json: bytes
    statements: int


def same_form(json: bytes) -> bytes:
    """JSON as orjson writes it, members in their order.

    What a plan passes on as PostgreSQL writes it may have a space here and there, or a number in more digits.
    """
    return orjson.dumps(orjson.loads(json))


async def ask_plan(
    plans: PlansByText,
    visitor: Visitor,
    document: str,
    variables: Mapping[str, Any] | None = None,
    name: str | None = None,
) -> Answer | None:
    """What a plan answers, if one does."""
    async with visitor.context() as context:
        result = await plans.run(document, name, variables, context)
    if result is None:
        return None
    assert result.errors is None
    return Answer(same_form(orjson.dumps(result.data)), context.statements)


async def ask_standard(
    visitor: Visitor, document: str, variables: Mapping[str, Any] | None = None, name: str | None = None
) -> Answer:
    """What the standard execution answers to a request that has to succeed."""
    async with visitor.context() as context:
        result = await FEDERATED_SCHEMA.execute(
            document, dict(variables or {}), context_value=context, operation_name=name
        )
    assert isinstance(result, ExecutionResult)
    assert result.errors is None
    return Answer(same_form(orjson.dumps(result.data)), context.statements)


async def why_no_answer(visitor: Visitor, operation: Operation, variables: Mapping[str, Any]) -> str:
    """What keeps a plan from answering: the operation itself, or a failure that is the caller's.

    Anything else, a bug in a plan that the standard execution would cover up, is raised.
    """
    document = parse(operation.document)
    asked = get_operation_ast(document, operation.name)
    assert asked is not None
    values = get_variable_values(CORE, asked.variable_definitions or (), dict(variables))
    if isinstance(values, list):
        return "variables that do not fit"
    names = (one.variable.name.value for one in asked.variable_definitions or ())
    conditions = {name: values.coerced.get(name) for name in names}
    async with visitor.context() as context:
        try:
            plan = compile_plan(schema, document, asked, conditions, list_reading(context))
            await plan.run(context, values)
        except (GatewayError, GraphQLError) as error:
            return f"refused: {type(error).__name__}"
        except Unplanned as reason:
            return f"unplanned: {reason}"
    raise AssertionError("a plan answers now that did not before")
