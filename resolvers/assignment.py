"""What customer assignments and item assignments have in common when they are written."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import select

from models.segment import segment
from resolvers import document as member
from resolvers.access import Writer
from resolvers.caller import Scope
from resolvers.document import Document
from resolvers.errors import GatewayError, UnknownReference, UnknownSegment
from resolvers.record import (
    Key,
    Outcome,
    Record,
    RecordTable,
    Remove,
    Restore,
    Rows,
    Upsert,
)

AssignmentCommand: TypeAlias = Upsert | Restore | Remove
UnknownReferences: TypeAlias = Mapping[Key, UnknownReference]
FindUnknown: TypeAlias = Callable[[Writer, Collection[Key]], Awaitable[UnknownReferences]]


def assignment_content(document: Document) -> Record:
    """The columns that the document of an assignment decides. Raises InvalidInput."""
    return {"mixins": member.mixins(document), "mixin_schemas": member.mixin_schemas(document)}


async def write_assignments(
    writer: Writer,
    table: RecordTable,
    commands: Sequence[AssignmentCommand | GatewayError],
    find_unknown: FindUnknown,
) -> list[Outcome]:
    """Carry out commands in order, each on its own; one outcome per command.

    Keys begin with the segment's id. Raises UnknownSegment for the whole batch where an Upsert
    names a segment that does not exist (behaviour D36); a Restore into one is its own failure.
    """
    writer.caller.require(Scope.MANAGE)
    assigned = [command.key for command in commands if isinstance(command, Upsert | Restore)]
    segments = await _keep_segments(writer, {key[0] for key in assigned})
    for command in commands:
        if isinstance(command, Upsert) and command.key[0] not in segments:
            raise UnknownSegment(command.key[0])
    unknown = await find_unknown(writer, assigned) if writer.policy.enforce_references and assigned else {}
    rows = await table.lock(writer, [one.key for one in commands if not isinstance(one, GatewayError)])
    decide = _Decision(writer, table, rows, segments, unknown)
    outcomes = [decide.outcome(command) for command in commands]
    await table.save(writer, rows)
    return outcomes


async def _keep_segments(writer: Writer, segment_ids: Collection[str]) -> set[str]:
    """Which of the segments exist; those stay until the transaction ends."""
    if not segment_ids:
        return set()
    rows = await writer.transaction.rows(
        select(segment.c.id)
        .where(segment.c.tenant == writer.tenant, segment.c.id.in_(sorted(segment_ids)))
        .order_by(segment.c.id)
        .with_for_update(read=True, key_share=True)
    )
    return {row["id"] for row in rows}


@dataclass(frozen=True, slots=True)
class _Decision:
    """What one batch of commands is decided by."""

    writer: Writer
    table: RecordTable
    rows: Rows
    segments: Collection[str]
    unknown: UnknownReferences

    def outcome(self, command: AssignmentCommand | GatewayError) -> Outcome:
        if isinstance(command, GatewayError):
            return Outcome(key=None, error=command)
        key, stored = command.key, self.rows.get(command.key)
        try:
            if not isinstance(command, Remove):
                self._check_references(key)
            command.check(stored)
            after = self.table.decide(command, stored, self.writer)
        except GatewayError as error:
            return Outcome(key, error=error)
        return self.rows.put(key, after)

    def _check_references(self, key: Key) -> None:
        if key[0] not in self.segments:
            raise UnknownSegment(key[0])
        if key in self.unknown:
            raise self.unknown[key]
