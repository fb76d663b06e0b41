"""The expressions of a row's own fields."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphql import GraphQLObjectType

from models.sql.selection import InstantText, Join, Joined, JsonText, TranslationText, Wanted, key_of
from schema.engine.plan.arguments import plain_function
from schema.engine.plan.compilation import Compilation, Selected
from schema.engine.plan.generate import Assembler, Expression
from schema.engine.plan.request import PlanRequest
from schema.engine.plan.unplanned import Unplanned
from schema.engine.plan.value import completer, json_as_it_is
from schema.vocabulary.declaration import Computed, LocalizedColumn, SameRow, ShownColumn
from schema.vocabulary.relation import ToOne


class NotJoined(Exception):
    """A selection shows more of a row than its columns."""


@dataclass(frozen=True, slots=True)
class RowExpressions:
    """Compiles the fields of one row that need no other row."""

    compilation: Compilation
    parent: GraphQLObjectType
    assembler: Assembler
    join: Join | None = None
    """The join of the columns' row, if it is a joined row."""

    def columns(self, selected: Selected) -> Iterable[Wanted]:
        """The columns of a field.

        Of an object over the same row, those of its selected fields.
        """
        match selected.declaration:
            case SameRow(null_without=optional):
                yield from optional
                for inner in self.compilation.selected(selected.named_type, selected.selections):
                    if not isinstance(inner, str):
                        yield from self.columns(inner)
            case ShownColumn(columns=columns) | LocalizedColumn(columns=columns) | Computed(columns=columns):
                yield from [text] if (text := self._text(selected)) else columns
            case ToOne(columns=columns):
                yield from columns

    def wanted(self, column: Wanted) -> Wanted:
        if self.join is None or isinstance(column, Joined):
            return column
        return Joined(self.join, column)

    def _in_row(self, column: Wanted) -> Expression:
        """The value of a column."""
        return f"r[{key_of(self.wanted(column))!r}]"

    def _text(self, selected: Selected) -> JsonText | InstantText | TranslationText | None:
        """The database's text for a field, if it has one."""
        match selected.declaration, selected.named_type.name:
            case LocalizedColumn(name=name), _:
                return TranslationText(name, self.compilation.language(selected))
            case ShownColumn(name=name), "JSON":
                return JsonText(name)
            case ShownColumn(name=name), "DateTime":
                return InstantText(name)
            case _:
                return None

    def expression(self, selected: Selected) -> Expression:
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
        for inner in self.compilation.selected(selected.named_type, selected.selections):
            if isinstance(inner, str):
                members.append(f"{inner!r}: {selected.named_type.name!r}")
            else:
                members.append(f"{inner.key!r}: {self.expression(inner)}")
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
        complete = completer(selected.definition.type, self.compilation.object_completer(selected.selections))
        call = self._call(selected, plain_function(selected.field))
        return f"{self.assembler.constant(complete)}({call}(o))"

    def _call(self, selected: Selected, function: Callable[..., Any]) -> Expression:
        takes_info = "info" in inspect.signature(function).parameters
        if not takes_info and not selected.field.arguments:
            return self.assembler.constant(function)
        arguments = self.compilation.arguments(selected)

        def prepare(request: PlanRequest) -> Any:
            info = {"info": request.info} if takes_info else {}
            return partial(function, **info, **arguments(request.variables))

        return self.assembler.prepared(prepare)
