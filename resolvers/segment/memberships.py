"""How customers are in segments."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, Final, TypeAlias

from sqlalchemy import Select, select

from models.sql.keys import key_parameters, key_rows
from models.sql.probe import has_row
from models.tables.customer_assignment import customer_assignment
from models.tables.group_assignment import group_assignment
from resolvers.access import Reader
from resolvers.membership import Membership, by_group, direct
from resolvers.visibility import reads_something, sees_all

SegmentOfCustomer: TypeAlias = tuple[str, str, str | None]
"""The id of a segment, that of a customer, and the legal entity that is chosen for them (behaviour D39)."""
KEY: Final = ("segment_id", "customer_id")


async def memberships(
    reader: Reader, keys: Collection[SegmentOfCustomer]
) -> Mapping[SegmentOfCustomer, Membership]:
    """How each customer is in the segment; the key is missing where they are not, or not to be seen.

    In the own view only the caller is in any. One statement for each chosen legal entity.
    """
    if not reads_something(reader):
        return {}
    own = None if sees_all(reader) else reader.caller.customer_id
    pairs: defaultdict[str | None, set[tuple[str, str]]] = defaultdict(set)
    for segment_id, customer_id, legal_entity_id in keys:
        if own in {None, customer_id}:
            pairs[legal_entity_id].add((segment_id, customer_id))
    found: dict[SegmentOfCustomer, Membership] = {}
    for legal_entity_id, of_entity in pairs.items():
        for pair, membership in (await _memberships(reader.acting_for(legal_entity_id), of_entity)).items():
            found[(*pair, legal_entity_id)] = membership
    return found


async def _memberships(
    reader: Reader, pairs: Collection[tuple[str, str]]
) -> Mapping[tuple[str, str], Membership]:
    statement = reader.prepared("memberships", lambda: _select(reader))
    values = key_parameters(sorted(pairs), len(KEY), reader.snapshot.dialect)
    return {
        (row["segment_id"], row["customer_id"]): Membership.DIRECT if row["is_direct"] else Membership.GROUP
        for row in await reader.rows(statement, **values)
        if row["is_direct"] or row["is_by_group"]
    }


def _select(reader: Reader) -> Select[Any]:
    keys = key_rows(KEY, reader.snapshot.dialect)
    segment_id, customer_id = keys.c.segment_id, keys.c.customer_id
    is_direct = has_row(direct(reader, customer_id).where(customer_assignment.c.segment_id == segment_id))
    is_by_group = has_row(by_group(reader, customer_id).where(group_assignment.c.segment_id == segment_id))
    return select(
        segment_id, customer_id, is_direct.label("is_direct"), is_by_group.label("is_by_group")
    ).select_from(keys)
