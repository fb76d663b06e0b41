"""Finding objects again by their global ids."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Final, TypeAlias

from models.sql.prepared import Row
from models.tables.reference import category, customer, legal_entity, product
from resolvers.access import Reader
from resolvers.caller import Scope
from resolvers.customer_assignment import customer_assignments_by_key
from resolvers.errors import InvalidArgument, Path, TooManyElements
from resolvers.item_assignment import item_assignments_by_key
from resolvers.reference.read import visible_lookup
from resolvers.segment.read import segments_by_id
from schema.vocabulary.node import NODE_TYPES, Node, NodeKey, decode_node_id

MAXIMUM_NODES: Final = 100

Lookup: TypeAlias = Callable[[Reader, Collection[NodeKey]], Awaitable[Mapping[Any, Row]]]


def _by_id(find: Callable[[Reader, Collection[str]], Awaitable[Mapping[str, Row]]]) -> Lookup:
    """A lookup of rows whose key is one id."""

    async def lookup(reader: Reader, keys: Collection[NodeKey]) -> Mapping[NodeKey, Row]:
        found = await find(reader, [key[0] for key in keys])
        return {(row_id,): row for row_id, row in found.items()}

    return lookup


LOOKUPS: Final[Mapping[str, Lookup]] = {
    "Segment": _by_id(segments_by_id),
    "CustomerAssignment": customer_assignments_by_key,
    "ItemAssignment": item_assignments_by_key,
    "Customer": _by_id(visible_lookup(customer)),
    "LegalEntity": _by_id(visible_lookup(legal_entity)),
    "Product": _by_id(visible_lookup(product)),
    "Category": _by_id(visible_lookup(category)),
}


async def node_by_id(reader: Reader, node_id: str) -> Node | None:
    """The object, None where there is none or none that the caller may see. Raises InvalidArgument."""
    reader.caller.require(Scope.READ, Scope.READ_OWN)
    [found] = await _nodes(reader, [decode_node_id(node_id, ("nodeId",))])
    return found


async def nodes_by_id(reader: Reader, node_ids: Sequence[str]) -> list[Node | InvalidArgument | None]:
    """The objects in the order of the ids, None for what does not exist or may not be seen.

    A failure stands in the place of what is no id: graphql-core reports it at its index and answers null
    there. One statement for each type. Raises TooManyElements.
    """
    reader.caller.require(Scope.READ, Scope.READ_OWN)
    if len(node_ids) > MAXIMUM_NODES:
        raise TooManyElements(MAXIMUM_NODES, path=("nodeIds",))
    decoded = [_decoded(node_id, ("nodeIds", index)) for index, node_id in enumerate(node_ids)]
    found = iter(await _nodes(reader, [key for key in decoded if not isinstance(key, InvalidArgument)]))
    return [key if isinstance(key, InvalidArgument) else next(found) for key in decoded]


def _decoded(node_id: str, path: Path) -> tuple[str, NodeKey] | InvalidArgument:
    try:
        return decode_node_id(node_id, path)
    except InvalidArgument as failure:
        return failure


async def _nodes(reader: Reader, wanted: Sequence[tuple[str, NodeKey]]) -> list[Node | None]:
    keys: dict[str, set[NodeKey]] = defaultdict(set)
    for type_name, key in wanted:
        if type_name in LOOKUPS and len(key) == len(NODE_TYPES[type_name].node_key):
            keys[type_name].add(key)
    rows = {name: await LOOKUPS[name](reader, keys[name]) for name in LOOKUPS if name in keys}
    return [_node(type_name, rows.get(type_name, {}).get(key)) for type_name, key in wanted]


def _node(type_name: str, row: Row | None) -> Node | None:
    return None if row is None else NODE_TYPES[type_name](row=row)
