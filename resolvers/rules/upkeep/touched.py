"""What a transaction has changed, as far as rules look at it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

from models.tables.customer_assignment import customer_assignment
from models.tables.reference import customer, customer_legal_entity, legal_entity
from models.tables.rule import customer_exclusion
from resolvers.rules.definition.paths import ALL, IN_SEGMENT, LEGAL_ENTITY, LOADED_INTO
from resolvers.values.text import same_json
from resolvers.writing.change import Cause, Change
from resolvers.writing.command import Record

DEPTH: Final = 2
"""Names below `mixins`."""
_COLUMNS: Final = {
    customer: {"first_name": "firstName", "last_name": "lastName", "email": "email"},
    legal_entity: {"name": f"{LEGAL_ENTITY}.name"},
}
_MIXINS: Final = {customer: "mixins", legal_entity: f"{LEGAL_ENTITY}.mixins"}


class Touched:
    """Ids of customers and legal entities, each with the paths whose values have changed.

    A path leads at most to a member of a mixin: `mixins.shop.turnover`.
    """

    def __init__(self) -> None:
        self.customers: defaultdict[str, set[str]] = defaultdict(set)
        self.legal_entities: defaultdict[str, set[str]] = defaultdict(set)

    def __bool__(self) -> bool:
        return bool(self.customers or self.legal_entities)

    @property
    def paths(self) -> set[str]:
        """Every path that has changed for some customer or legal entity."""
        return set().union(*self.customers.values(), *self.legal_entities.values())

    def add(self, changes: Sequence[Change]) -> None:
        """Remember what the changes are about."""
        for change in changes:
            row: Record = change.after or change.before or {}
            if change.table is customer_assignment:
                _add_assignment_paths(self.customers[row["customer_id"]], change, row["segment_id"])
            elif change.table is customer:
                self.customers[row["id"]].update(_paths(change))
            elif change.table is legal_entity:
                self.legal_entities[row["id"]].update(_paths(change))
            elif change.table is customer_legal_entity:
                self.customers[row["customer_id"]].add(LEGAL_ENTITY)
            elif change.table is customer_exclusion:
                self.customers[row["customer_id"]].add(f"{LOADED_INTO}:{row['segment_id']}")


def _add_assignment_paths(paths: set[str], change: Change, segment_id: str) -> None:
    if change.before is None or change.after is None:
        paths.add(f"{IN_SEGMENT}:{segment_id}")
    if change.cause is Cause.IMPORT:
        paths.add(f"{LOADED_INTO}:{segment_id}")


def _paths(change: Change) -> Iterator[str]:
    before, after = change.before, change.after
    if before is None or after is None:
        yield ALL
        return
    for column, path in _COLUMNS[change.table].items():
        if before[column] != after[column]:
            yield path
    yield from _changed(_MIXINS[change.table], before["mixins"], after["mixins"], DEPTH)


def _changed(path: str, before: Any, after: Any, depth: int) -> Iterator[str]:
    """Where two values differ: at members of both of them, or at the path itself."""
    if same_json(before, after):
        return
    if not depth or not isinstance(before, dict) or not isinstance(after, dict):
        yield path
        return
    for name in before.keys() | after.keys():
        if name in before and name in after:
            yield from _changed(f"{path}.{name}", before[name], after[name], depth - 1)
        else:
            yield f"{path}.{name}"
