"""Builds list fields from the declarations of lists."""

import inspect
from collections.abc import Callable, Mapping
from inspect import Parameter, Signature
from typing import Any, Final, NamedTuple

import strawberry

from schema.vocabulary.connection import connect_children, connect_rows
from schema.vocabulary.context import Info
from schema.vocabulary.declaration import declared
from schema.vocabulary.list_arguments import After, Before, First, Last, Q
from schema.vocabulary.relation import ToMany, TopList
from schema.vocabulary.view import At, enter_own_view

PAGING: Final = {"first": First, "after": After, "last": Last, "before": Before}


class ListArgument(NamedTuple):
    """The type of an argument and its default."""

    type: Any
    default: Any = None


Arguments = Mapping[str, ListArgument]


def connection_field(
    relation: ToMany | TopList,
    connection: Any,
    description: str,
    *,
    where: Any,
    order_by: Any,
    selecting: Mapping[str, Any] | None = None,
) -> Any:
    """A field that shows a list as a connection.

    `selecting` has the arguments that decide which rows are in the list: their types, or `ListArgument`s.
    """
    selecting_arguments = _arguments(selecting or {})
    filters = _arguments({"q": Q, "where": where, "order_by": order_by})
    paging = _arguments(PAGING)
    if isinstance(relation, ToMany):
        resolve, arguments = _children(relation), {**selecting_arguments, **filters, **paging}
    else:
        resolve, arguments = _rows(relation), {**filters, **selecting_arguments, **paging}
    return strawberry.field(
        resolver=_with_signature(resolve, arguments, connection),
        description=description,
        metadata=declared(relation),
    )


def own_view_field(
    top: TopList,
    connection: Any,
    description: str,
    *,
    where: Any,
    order_by: Any,
    selecting: Mapping[str, Any],
    fixed: Mapping[str, Any],
) -> Any:
    """A connection field in the caller's own view.

    The view is at a moment; `fixed` has arguments that clients cannot send.
    """

    async def resolve(info: Info, at: Any = None, **arguments: Any) -> Any:
        enter_own_view(info, at)
        return await connect_rows(info, top, **fixed, **arguments)

    types = {"q": Q, "where": where, "order_by": order_by, **selecting, "at": At, **PAGING}
    return strawberry.field(
        resolver=_with_signature(resolve, _arguments(types), connection), description=description
    )


def _children(relation: ToMany) -> Callable[..., Any]:
    async def resolve(self: Any, info: Info, **arguments: Any) -> Any:
        return await connect_children(info, relation, self.row, **arguments)

    return resolve


def _rows(top: TopList) -> Callable[..., Any]:
    async def resolve(info: Info, **arguments: Any) -> Any:
        return await connect_rows(info, top, **arguments)

    return resolve


def _arguments(types: Mapping[str, Any]) -> Arguments:
    return {
        name: type_ if isinstance(type_, ListArgument) else ListArgument(type_)
        for name, type_ in types.items()
    }


def _with_signature(resolve: Callable[..., Any], arguments: Arguments, returned: Any) -> Callable[..., Any]:
    """The resolver with named instead of variable arguments.

    The names replace `**arguments`, because Strawberry reads the signature.
    """
    positional = [
        parameter
        for name, parameter in inspect.signature(resolve).parameters.items()
        if name in {"self", "info"}
    ]
    keywords = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=type_)
        for name, (type_, default) in arguments.items()
    ]
    resolve.__signature__ = Signature([*positional, *keywords], return_annotation=returned)  # type: ignore[attr-defined]
    return resolve
