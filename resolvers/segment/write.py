"""Every way of writing segments. All of them need the scope segment_manage."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from sqlalchemy import exists, or_, select

from models.customer_assignment import customer_assignment
from models.item_assignment import item_assignment
from models.segment import segment
from resolvers.access import Writer
from resolvers.caller import Scope
from resolvers.document import Document, expected_version
from resolvers.errors import GatewayError, NotFound, SegmentInUse, VersionConflict
from resolvers.language import ANY_LANGUAGE, ContentLanguage, check_languages
from resolvers.owned_rows import Owned, delete_owned
from resolvers.policy import Policy
from resolvers.record import (
    Command,
    Create,
    Key,
    Outcome,
    Record,
    RecordTable,
    Remove,
    Restore,
    Rows,
    Upsert,
    successor,
)
from resolvers.segment.document import segment_content, segment_document
from resolvers.segment.patch import Operation, patched
from resolvers.text import checked_segment_id

SEGMENTS: Final = RecordTable(segment, ("id",))


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
    writer.caller.require(Scope.MANAGE)
    keys = {command.key for command in commands if not isinstance(command, GatewayError)}
    rows = await SEGMENTS.lock(writer, keys)
    removed = [key[0] for key, command in _removals(commands) if rows.get(key) is not None]
    had_assignments = await _segments_in_use(writer, removed)
    in_use = set(had_assignments)
    outcomes = [_outcome(writer, rows, command, in_use) for command in commands]
    await _delete_assignments(writer, sorted(had_assignments - in_use))
    await SEGMENTS.save(writer, rows)
    return outcomes


def _removals(commands: Sequence[SegmentCommand | GatewayError]) -> list[tuple[Key, RemoveSegment]]:
    return [(command.key, command) for command in commands if isinstance(command, RemoveSegment)]


def _outcome(writer: Writer, rows: Rows, command: SegmentCommand | GatewayError, in_use: set[str]) -> Outcome:
    """What becomes of a command; a segment that is deleted is not `in_use` any more."""
    if isinstance(command, GatewayError):
        return Outcome(key=None, error=command)
    try:
        after = _next(writer, rows.get(command.key), command, in_use)
    except GatewayError as error:
        return Outcome(command.key, error=error)
    if isinstance(command, RemoveSegment):
        in_use.discard(command.key[0])
    return rows.put(command.key, after)


def _next(
    writer: Writer, stored: Record | None, command: SegmentCommand, in_use: Collection[str]
) -> Record | None:
    if isinstance(command, PatchSegment):
        return _patched(writer, stored, command)
    command.check(stored)
    match command:
        case RemoveSegment(key=(segment_id,), force_delete=False) if segment_id in in_use:
            raise SegmentInUse(segment_id)
        case _:
            return SEGMENTS.decide(command, stored, writer)


def _patched(writer: Writer, stored: Record | None, command: PatchSegment) -> Record:
    if stored is None:
        raise NotFound(command.key[0])
    command.check(stored)
    if command.expected_version not in (None, stored["version"]):
        raise VersionConflict(resource_id=command.key[0])
    if not command.operations:
        return stored
    document = patched(segment_document(stored), command.operations)
    content = segment_content(document, writer.policy)
    for member in ("name", "description"):
        written = {tag: text for tag, text in content[member].items() if stored[member].get(tag) != text}
        check_languages(written, command.content_language, writer.policy, (member,))
    return SEGMENTS.record(writer.tenant, command.key, content | successor(stored, writer.now))


async def _segments_in_use(writer: Writer, segment_ids: Sequence[str]) -> set[str]:
    """Which of the segments have customers or items assigned."""
    if not segment_ids:
        return set()
    assigned = [
        exists().where(table.c.tenant == segment.c.tenant, table.c.segment_id == segment.c.id)
        for table in (customer_assignment, item_assignment)
    ]
    rows = await writer.transaction.rows(
        select(segment.c.id).where(
            segment.c.tenant == writer.tenant, segment.c.id.in_(segment_ids), or_(*assigned)
        )
    )
    return {row["id"] for row in rows}


async def _delete_assignments(writer: Writer, segment_ids: Sequence[str]) -> None:
    for table in (customer_assignment, item_assignment):
        await delete_owned(writer, Owned(table, "segment_id"), segment_ids)
