"""Cached plans by operation."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from weakref import WeakKeyDictionary

import strawberry
from graphql import DirectiveNode, VariableNode, Visitor, visit
from graphql.execution.values import VariableValues
from strawberry.types import ExecutionResult

from schema.engine.document import Documents, Operation
from schema.engine.plan.list_reading import ListReading, list_reading
from schema.engine.plan.plan import Plan, compile_plan
from schema.engine.plan.unplanned import Unplanned
from schema.vocabulary.context import Context

VARIANTS: Final = 32
"""Plans of one operation: one for each combination of the variables in its @skip and @include, and of how
lists may be read."""


@dataclass(slots=True)
class _Variants:
    """The plans of an operation.

    None stands for the standard execution.
    """

    conditions: tuple[str, ...]
    plans: dict[tuple[Any, ...], Plan | None] = field(default_factory=dict)


class Plans:
    """The plans of a schema, dropped with their documents."""

    def __init__(self, schema: strawberry.Schema, documents: Documents) -> None:
        self._schema = schema
        self._documents = documents
        self._variants: WeakKeyDictionary[Operation, _Variants] = WeakKeyDictionary()

    async def run(
        self, operation: Operation, variables: VariableValues, context: Context
    ) -> ExecutionResult | None:
        """Run the operation's plan; return None without one.

        A failure of the database is an error of the result. Any other failure also returns None: the
        standard execution repeats it with the right errors.
        """
        try:
            lists = list_reading(context)
            plan = self._plan(operation, variables, lists)
            if plan is not None and plan.texts.lists and not plan.texts.fit(variables):
                plan = self._plan(operation, variables, lists._replace(in_one=False))
            return None if plan is None else await plan.run(context, variables)
        except Exception:  # noqa: BLE001  (see above)
            await context.start_over()
            await asyncio.sleep(0)  # what failed may have taken long, and is now done again
            return None

    def _plan(self, operation: Operation, variables: VariableValues, lists: ListReading) -> Plan | None:
        variants = self._variants.get(operation)
        if variants is None:
            variants = self._variants[operation] = _Variants(_conditions(operation))
        conditions = {name: variables.coerced.get(name) for name in variants.conditions}
        variant = (lists, *conditions.values())
        if variant in variants.plans:
            return variants.plans[variant]
        if len(variants.plans) >= VARIANTS:
            return None
        plan = self._compiled(operation, conditions, lists)
        if self._documents.grow(operation):
            variants.plans[variant] = plan
        return plan

    def _compiled(
        self, operation: Operation, conditions: Mapping[str, Any], lists: ListReading
    ) -> Plan | None:
        try:
            return compile_plan(self._schema, operation.document, operation.node, conditions, lists)
        except Unplanned:
            return None


def _conditions(operation: Operation) -> tuple[str, ...]:
    finder = _ConditionFinder()
    visit(operation.document, finder)
    return tuple(sorted(finder.names))


class _ConditionFinder(Visitor):
    """The variables of directives."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.names.add(argument.value.name.value)
