"""Compiles the selection on a connection to text that the database writes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from graphql import GraphQLObjectType
from graphql.execution.values import VariableValues

from models.sql.row_text import ChildrenText, ColumnText, LinkText, ObjectText, RowText, ValueText
from models.sql.selection import InstantText, Join, TranslationText
from resolvers.reading.page import DEFAULT_FIRST
from schema.engine.plan.arguments import ReadArguments
from schema.engine.plan.compilation import Compilation, Selected, Selections
from schema.engine.plan.question import Question
from schema.engine.plan.text_connection import Member, PageSize, TextChildren, TextConnection, TextRows
from schema.vocabulary.declaration import LocalizedColumn, SameRow, ShownColumn
from schema.vocabulary.relation import ToMany, ToOne

MOST_WEIGHT: Final = 48
"""The most columns of a list's text, weighed. Their SQL is built in 30 ms, and `concat` takes 100 parts."""


class NotText(Exception):
    """A selection shows more than a few columns of bounded size."""


def text_connection(
    compilation: Compilation, selected: Selected, *, with_lists: bool
) -> TextConnection | None:
    """The connection of a field; None if the database cannot write its rows or should not.

    `with_lists` says whether its rows may have lists in them, whose size the plan then has to bound.
    """
    if not compilation.lists.join:
        return None
    try:
        return _connection(compilation, selected, with_lists=with_lists)
    except NotText:
        return None


def _connection(compilation: Compilation, selected: Selected, *, with_lists: bool) -> TextConnection:
    rows: TextRows | None = None
    members: list[tuple[str, Member]] = []
    counts = False
    for inner in compilation.selected(selected.named_type, selected.selections):
        if isinstance(inner, str):
            members.append((inner, _constant(selected.named_type.name)))
        elif inner.field.python_name == "total_count":
            counts = True
            members.append((inner.key, lambda _nodes, total: total))
        elif inner.field.python_name == "nodes" and rows is None:
            rows = _rows(compilation, inner, compilation.arguments(selected), with_lists=with_lists)
            members.append((inner.key, lambda nodes, _total: nodes))
        else:
            raise NotText(inner.key)
    if rows is None or rows.weight > MOST_WEIGHT:
        raise NotText(selected.key)
    return TextConnection(rows, tuple(members), counts)


def _constant(text: str) -> Member:
    return lambda _nodes, _total: text


def _rows(
    compilation: Compilation, nodes: Selected, arguments: ReadArguments, *, with_lists: bool
) -> TextRows:
    [type_] = compilation.possible_types(nodes)
    compiler = _RowCompiler(compilation, with_lists=with_lists)
    row = RowText(compiler.object(type_, nodes.selections))
    return TextRows(row, tuple(compiler.children), _page_size(arguments))


def _page_size(arguments: ReadArguments) -> PageSize:
    def page_size(variables: VariableValues) -> int:
        values = arguments(variables)
        first: int | None = values["last"] if values["first"] is None else values["first"]
        return DEFAULT_FIRST if first is None else first

    if arguments.varying is None:
        constant = page_size(VariableValues({}, {}))
        return lambda _variables: constant
    return page_size


@dataclass(frozen=True, slots=True)
class _RowCompiler:
    """Compiles the text of a row; `children` grow with each list inside it."""

    compilation: Compilation
    with_lists: bool
    is_linked: bool = False
    children: list[TextChildren] = field(default_factory=list)

    def object(
        self,
        type_: GraphQLObjectType,
        selections: Selections,
        null_without: tuple[InstantText, ...] = (),
    ) -> ObjectText:
        members = [
            (inner, type_.name) if isinstance(inner, str) else (inner.key, self._value(inner))
            for inner in self.compilation.selected(type_, selections)
        ]
        return ObjectText(tuple(members), tuple(text.column for text in null_without))

    def _value(self, selected: Selected) -> ValueText:
        match selected.declaration, selected.named_type.name:
            case ShownColumn(), "JSON":
                raise NotText(selected.key)
            case ShownColumn(name=name), "DateTime":
                return ColumnText(InstantText(name))
            case ShownColumn(name=name), _:
                return ColumnText(name)
            case LocalizedColumn(name=name), _:
                return ColumnText(TranslationText(name, self.compilation.language(selected)))
            case SameRow(null_without=optional), _:
                return self.object(selected.named_type, selected.selections, optional)
            case ToOne(joins=joins), _ if joins is not None and not self.is_linked:
                return self._link(selected, joins)
            case ToMany() as relation, _ if self.with_lists:
                return self._list(selected, relation)
            case _:
                raise NotText(selected.key)

    def _link(self, selected: Selected, joins: Mapping[str, Join]) -> LinkText:
        linked = _RowCompiler(self.compilation, with_lists=False, is_linked=True)
        return LinkText(
            tuple(
                (joins[type_.name], linked.object(type_, selected.selections))
                for type_ in self.compilation.possible_types(selected)
            )
        )

    def _list(self, selected: Selected, relation: ToMany) -> ObjectText:
        """The object of a connection inside the row."""
        members: list[tuple[str, ValueText]] = []
        for inner in self.compilation.selected(selected.named_type, selected.selections):
            if isinstance(inner, str):
                members.append((inner, selected.named_type.name))
            elif inner.field.python_name == "nodes":
                members.append((inner.key, ChildrenText(len(self.children))))
                arguments = self.compilation.arguments(selected)
                rows = _rows(self.compilation, inner, arguments, with_lists=True)
                self.children.append(TextChildren(relation, Question(relation, arguments, rows), rows))
            else:
                raise NotText(inner.key)
        return ObjectText(tuple(members))
