"""Compiles an operation to a plan."""

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import strawberry
from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    SelectionSetNode,
    get_named_type,
    print_ast,
)
from graphql.execution.values import VariableValues
from strawberry.types.field import StrawberryField

from models.sql.selection import InstantText, Join, Joined, JsonText, TranslationText, Wanted, key_of
from resolvers.values.language import LanguagePreference, preferring
from schema.engine.plan.arguments import ReadArguments, argument_reader, plain_function
from schema.engine.plan.connection import ConnectionShape, EdgeMember, Member, show_edges, show_nodes
from schema.engine.plan.generate import Assembler, Expression
from schema.engine.plan.link import FewLink, InRowLink, JoinedLink, ManyLink, OneLink
from schema.engine.plan.question import Question
from schema.engine.plan.request import Language, PlanRequest
from schema.engine.plan.selection import Selector
from schema.engine.plan.shape import Link, RowShape
from schema.engine.plan.unplanned import Unplanned
from schema.engine.plan.value import Complete, completer, json_as_it_is
from schema.vocabulary.connection import page_info
from schema.vocabulary.declaration import (
    Computed,
    Declaration,
    LocalizedColumn,
    SameRow,
    ShownColumn,
    declaration_of,
)
from schema.vocabulary.relation import InRow, Joins, ToFew, ToMany, ToOne

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
class Compiler:
    """Compiles the selections of an operation.

    The values of the variables in its directives are known.
    """

    schema: strawberry.Schema
    selector: Selector
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

    def row_shape(
        self, parent: GraphQLObjectType, selections: Selections, *, of_list: bool = False
    ) -> RowShape:
        """The shape of the objects of a type.

        The rows of a list may bring joined rows along.
        """
        return RowCompiler(self, parent, Assembler(), of_list=of_list).compiled(selections)

    def joined_shapes(self, selected: Selected, joins: Joins) -> Mapping[str, RowShape] | None:
        """The shapes of joined rows; None if columns do not suffice."""
        try:
            return {
                type_.name: RowCompiler(self, type_, Assembler(), join=joins.by_node[type_.name]).compiled(
                    selected.selections
                )
                for type_ in self.possible_types(selected)
            }
        except NotJoined:
            return None

    def possible_types(self, selected: Selected) -> Sequence[GraphQLObjectType]:
        """The possible object types of a field."""
        type_ = selected.named_type
        return [type_] if isinstance(type_, GraphQLObjectType) else self.core.get_possible_types(type_)

    def row_shapes(self, selected: Selected) -> Mapping[str, RowShape]:
        """A shape for each possible object type of a field."""
        return {
            type_.name: self.row_shape(type_, selected.selections) for type_ in self.possible_types(selected)
        }

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

    def connection_shape(self, selected: Selected) -> ConnectionShape:
        """The shape of a connection."""
        return ConnectionCompiler(self).compiled(selected.named_type, selected.selections)


class NotJoined(Exception):
    """A selection shows more of a row than its columns."""


@dataclass(slots=True)
class RowCompiler:
    """Compiles one selection on a type whose objects are rows."""

    compiler: Compiler
    parent: GraphQLObjectType
    assembler: Assembler
    of_list: bool = False
    """Whether the rows may have joined columns of linked rows."""
    join: Join | None = None
    """The join of the columns' row, if it is a joined row."""

    def compiled(self, selections: Selections) -> RowShape:
        columns: set[Wanted] = set()
        links: list[Link] = []
        followed: list[Selected] = []
        for selected in self.compiler.selected(self.parent, selections):
            if isinstance(selected, str):
                self.assembler.members.append((selected, repr(self.parent.name)))
                continue
            columns.update(self._columns(selected))
            link = self._link(selected)
            if link is None:
                expression = self._expression(selected)
            else:
                links.append(link)
                followed.append(selected)
                expression = self.assembler.link()
            self.assembler.members.append((selected.key, expression))
        _refuse_twins(followed)
        columns = set(map(self._wanted, columns))
        columns.update(*(link.columns() for link in links if isinstance(link, JoinedLink | InRowLink)))
        prepares = tuple(self.assembler.prepares)
        return RowShape(frozenset(columns), tuple(links), prepares, self.assembler.compiled())

    def _columns(self, selected: Selected) -> Iterable[Wanted]:
        """The columns of a field.

        Of an object over the same row, those of its selected fields.
        """
        match selected.declaration:
            case SameRow(null_without=optional):
                yield from optional
                for inner in self.compiler.selected(selected.named_type, selected.selections):
                    if not isinstance(inner, str):
                        yield from self._columns(inner)
            case ShownColumn(columns=columns) | LocalizedColumn(columns=columns) | Computed(columns=columns):
                yield from [text] if (text := self._text(selected)) else columns

    def _with_join(self, selected: Selected, link: OneLink) -> OneLink | JoinedLink:
        """A joined link if the list can read its columns, else the link."""
        joins = link.relation.joins
        if joins is None or not self.of_list:
            return link
        shapes = self.compiler.joined_shapes(selected, joins)
        if shapes is None:
            return link
        ids = {node: Joined(joins.by_node[node], "id") for node in shapes}
        return JoinedLink(link.relation, joins, shapes, ids, link)

    def _wanted(self, column: Wanted) -> Wanted:
        if self.join is None or isinstance(column, Joined):
            return column
        return Joined(self.join, column)

    def _in_row(self, column: Wanted) -> Expression:
        """The value of a column."""
        return f"r[{key_of(self._wanted(column))!r}]"

    def _link(self, selected: Selected) -> Link | None:
        relation = selected.declaration
        if isinstance(relation, ShownColumn | LocalizedColumn | Computed | SameRow | None):
            return None
        if self.join is not None:
            raise NotJoined(selected.key)
        match relation:
            case ToOne():
                shapes = self.compiler.row_shapes(selected)
                columns = self.compiler.columns_behind(relation, shapes.values())
                is_required = isinstance(selected.definition.type, GraphQLNonNull)
                return self._with_join(selected, OneLink(relation, shapes, columns, is_required))
            case ToFew():
                return FewLink(relation, self.compiler.row_shapes(selected)[relation.node])
            case InRow():
                return InRowLink(relation, self.compiler.row_shapes(selected)[relation.node])
            case ToMany():
                shape = self.compiler.connection_shape(selected)
                question = Question(relation, self.compiler.arguments(selected), shape)
                return ManyLink(relation, question, shape)
            case other:
                raise Unplanned(repr(other))

    def _text(self, selected: Selected) -> JsonText | InstantText | TranslationText | None:
        """The database's text for a field, if it has one."""
        match selected.declaration, selected.named_type.name:
            case LocalizedColumn(name=name), _:
                return TranslationText(name, self.compiler.language(selected))
            case ShownColumn(name=name), "JSON":
                return JsonText(name)
            case ShownColumn(name=name), "DateTime":
                return InstantText(name)
            case _:
                return None

    def _expression(self, selected: Selected) -> Expression:
        text = self._text(selected)
        declaration = selected.declaration
        if text is not None:
            return self._shown_text(
                text, declaration.unknown if isinstance(declaration, ShownColumn) else None
            )
        match declaration:
            case ShownColumn(name=name):
                return self._in_row(name)
            case SameRow():
                return self._same_row(selected, declaration)
            case _ if self.join is not None:
                raise NotJoined(selected.key)
            case Computed(of_row=of_row) if of_row is not None:
                return f"{self.assembler.prepared(lambda request: of_row(request.context))}(r)"
            case _:
                return self._computed(selected)

    def _shown_text(self, text: JsonText | InstantText | TranslationText, default: str | None) -> Expression:
        """The text in a response; `default` is the JSON of a missing value."""
        value = self._in_row(text)
        match text:
            case InstantText():
                return value
            case JsonText():
                expression = value if default is None else f"{value} or {default!r}"
                return f"{self.assembler.constant(json_as_it_is)}({expression})"
            case TranslationText(number=number):
                return f"{self.assembler.prepared(lambda request: request.shows_text(number))}({value})"

    def _same_row(self, selected: Selected, declaration: SameRow) -> Expression:
        """The expression of an object over the same row."""
        members = []
        for inner in self.compiler.selected(selected.named_type, selected.selections):
            if isinstance(inner, str):
                members.append(f"{inner!r}: {selected.named_type.name!r}")
            else:
                members.append(f"{inner.key!r}: {self._expression(inner)}")
        expression = f"{{{', '.join(members)}}}"
        optional = declaration.null_without
        is_empty = " and ".join(f"{self._in_row(column)} is None" for column in optional)
        return f"(None if {is_empty} else {expression})" if is_empty else expression

    def _computed(self, selected: Selected) -> Expression:
        """The expression of the field's own resolver."""
        resolver = selected.field.base_resolver
        if resolver is None or resolver.is_async:
            raise Unplanned(f"{self.parent.name}.{selected.field.python_name}")
        self.assembler.makes_object = self.parent.extensions["strawberry-definition"].origin
        complete = completer(selected.definition.type, self.compiler.object_completer(selected.selections))
        call = self._call(selected, plain_function(selected.field))
        return f"{self.assembler.constant(complete)}({call}(o))"

    def _call(self, selected: Selected, function: Callable[..., Any]) -> Expression:
        takes_info = "info" in inspect.signature(function).parameters
        if not takes_info and not selected.field.arguments:
            return self.assembler.constant(function)
        arguments = self.compiler.arguments(selected)

        def prepare(request: PlanRequest) -> Any:
            info = {"info": request.info} if takes_info else {}
            return partial(function, **info, **arguments(request.variables))

        return self.assembler.prepared(prepare)


@dataclass(slots=True)
class ConnectionCompiler:
    """Compiles one selection on a connection."""

    compiler: Compiler
    members: list[tuple[str, Member]] = field(default_factory=list)
    shapes: list[RowShape] = field(default_factory=list)
    counts: bool = False
    cursors: bool = False

    def compiled(self, type_: GraphQLObjectType, selections: Selections) -> ConnectionShape:
        for selected in self.compiler.selected(type_, selections):
            if isinstance(selected, str):
                self.members.append((selected, _constant(type_.name)))
                continue
            self.members.append((selected.key, self._member(selected)))
        if sum(bool(shape.links) for shape in self.shapes) > 1:
            raise Unplanned("the rows of a page lead on in two ways")
        return ConnectionShape(tuple(self.members), tuple(self.shapes), self.counts, self.cursors)

    def _member(self, selected: Selected) -> Member:
        match selected.field.python_name:
            case "nodes":
                return show_nodes(self._shape(selected))
            case "edges":
                return self._edges(selected)
            case "page_info":
                self.cursors = True
                complete = self.compiler.object_completer(selected.selections)(selected.named_type)
                return lambda page, _nodes, _total: complete(page_info(page))
            case "total_count":
                self.counts = True
                return lambda _page, _nodes, total: total
            case other:
                raise Unplanned(other)

    def _edges(self, selected: Selected) -> Member:
        members: list[tuple[str, EdgeMember]] = []
        index: int | None = None
        for inner in self.compiler.selected(selected.named_type, selected.selections):
            if isinstance(inner, str):
                members.append((inner, _edge_constant(selected.named_type.name)))
            elif inner.field.python_name == "cursor":
                self.cursors = True
                members.append((inner.key, lambda page, row, _node: page.cursor(row)))
            elif index is None:
                index = self._shape(inner)
                members.append((inner.key, lambda _page, _row, node: node))
            else:
                raise Unplanned("an edge shows its node twice")
        return show_edges(members, index)

    def _shape(self, selected: Selected) -> int:
        self.shapes.append(self.compiler.row_shape(selected.named_type, selected.selections, of_list=True))
        return len(self.shapes) - 1


def _language(arguments: ReadArguments) -> Language:
    def language(preference: LanguagePreference, variables: VariableValues) -> LanguagePreference:
        tag = arguments(variables)["language"]
        return preference if tag is None else preferring(tag)

    return language


def _constant(text: str) -> Member:
    return lambda _page, _nodes, _total: text


def _edge_constant(text: str) -> EdgeMember:
    return lambda _page, _row, _node: text


def _refuse_twins(followed: Sequence[Selected]) -> None:
    """Leave equal links of an object to DataLoaders.

    A DataLoader reads them once, a plan would read them twice.
    """
    questions = {
        (selected.nodes[0].name.value, *map(print_ast, selected.nodes[0].arguments or ()))
        for selected in followed
    }
    if len(questions) < len(followed):
        raise Unplanned("two fields of an object ask for the same")
