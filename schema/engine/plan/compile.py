"""Compiles selections to the shapes of rows and connections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphql import GraphQLNonNull, GraphQLObjectType, print_ast

from models.sql.selection import Join, Joined, Wanted
from schema.engine.plan.compilation import Compilation, Selected, Selections
from schema.engine.plan.connection import ConnectionShape, EdgeMember, Member, show_edges, show_nodes
from schema.engine.plan.expression import NotJoined, RowExpressions
from schema.engine.plan.generate import Assembler
from schema.engine.plan.link import FewLink, InRowLink, JoinedLink, ManyLink, OneLink, OriginLink, TextLink
from schema.engine.plan.question import Question
from schema.engine.plan.shape import Link, RowShape
from schema.engine.plan.text import text_connection
from schema.engine.plan.unplanned import Unplanned
from schema.engine.plan.value import completer
from schema.vocabulary.connection import page_info
from schema.vocabulary.declaration import Computed, LocalizedColumn, SameRow, ShownColumn
from schema.vocabulary.relation import InRow, OfOrigin, ToFew, ToMany, ToOne


def row_shape(
    compilation: Compilation, parent: GraphQLObjectType, selections: Selections, *, of_list: bool = False
) -> RowShape:
    """The shape of the objects of a type.

    The rows of a list may bring joined rows along.
    """
    return RowCompiler(compilation, parent, Assembler(), of_list=of_list).compiled(selections)


def row_shapes(compilation: Compilation, selected: Selected) -> Mapping[str, RowShape]:
    """A shape for each possible object type of a field."""
    return {
        type_.name: row_shape(compilation, type_, selected.selections)
        for type_ in compilation.possible_types(selected)
    }


def connection_shape(compilation: Compilation, selected: Selected) -> ConnectionShape:
    """The shape of a connection."""
    return ConnectionCompiler(compilation).compiled(selected.named_type, selected.selections)


def _joined_shapes(
    compilation: Compilation, selected: Selected, joins: Mapping[str, Join]
) -> Mapping[str, RowShape] | None:
    """The shapes of joined rows; None if columns do not suffice."""
    try:
        return {
            type_.name: RowCompiler(compilation, type_, Assembler(), join=joins[type_.name]).compiled(
                selected.selections
            )
            for type_ in compilation.possible_types(selected)
        }
    except NotJoined:
        return None


@dataclass(frozen=True, slots=True)
class RowCompiler:
    """Compiles one selection on a type whose objects are rows."""

    compilation: Compilation
    parent: GraphQLObjectType
    assembler: Assembler
    of_list: bool = False
    """Whether the rows may have joined columns of linked rows."""
    join: Join | None = None
    """The join of the columns' row, if it is a joined row."""

    def compiled(self, selections: Selections) -> RowShape:
        own = RowExpressions(self.compilation, self.parent, self.assembler, self.join)
        columns: set[Wanted] = set()
        links: list[Link] = []
        followed: list[Selected] = []
        for selected in self.compilation.selected(self.parent, selections):
            if isinstance(selected, str):
                self.assembler.members.append((selected, repr(self.parent.name)))
                continue
            columns.update(own.columns(selected))
            link = self._link(selected)
            if link is None:
                expression = own.expression(selected)
            else:
                links.append(link)
                followed.append(selected)
                expression = self.assembler.link()
            self.assembler.members.append((selected.key, expression))
        _refuse_twins(followed)
        columns = set(map(own.wanted, columns))
        columns.update(*(link.columns() for link in links if isinstance(link, JoinedLink | InRowLink)))
        prepares = tuple(self.assembler.prepares)
        return RowShape(frozenset(columns), tuple(links), prepares, self.assembler.compiled())

    def _link(self, selected: Selected) -> Link | None:
        relation = selected.declaration
        if isinstance(relation, ShownColumn | LocalizedColumn | Computed | SameRow | None):
            return None
        if self.join is not None:
            raise NotJoined(selected.key)
        match relation:
            case ToOne():
                shapes = row_shapes(self.compilation, selected)
                columns = self.compilation.columns_behind(relation, shapes.values())
                is_required = isinstance(selected.definition.type, GraphQLNonNull)
                return self._with_join(selected, OneLink(relation, shapes, columns, is_required))
            case ToFew():
                return FewLink(relation, row_shapes(self.compilation, selected)[relation.node])
            case InRow():
                return InRowLink(relation, row_shapes(self.compilation, selected)[relation.node])
            case ToMany():
                return self._many(selected, relation)
            case OfOrigin():
                complete = completer(selected.definition.type, self.compilation.object_completer([]))
                return OriginLink(relation, complete)
            case other:
                raise Unplanned(repr(other))

    def _many(self, selected: Selected, relation: ToMany) -> ManyLink | TextLink:
        arguments = self.compilation.arguments(selected)
        text = text_connection(self.compilation, selected, with_lists=False)
        if text is not None:
            return TextLink(relation, Question(relation, arguments, text.rows), text)
        shape = connection_shape(self.compilation, selected)
        return ManyLink(relation, Question(relation, arguments, shape), shape)

    def _with_join(self, selected: Selected, link: OneLink) -> OneLink | JoinedLink:
        """A joined link if the list can read its columns, else the link."""
        joins = link.relation.joins
        if joins is None or not self.of_list or not self.compilation.lists.join:
            return link
        shapes = _joined_shapes(self.compilation, selected, joins)
        if shapes is None:
            return link
        ids = {node: Joined(joins[node], "id") for node in shapes}
        return JoinedLink(link.relation, shapes, ids, link.is_required)


@dataclass(slots=True)
class ConnectionCompiler:
    """Compiles one selection on a connection."""

    compilation: Compilation
    members: list[tuple[str, Member]] = field(default_factory=list)
    shapes: list[RowShape] = field(default_factory=list)
    counts: bool = False
    cursors: bool = False

    def compiled(self, type_: GraphQLObjectType, selections: Selections) -> ConnectionShape:
        for selected in self.compilation.selected(type_, selections):
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
                complete = self.compilation.object_completer(selected.selections)(selected.named_type)
                return lambda page, _nodes, _total: complete(page_info(page))
            case "total_count":
                self.counts = True
                return lambda _page, _nodes, total: total
            case other:
                raise Unplanned(other)

    def _edges(self, selected: Selected) -> Member:
        members: list[tuple[str, EdgeMember]] = []
        index: int | None = None
        for inner in self.compilation.selected(selected.named_type, selected.selections):
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
        self.shapes.append(
            row_shape(self.compilation, selected.named_type, selected.selections, of_list=True)
        )
        return len(self.shapes) - 1


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
