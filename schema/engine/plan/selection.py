"""The fields selected on a type, fragments and directives resolved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    is_abstract_type,
)

from schema.engine.plan.unplanned import Unplanned

MOST_SELECTIONS: Final = 2_000
"""Fragments that spread fragments can multiply to any number, and a plan is compiled whatever the data."""


@dataclass(slots=True)
class Selector:
    """Collects fields as graphql-core does.

    The values of the variables in @skip and @include are known.
    """

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    conditions: Mapping[str, Any]
    """Values of the variables in directives."""
    _fragments: set[str] = field(default_factory=set)
    _visited: int = 0

    def fields(
        self, parent: GraphQLObjectType, selection_sets: Iterable[SelectionSetNode]
    ) -> dict[str, list[FieldNode]]:
        """The field nodes of each response key, in order of first appearance."""
        collected: dict[str, list[FieldNode]] = {}
        self._fragments = set()
        for selection_set in selection_sets:
            self._collect(parent, selection_set.selections, collected)
        return collected

    def _collect(
        self,
        parent: GraphQLObjectType,
        selections: Sequence[SelectionNode],
        collected: dict[str, list[FieldNode]],
    ) -> None:
        for node in selections:
            self._count()
            if not self._is_included(node.directives or ()):
                continue
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                collected.setdefault(key, []).append(node)
                continue
            fragment = self._fragment(node)
            if fragment is not None and self._applies(fragment, parent):
                self._collect(parent, fragment.selection_set.selections, collected)

    def _count(self) -> None:
        self._visited += 1
        if self._visited > MOST_SELECTIONS:
            raise Unplanned("a selection larger than a plan may have")

    def _fragment(self, node: SelectionNode) -> InlineFragmentNode | FragmentDefinitionNode | None:
        if isinstance(node, InlineFragmentNode):
            return node
        if not isinstance(node, FragmentSpreadNode):
            raise Unplanned(node.kind)
        if node.name.value in self._fragments:
            return None
        self._fragments.add(node.name.value)
        return self.fragments[node.name.value]

    def _applies(
        self, fragment: InlineFragmentNode | FragmentDefinitionNode, parent: GraphQLObjectType
    ) -> bool:
        if fragment.type_condition is None:
            return True
        condition = self.schema.type_map[fragment.type_condition.name.value]
        return condition is parent or (
            is_abstract_type(condition) and self.schema.is_sub_type(condition, parent)
        )

    def _is_included(self, directives: Sequence[DirectiveNode]) -> bool:
        return all(self._lets_in(directive) for directive in directives)

    def _lets_in(self, directive: DirectiveNode) -> bool:
        for argument in directive.arguments or ():
            match directive.name.value, argument.value:
                case ("skip" | "include") as name, VariableNode(name=variable):
                    value = self.conditions[variable.value]
                    if value is None:
                        raise Unplanned("a condition is null")
                    return value is (name == "include")
                case ("skip" | "include") as name, BooleanValueNode(value=value):
                    return value is (name == "include")
        raise Unplanned(f"@{directive.name.value}")
