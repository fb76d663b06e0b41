"""Counts the selections of a document.

Fragments are expanded, but never walked twice. A few hundred characters of fragments that spread each other
can stand for billions of fields. So each fragment is counted once, its counts are added at each spread, and
the first count beyond its limit ends the walk.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from schema.engine.limits.introspection import META_FIELDS
from schema.engine.limits.limits import Limits, require_at_most

NESTING: Final = 100
"""Selections inside one another of any kind: inline fragments and spreads add no level of fields, but
whoever walks a document recurses into them: at twice as many, validation runs out of Python's stack."""


@dataclass(slots=True)
class _Shape:
    """The counts of a selection set."""

    depth: int = 0
    height: int = 0
    """Selections inside one another, of any kind."""
    at_top: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    names: Counter[str] = field(default_factory=Counter)
    below_schema: "_Shape | None" = None
    """The counts below `__schema` and `__type`, which are not part of its own counts."""

    def add(self, below: "_Shape") -> None:
        """Add the level-independent counts of a selection."""
        self.fields += below.fields
        self.aliases += below.aliases
        self.directives += below.directives
        self.names.update(below.names)
        self.height = max(self.height, 1 + below.height)
        if below.below_schema is not None:
            self.schema.merge(below.below_schema)

    def merge(self, shape: "_Shape") -> None:
        """Add the counts of selections at the same level."""
        self.add(shape)
        self.at_top += shape.at_top
        self.depth = max(self.depth, shape.depth)

    @property
    def schema(self) -> "_Shape":
        """The counts below `__schema` and `__type`, made on demand."""
        if self.below_schema is None:
            self.below_schema = _Shape()
        return self.below_schema


@dataclass(frozen=True, slots=True)
class FieldCount:
    """The number of fields, as written and expanded.

    The first is of the document, the second of its operations with fragments expanded.
    """

    in_text: int
    expanded: int


def check_shape(document: DocumentNode, limits: Limits) -> FieldCount:
    """Count the fields of a document.

    Raises LimitExceeded.

    The document need not be valid: unknown fragments and cycles count nothing.
    """
    walk = _Walk(document, limits)
    expanded = 0
    for definition in document.definitions:
        if isinstance(definition, FragmentDefinitionNode):
            walk.fragment(definition.name.value, 0)
        elif isinstance(definition, OperationDefinitionNode):
            expanded += walk.operation(definition)
    return FieldCount(walk.in_text, expanded)


class _Walk:
    def __init__(self, document: DocumentNode, limits: Limits) -> None:
        self._limits = limits
        self._below_schema = limits.below_schema
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._counted: dict[str, _Shape] = {}
        self.in_text = 0

    def operation(self, node: OperationDefinitionNode) -> int:
        shape = self._selected(node.selection_set, 0, self._limits)
        require_at_most("root_fields", self._limits.root_fields, shape.at_top)
        shape.directives += len(node.directives or ())
        shape.directives += sum(
            len(definition.directives or ()) for definition in node.variable_definitions or ()
        )
        _check(shape, self._limits)
        return shape.fields

    def fragment(self, name: str, nesting: int) -> _Shape:
        if name not in self._counted:
            self._counted[name] = _Shape()  # which is what a cycle finds here
            if name in self._fragments:
                node = self._fragments[name]
                is_of_schema = node.type_condition.name.value.startswith("__")
                limits = self._below_schema if is_of_schema else self._limits
                shape = self._selected(node.selection_set, nesting, limits)
                shape.directives += len(node.directives or ())
                self._counted[name] = shape
        require_at_most("nesting", NESTING, nesting + self._counted[name].height)
        return self._counted[name]

    def _selected(self, selection_set: SelectionSetNode, nesting: int, limits: Limits) -> _Shape:
        require_at_most("nesting", NESTING, nesting)
        shape = _Shape()
        for selection in selection_set.selections:
            self._count(selection, shape, nesting, limits)
            _check(shape, limits)
            if shape.below_schema is not None:
                _check(shape.below_schema, self._below_schema)
        return shape

    def _count(self, selection: SelectionNode, shape: _Shape, nesting: int, limits: Limits) -> None:
        shape.directives += len(selection.directives or ())
        match selection:
            case FieldNode():
                self._count_field(selection, shape, nesting, limits)
            case InlineFragmentNode():
                shape.merge(self._selected(selection.selection_set, nesting + 1, limits))
            case FragmentSpreadNode():
                shape.merge(self.fragment(selection.name.value, nesting + 1))

    def _count_field(self, node: FieldNode, shape: _Shape, nesting: int, limits: Limits) -> None:
        self.in_text += 1
        shape.at_top += 1
        shape.fields += 1
        shape.aliases += node.alias is not None
        shape.names[(node.alias or node.name).value] += 1
        shape.depth = max(shape.depth, 1)
        if node.selection_set is None:
            return
        if node.name.value in META_FIELDS:
            below = self._selected(node.selection_set, nesting + 1, self._below_schema)
            shape.schema.merge(below)
            shape.height = max(shape.height, 1 + below.height)
        else:
            below = self._selected(node.selection_set, nesting + 1, limits)
            shape.add(below)
            shape.depth = max(shape.depth, 1 + below.depth)


def _check(shape: _Shape, limits: Limits) -> None:
    require_at_most("depth", limits.depth, shape.depth)
    require_at_most("fields", limits.fields, shape.fields)
    require_at_most("aliases", limits.aliases, shape.aliases)
    require_at_most("directives", limits.directives, shape.directives)
    if shape.fields > limits.same_name:  # only then can one name be there so often
        require_at_most("same_name", limits.same_name, max(shape.names.values()))
