"""Every way of writing segments. All of them need the scope segment_manage."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from sqlalchemy import exists, or_, select

from models.tables.customer_assignment import customer_assignment
from models.tables.group_assignment import group_assignment
from models.tables.item_assignment import item_assignment
from models.tables.segment import segment
from resolvers.access import Writer
from resolvers.errors import GatewayError, NotFound, SegmentInUse, VersionConflict
from resolvers.policy import Policy
from resolvers.rules.changing.remove import forget_rules
from resolvers.rules.head import TenantRules, lock_rules
from resolvers.segment.document import segment_content, segment_document
from resolvers.segment.members import LOCALIZED
from resolvers.segment.patch import Operation, patched
from resolvers.values.document import Document, expected_version
from resolvers.values.language import ANY_LANGUAGE, ContentLanguage, check_languages
from resolvers.values.text import checked_segment_id
from resolvers.writing.cascade import Owned, delete_owned
from resolvers.writing.change import Cause, Rows
from resolvers.writing.command import Command, Create, Outcome, Record, Remove, Restore, Upsert
from resolvers.writing.commit import Batch, commit
from resolvers.writing.table import RecordTable, successor

SEGMENTS: Final = RecordTable(segment, ("id",))
ASSIGNMENTS: Final = (customer_assignment, item_assignment, group_assignment)
"""What keeps a segment from being deleted, unless it goes along (behaviour D74)."""


@dataclass(frozen=True, slots=True)
class RemoveSegment(Remove):
    """Delete a segment; one with assignments only where `force_delete` says to delete those too."""

    force_delete: bool = False

    @property
    def takes_along(self) -> bool:
        return self.force_delete


@dataclass(frozen=True, slots=True)
class PatchSegment(Command):
    """Apply JSON Patch operations, all or none."""

    operations: Sequence[Operation]
    content_language: ContentLanguage = ANY_LANGUAGE
    expected_version: int | None = None


SegmentCommand: TypeAlias = Create | Upsert | Restore | RemoveSegment | PatchSegment


def create_segment(
    document: Document, policy: Policy, content_language: ContentLanguage = ANY_LANGUAGE
) -> Create:
    """The command to create the segment that the document describes, under its id or a new one."""
    segment_id = document.get("id")
    key = new_segment_id() if segment_id is None else checked_segment_id(segment_id, ("id",))
    return Create((key,), segment_content(document, policy, content_language))


def upsert_segment(
    segment_id: str | None,
    document: Document,
    policy: Policy,
    content_language: ContentLanguage = ANY_LANGUAGE,
) -> Upsert:
    """The command to replace or create a segment; without an id one is made up (behaviour D48)."""
    key = new_segment_id() if segment_id is None else checked_segment_id(segment_id, ("id",))
    return Upsert((key,), segment_content(document, policy, content_language), expected_version(document))


def new_segment_id() -> str:
    """24 lower-case hexadecimal characters (behaviour D23)."""
    return secrets.token_hex(12)


async def write_segment(writer: Writer, command: SegmentCommand) -> Outcome:
    """Carry out one command, or raise what keeps it from being carried out."""
    [outcome] = await write_segments(writer, [command])
    return outcome.raised()


async def write_segments(writer: Writer, commands: Sequence[SegmentCommand | GatewayError]) -> list[Outcome]:
    """Carry out commands in order, each on its own; one outcome per command.

    A GatewayError in the place of a command, an element that could not be read, is its own outcome.
    """
    return await commit(_Segments(writer, commands))


class _Segments(Batch[SegmentCommand]):
    def __init__(self, writer: Writer, elements: Sequence[SegmentCommand | GatewayError]) -> None:
        super().__init__(writer, SEGMENTS, elements)
        self._had_assignments: set[str] = set()
        self._in_use: set[str] = set()
        self._removed: set[str] = set()
        self._rules = TenantRules()

    async def lock_references(self) -> None:
        removes = any(isinstance(command, RemoveSegment) for command in self.commands)
        if removes or self.writer.cause is Cause.IMPORT:  # a data file may go on with assignments
            self._rules = await lock_rules(self.writer, adds_head=False)

    async def look_up(self, rows: Rows) -> None:
        removed = [command.key for command in self.commands if isinstance(command, RemoveSegment)]
        self._had_assignments = await _in_use(self.writer, [key[0] for key in removed if rows.get(key)])
        self._in_use = set(self._had_assignments)

    async def decide(self, command: SegmentCommand, stored: Record | None) -> Record | None:
        if isinstance(command, PatchSegment):
            return await _patched(self.writer, stored, command)
        command.check(stored)
        if isinstance(command, RemoveSegment):
            [segment_id] = command.key
            if segment_id in self._in_use and not command.force_delete:
                raise SegmentInUse(segment_id)
            self._in_use.discard(segment_id)
            self._removed.add(segment_id)
        return SEGMENTS.decide(command, stored, self.writer)

    async def delete_owned(self) -> None:
        if self._rules:
            await forget_rules(self.writer, self._rules, self._removed)
        segment_ids = sorted(self._had_assignments - self._in_use)
        for table in ASSIGNMENTS:
            await delete_owned(self.writer, Owned(table, "segment_id"), segment_ids)


async def _patched(writer: Writer, stored: Record | None, command: PatchSegment) -> Record:
    if stored is None:
        raise NotFound(command.key[0])
    command.check(stored)
    if command.expected_version not in (None, stored["version"]):
        raise VersionConflict(resource_id=command.key[0])
    if not command.operations:
        return stored
    document = await patched(segment_document(stored), command.operations)
    content = segment_content(document, writer.policy)
    for member in LOCALIZED:
        before = stored[member.column]
        texts = {tag: text for tag, text in content[member.column].items() if before.get(tag) != text}
        check_languages(texts, command.content_language, writer.policy, (member.name,))
    return SEGMENTS.record(writer.tenant, command.key, content | successor(stored, writer.now))


async def _in_use(writer: Writer, segment_ids: Sequence[str]) -> set[str]:
    """Which of the segments have customers, items or groups assigned."""
    if not segment_ids:
        return set()
    assigned = [
        exists().where(table.c.tenant == segment.c.tenant, table.c.segment_id == segment.c.id)
        for table in ASSIGNMENTS
    ]
    rows = await writer.transaction.rows(
        select(segment.c.id).where(
            segment.c.tenant == writer.tenant, segment.c.id.in_(segment_ids), or_(*assigned)
        )
    )
    return {row["id"] for row in rows}
