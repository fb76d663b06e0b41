"""The rows in the payloads of mutations."""

from collections.abc import Collection, Sequence
from typing import TypeVar

from resolvers.caller import Scope
from resolvers.errors import GatewayError
from resolvers.writing.command import Outcome, Record
from schema.mutations.mutating import record_of
from schema.vocabulary.context import Info
from schema.vocabulary.lookup import LOOKUPS
from schema.vocabulary.node import Node, NodeKey
from schema.vocabulary.withheld import SHOWN, Withheld

AnyNode = TypeVar("AnyNode", bound=Node)


async def written_nodes(
    info: Info, node_type: type[AnyNode], results: Sequence[Outcome | GatewayError]
) -> list[AnyNode | None]:
    """The written objects, in their order.

    An object shows only data that the caller could read directly. It is None if a write failed, or left no
    row.
    """
    records = [record_of(result) for result in results]
    if not info.context.caller.has(Scope.READ):
        present = [record for record in records if record is not None]
        visible = await _seen(info, node_type, {_key(node_type, record) for record in present})
        records = [record and _shown(node_type, record, visible) for record in records]
    return [None if record is None else node_type(row=record) for record in records]


async def _seen(info: Info, node_type: type[Node], keys: Collection[NodeKey]) -> Collection[NodeKey]:
    """The keys of rows visible in the caller's own view."""
    if not keys or not info.context.caller.has_own_view:
        return ()
    return set(await LOOKUPS[node_type.__name__](await info.context.reader(), keys))


def _shown(node_type: type[Node], record: Record, visible: Collection[NodeKey]) -> Record:
    if _key(node_type, record) in visible:
        return record
    return Withheld({name: record[name] for name in (*node_type.node_key, *SHOWN) if name in record})


def _key(node_type: type[Node], record: Record) -> NodeKey:
    return tuple(record[column] for column in node_type.node_key)
