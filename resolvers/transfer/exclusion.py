"""Exclusions of customers, as lines of a data file.

Clients exclude customers from segments with rules. A customer is either assigned to a segment or excluded
from it: the later line counts.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import select

from models.connection.kept_statement import KeptStatement
from models.tables.columns import instant_text
from models.tables.rule import customer_exclusion
from models.tables.segment import segment
from resolvers.access import TENANT, Writer
from resolvers.assignment import AssignmentCommand
from resolvers.customer_assignment import CUSTOMER_ASSIGNMENTS, write_customer_assignments
from resolvers.errors import GatewayError, UnknownSegment
from resolvers.policy import Policy
from resolvers.rules.head import lock_rules
from resolvers.transfer.document import customer_key_of, stamp
from resolvers.values.document import Document
from resolvers.writing.command import Key, Outcome, Record, Remove, Restore, Stamp
from resolvers.writing.commit import Batch, commit
from resolvers.writing.save import save
from resolvers.writing.table import RecordTable, lock_existing, same

EXCLUSIONS: Final = RecordTable(customer_exclusion, CUSTOMER_ASSIGNMENTS.key, named_by="customer_id")
_FIRST: Final = KeptStatement(
    lambda _: select(customer_exclusion.c.segment_id).where(customer_exclusion.c.tenant == TENANT).limit(1)
)


def restore_exclusion(document: Document, _policy: Policy) -> Restore:
    """The command for excluding a customer.

    Raises InvalidInput.
    """
    values = stamp(document)
    created = None if values is None or values.created_at is None else Stamp(created_at=values.created_at)
    return Restore(customer_key_of(document), {}, created)


def remove_exclusion(document: Document) -> Remove:
    """The command for deleting an exclusion.

    The rule decides again. Raises InvalidInput.
    """
    return Remove(customer_key_of(document))


def exclusion_record(row: Record) -> dict[str, Any]:
    """The exclusion in the form of a data file."""
    key = {"segmentId": row["segment_id"], "customerId": row["customer_id"]}
    if row["legal_entity_id"]:
        key["legalEntityId"] = row["legal_entity_id"]
    return {**key, "metadata": {"createdAt": instant_text(row["created_at"])}}


async def write_exclusions(writer: Writer, commands: Sequence[Restore | Remove]) -> list[Outcome]:
    """Execute commands on exclusions, in order.

    Returns one outcome per command. An excluded customer loses the assignment.
    """
    return await commit(_Exclusions(writer, EXCLUSIONS, commands))


async def write_assignments_of_file(writer: Writer, commands: Sequence[AssignmentCommand]) -> list[Outcome]:
    """Execute commands on assignments from a data file.

    See `write_customer_assignments`. An assigned customer loses the exclusion.
    """
    outcomes = await write_customer_assignments(writer, commands)
    if any(isinstance(command, Restore) for command in commands) and await _has_exclusions(writer):
        restored = {
            command.key
            for command, outcome in zip(commands, outcomes, strict=True)
            if isinstance(command, Restore) and outcome.error is None
        }
        await _delete(writer, EXCLUSIONS, restored)
    return outcomes


async def _has_exclusions(writer: Writer) -> bool:
    """Whether the tenant has any; to look each up takes as long as to write an assignment."""
    return await writer.transaction.row(_FIRST.on(writer.transaction), {"tenant": writer.tenant}) is not None


class _Exclusions(Batch[Restore | Remove]):
    def __init__(
        self, writer: Writer, table: RecordTable, elements: Sequence[Restore | Remove | GatewayError]
    ) -> None:
        super().__init__(writer, table, elements)
        self._segments: Collection[str] = ()
        self._excluded: set[Key] = set()

    async def lock_references(self) -> None:
        await lock_rules(self.writer)
        segment_ids = {command.key[0] for command in self.commands if isinstance(command, Restore)}
        self._segments = await lock_existing(self.writer, segment, segment_ids)

    async def decide(self, command: Restore | Remove, stored: Record | None) -> Record | None:
        if isinstance(command, Remove):
            return None
        if command.key[0] not in self._segments:
            raise UnknownSegment(command.key[0])
        self._excluded.add(command.key)
        if stored is not None and same(stored, {}, command.stamp):
            return stored
        values = command.stamp.given if command.stamp else {}
        created = {"created_at": stored["created_at"] if stored else self.writer.now}
        return self.table.record(self.writer.tenant, command.key, created | values)

    async def delete_owned(self) -> None:
        await _delete(self.writer, CUSTOMER_ASSIGNMENTS, self._excluded)


async def _delete(writer: Writer, table: RecordTable, keys: Collection[Key]) -> None:
    """Delete the rows with these keys."""
    rows = await table.lock(writer, keys)
    for key in rows.before:
        rows.put(key, None)
    await save(writer, table.changes(rows, writer))
