"""What the selections of one operation share while they are compiled."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    SelectionSetNode,
    get_named_type,
    print_ast,
)
from graphql.execution.values import VariableValues
from strawberry.types.field import StrawberryField

from models.sql.selection import Wanted
from resolvers.values.language import LanguagePreference, preferring
from schema.engine.plan.arguments import ReadArguments, argument_reader, plain_function
from schema.engine.plan.list_reading import ListReading
from schema.engine.plan.request import Language
from schema.engine.plan.selection import Selector
from schema.engine.plan.shape import RowShape
from schema.engine.plan.unplanned import Unplanned
from schema.engine.plan.value import Complete, completer
from schema.vocabulary.declaration import Declaration, declaration_of
from schema.vocabulary.relation import ToOne

Selections = Sequence[SelectionSetNode]


@dataclass(frozen=True, slots=True)
class Selected:
    """A field of a selection: its nodes and its definition."""

    key: str
    nodes: Sequence[FieldNode]
    definition: GraphQLField
    field: StrawberryField

    @property
    def selections(self) -> Selections:
        return [node.selection_set for node in self.nodes if node.selection_set]

    @property
    def declaration(self) -> Declaration | None:
        return declaration_of(self.field)

    @property
    def named_type(self) -> Any:
        return get_named_type(self.definition.type)


@dataclass(frozen=True, slots=True)
class Compilation:
    """Reads the selections of one operation.

    The values of the variables in its directives are known. `languages` and the columns behind a relation
    grow with each selection.
    """

    schema: strawberry.Schema
    selector: Selector
    lists: ListReading
    languages: list[Language] = field(default_factory=list)
    _numbers: dict[tuple[str, ...], int] = field(default_factory=dict)
    _columns: dict[ToOne, set[Wanted]] = field(default_factory=dict)

    def columns_behind(self, relation: ToOne, shapes: Iterable[RowShape]) -> Collection[Wanted]:
        """The columns of all links of one relation together.

        Rows of one link are used by another.
        """
        columns = self._columns.setdefault(relation, {"id"})
        for shape in shapes:
            columns.update(shape.columns)
        return columns

    @property
    def core(self) -> GraphQLSchema:
        return self.schema._schema  # noqa: SLF001  (Strawberry's own extensions use it as well)

    def selected(self, parent: GraphQLObjectType, selections: Selections) -> list[Selected | str]:
        """The fields selected on a type; `__typename` is a key alone."""
        fields: list[Selected | str] = []
        for key, nodes in self.selector.fields(parent, selections).items():
            name = nodes[0].name.value
            if name == "__typename":
                fields.append(key)
                continue
            if name not in parent.fields:
                raise Unplanned(name)  # introspection: __schema and __type
            definition = parent.fields[name]
            fields.append(Selected(key, nodes, definition, definition.extensions["strawberry-definition"]))
        return fields

    def arguments(self, selected: Selected) -> ReadArguments:
        return argument_reader(self.schema, selected.definition, selected.field, selected.nodes[0])

    def language(self, selected: Selected) -> int:
        """The number of a localized field's language.

        Fields with equal arguments share one.
        """
        arguments = tuple(map(print_ast, selected.nodes[0].arguments or ()))
        if arguments not in self._numbers:
            self._numbers[arguments] = len(self.languages)
            self.languages.append(_language(self.arguments(selected)))
        return self._numbers[arguments]

    def possible_types(self, selected: Selected) -> Sequence[GraphQLObjectType]:
        """The possible object types of a field."""
        type_ = selected.named_type
        return [type_] if isinstance(type_, GraphQLObjectType) else self.core.get_possible_types(type_)

    def object_completer(self, selections: Selections) -> Callable[[GraphQLObjectType], Complete]:
        """A completer for each type of objects from resolvers."""

        def complete_object(type_: GraphQLObjectType) -> Complete:
            members = [self._object_member(type_, field) for field in self.selected(type_, selections)]
            return lambda value: {key: read(value) for key, read in members}

        return complete_object

    def _object_member(self, type_: GraphQLObjectType, selected: Selected | str) -> tuple[str, Complete]:
        if isinstance(selected, str):
            return selected, lambda _: type_.name
        complete = completer(selected.definition.type, self.object_completer(selected.selections))
        resolver = selected.field.base_resolver
        if resolver is None:
            name = selected.field.python_name
            return selected.key, lambda value: complete(getattr(value, name))
        if resolver.is_async or resolver.info_parameter or selected.field.arguments:
            raise Unplanned(f"{type_.name}.{selected.field.python_name}")
        function = plain_function(selected.field)
        return selected.key, lambda value: complete(function(value))


def _language(arguments: ReadArguments) -> Language:
    def language(preference: LanguagePreference, variables: VariableValues) -> LanguagePreference:
        tag = arguments(variables)["language"]
        return preference if tag is None else preferring(tag)

    return language
