"""What assignments of customers, items and groups have in common."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import and_

from models.filter.catalogue import Catalogue
from models.tables.segment import segment
from resolvers.access import Reader, Writer
from resolvers.errors import GatewayError, UnknownReference, UnknownSegment
from resolvers.reading.listing import ChildList
from resolvers.reading.rows_by_key import KeyedRows
from resolvers.visibility import sees_all
from resolvers.writing.command import Key, Outcome, Record, Remove, Restore, Upsert
from resolvers.writing.commit import Batch, commit
from resolvers.writing.table import RecordTable, lock_existing

AssignmentCommand: TypeAlias = Upsert | Restore | Remove
UnfitReferences: TypeAlias = Mapping[Key, GatewayError]
FindUnfit: TypeAlias = Callable[[Writer, Collection[Key]], Awaitable[UnfitReferences]]
"""Which keys refer to what may not be assigned: where references are enforced, to what is not known.
What is known stays until the transaction ends."""


def unknown_reference(noun: str, reference_id: str, member: str) -> UnknownReference:
    """The error of an assignment to something that is not known; `member` names it in the input."""
    return UnknownReference(
        f"The {noun} with id {reference_id} does not exist.", path=(member,), resource_id=reference_id
    )


def assignments_of_segments(reader: Reader, noun: KeyedRows, catalogue: Catalogue) -> ChildList:
    """The assignments to each segment: all, or those that the caller sees in the own view."""
    sees_all(reader)
    return ChildList(
        reader,
        ("assignments of segments", noun.table.name),
        catalogue,
        lambda segment_id: and_(noun.in_own_view(reader), noun.table.c.segment_id == segment_id),
    )


async def write_assignments(
    writer: Writer,
    table: RecordTable,
    commands: Sequence[AssignmentCommand | GatewayError],
    find_unfit: FindUnfit,
    *,
    lock_first: Callable[[Writer], Awaitable[object]] | None = None,
) -> list[Outcome]:
    """Carry out commands in order, each on its own; one outcome per command.

    Keys begin with the segment's id. Raises UnknownSegment for the whole batch where an Upsert
    names a segment that does not exist (behaviour D36); a Restore into one is its own failure.
    `lock_first` locks what comes before segments in the order of locks.
    """
    return await commit(_Assignments(writer, table, commands, find_unfit, lock_first))


class _Assignments(Batch[AssignmentCommand]):
    def __init__(
        self,
        writer: Writer,
        table: RecordTable,
        elements: Sequence[AssignmentCommand | GatewayError],
        find_unfit: FindUnfit,
        lock_first: Callable[[Writer], Awaitable[object]] | None,
    ) -> None:
        super().__init__(writer, table, elements)
        self._find_unfit = find_unfit
        self._lock_first = lock_first
        self._unfit: UnfitReferences = {}
        self._segments: Collection[str] = ()

    async def lock_references(self) -> None:
        assigned = [command.key for command in self.commands if not isinstance(command, Remove)]
        if assigned:
            self._unfit = await self._find_unfit(self.writer, assigned)
        if self._lock_first is not None:
            await self._lock_first(self.writer)
        self._segments = await lock_existing(self.writer, segment, {key[0] for key in assigned})
        for command in self.commands:
            if isinstance(command, Upsert):
                self._require_segment(command.key)

    async def decide(self, command: AssignmentCommand, stored: Record | None) -> Record | None:
        if not isinstance(command, Remove):
            self._require_segment(command.key)
            if self._unfit and command.key in self._unfit:
                raise self._unfit[command.key]
        command.check(stored)
        return self.table.decide(command, stored, self.writer)

    def _require_segment(self, key: Key) -> None:
        if key[0] not in self._segments:
            raise UnknownSegment(key[0])
