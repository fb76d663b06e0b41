"""Finding objects again by their global ids."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from models.sql.prepared import Row
from models.sql.selection import Wanted
from models.tables.reference import category, customer, customer_group, legal_entity, product
from resolvers.access import Reader
from resolvers.caller import Scope
from resolvers.customer_assignment import customer_assignments_by_key
from resolvers.errors import InvalidArgument, Path, TooManyElements
from resolvers.group_assignment import group_assignments_by_key
from resolvers.item_assignment import item_assignments_by_key
from resolvers.reference.read import visible_lookup
from resolvers.segment.read import segments_by_id
from schema.vocabulary.loaders import ColumnsOf
from schema.vocabulary.node import NODE_TYPES, Node, NodeKey, decode_node_id, is_key_of
from schema.vocabulary.relation import BatchOfRows, TopEntities, TopNode
from schema.vocabulary.representation import read_representations

MAXIMUM_NODES: Final = 100


def _by_id(batch: BatchOfRows) -> BatchOfRows:
    """A lookup of rows whose key is a single id."""

    async def lookup(
        reader: Reader, keys: Collection[NodeKey], /, *, columns: Collection[Wanted] = ()
    ) -> Mapping[NodeKey, Row]:
        rows = await batch(reader, [key[0] for key in keys], columns=columns)
        return {(row_id,): row for row_id, row in rows.items()}

    return lookup


BY_ID: Final[Mapping[str, BatchOfRows]] = {
    "Segment": segments_by_id,
    "Customer": visible_lookup(customer),
    "LegalEntity": visible_lookup(legal_entity),
    "Group": visible_lookup(customer_group),
    "Product": visible_lookup(product),
    "Category": visible_lookup(category),
}
"""The types with an id of the contract."""
LOOKUPS: Final[Mapping[str, BatchOfRows]] = {
    **{name: _by_id(batch) for name, batch in BY_ID.items()},
    "CustomerAssignment": customer_assignments_by_key,
    "ItemAssignment": item_assignments_by_key,
    "GroupAssignment": group_assignments_by_key,
}
NODE: Final = TopNode(LOOKUPS)
ENTITIES: Final = TopEntities(BY_ID)


async def node_by_id(reader: Reader, node_id: str, columns_of: ColumnsOf) -> Node | None:
    """The object, None where there is none or none that the caller may see. Raises InvalidArgument."""
    reader.caller.require(Scope.READ, Scope.READ_OWN)
    [node] = await _nodes(reader, [decode_node_id(node_id, ("nodeId",))], columns_of)
    return node


async def nodes_by_id(
    reader: Reader, node_ids: Sequence[str], columns_of: ColumnsOf
) -> list[Node | InvalidArgument | None]:
    """The objects in the order of the ids, None for what does not exist or may not be seen.

    A failure stands in the place of what is no id: graphql-core reports it at its index and answers null
    there. One statement for each type. Raises TooManyElements.
    """
    reader.caller.require(Scope.READ, Scope.READ_OWN)
    if len(node_ids) > MAXIMUM_NODES:
        raise TooManyElements(MAXIMUM_NODES, path=("nodeIds",))
    decoded = [_decoded(node_id, ("nodeIds", index)) for index, node_id in enumerate(node_ids)]
    return await _nodes_or_failures(reader, decoded, columns_of)


async def entities_by_representation(
    reader: Reader, representations: Sequence[Any], columns_of: ColumnsOf
) -> list[Node | InvalidArgument | None]:
    """The objects in the order of the representations, None for what does not exist or may not be seen.

    A failure stands in the place of a malformed representation. One statement for each type.
    Raises TooManyElements.
    """
    reader.caller.require(Scope.READ, Scope.READ_OWN)
    references = [
        reference if isinstance(reference, InvalidArgument) else (reference[0], (reference[1],))
        for reference in read_representations(representations, ENTITIES.by_type)
    ]
    return await _nodes_or_failures(reader, references, columns_of)


async def _nodes_or_failures(
    reader: Reader, decoded: Sequence[tuple[str, NodeKey] | InvalidArgument], columns_of: ColumnsOf
) -> list[Node | InvalidArgument | None]:
    """The objects of ids; failures stay in their places."""
    ids = [key for key in decoded if not isinstance(key, InvalidArgument)]
    nodes = iter(await _nodes(reader, ids, columns_of))
    return [key if isinstance(key, InvalidArgument) else next(nodes) for key in decoded]


def _decoded(node_id: str, path: Path) -> tuple[str, NodeKey] | InvalidArgument:
    try:
        return decode_node_id(node_id, path)
    except InvalidArgument as failure:
        return failure


async def _nodes(
    reader: Reader, ids: Sequence[tuple[str, NodeKey]], columns_of: ColumnsOf
) -> list[Node | None]:
    keys: dict[str, set[NodeKey]] = defaultdict(set)
    for type_name, key in ids:
        if is_key_of(type_name, key):
            keys[type_name].add(key)
    rows = {
        name: await LOOKUPS[name](reader, keys[name], columns=columns_of(name))
        for name in LOOKUPS
        if name in keys
    }
    return [_node(type_name, rows.get(type_name, {}).get(key)) for type_name, key in ids]


def _node(type_name: str, row: Row | None) -> Node | None:
    return None if row is None else NODE_TYPES[type_name](row=row)
