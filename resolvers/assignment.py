"""What customer assignments and item assignments have in common when they are written."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from models.segment import segment
from resolvers import document as member
from resolvers.access import Writer
from resolvers.caller import Scope
from resolvers.document import Document
from resolvers.errors import GatewayError, UnknownReference, UnknownSegment
from resolvers.owned_rows import kept_ids
from resolvers.record import Key, Outcome, Record, RecordTable, Remove, Restore, Rows, Upsert

AssignmentCommand: TypeAlias = Upsert | Restore | Remove
UnknownReferences: TypeAlias = Mapping[Key, UnknownReference]
FindUnknown: TypeAlias = Callable[[Writer, Collection[Key]], Awaitable[UnknownReferences]]
"""Which keys refer to what is not known; what is known stays until the transaction ends."""


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
    unknown = await find_unknown(writer, assigned) if writer.policy.enforce_references and assigned else {}
    segments = await kept_ids(writer, segment, {key[0] for key in assigned})
    for command in commands:
        if isinstance(command, Upsert) and command.key[0] not in segments:
            raise UnknownSegment(command.key[0])
    rows = await table.lock(writer, [one.key for one in commands if not isinstance(one, GatewayError)])
    decide = _Decision(writer, table, rows, segments, unknown)
    outcomes = [decide.outcome(command) for command in commands]
    await table.save(writer, rows)
    return outcomes


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
