"""Compares a tenant with a data file, and deletes lacking records."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select

from models.key_pages import key_pages
from models.sql.prepared import Row
from models.tables.rule import segment_rule
from resolvers.access import Reader, Writer
from resolvers.reference.table import ReferenceTable
from resolvers.reference.write import RemoveReference
from resolvers.rules.changing.remove import remove_rule
from resolvers.rules.vocabulary import AUTOMATIC
from resolvers.segment.write import RemoveSegment
from resolvers.transfer.file_keys import FileKeys, RuleOfLine
from resolvers.transfer.kind import KINDS, Kind
from resolvers.writing.command import Key, Outcome, Remove

PAGE_KEYS: Final = 5_000
RULES: Final = "rule"
"""The name under which rules are counted."""
USUAL_DELETES: Final = 10
USUAL_SHARE: Final = 100
"""One of so many records."""
_ASSIGNMENT: Final = "customerAssignment"
_EXCLUSION: Final = "customerExclusion"
_TYPE: Final = "assignment_type"


@dataclass(slots=True)
class Comparison:
    """The numbers of stored and lacking records and rules.

    `rules` are the segments of these rules. The keys of the records are in `FileKeys`.
    """

    stored: int = 0
    lacking: Counter[str] = field(default_factory=Counter)
    rules: list[str] = field(default_factory=list)

    @property
    def deletes(self) -> int:
        """The number of lacking records and rules."""
        return self.lacking.total()

    @property
    def usual_deletes(self) -> int:
        """The number of deletes allowed without an option.

        It is a hundredth of the records, or 10 if that is more, and at most half of them.
        """
        return min(self.stored // 2, max(USUAL_DELETES, self.stored // USUAL_SHARE))


async def compare(reader: Reader, keys: FileKeys) -> Comparison:
    """Find the lacking records and rules.

    What a rule assigns is no record of the file, as long as the file has the rule. Where the segment of a
    rule is deleted, members and exclusions go with it: deleted before, the rule could bring them back.
    """
    comparison = Comparison()
    with_rules = await _segments_with_rules(reader)

    def goes_with_rule(segment_id: str) -> bool:
        return segment_id in with_rules and keys.rule_of(segment_id) is None

    comparison.rules = [key for key in sorted(with_rules) if keys.rule_of(key) is RuleOfLine.NONE]
    for kind in KINDS:
        async for rows in _pages(reader, kind):
            comparison.stored += len(rows)
            by_rule = {key: row.get(_TYPE) == AUTOMATIC for key, row in rows.items()}
            lacking = [
                key
                for key in keys.lacks(kind, list(rows))
                if not (by_rule[key] and keys.rule_of(key[0]) is RuleOfLine.ACTIVE)
            ]
            comparison.lacking[kind.name] += len(lacking)
            may_go_with_rule = [key for key in lacking if by_rule[key] or kind.name == _EXCLUSION]
            goes = {key for key in may_go_with_rule if goes_with_rule(key[0])}
            keys.add_lacking(kind, [key for key in lacking if key not in goes])
    comparison.lacking[RULES] += len(comparison.rules)
    comparison.lacking = +comparison.lacking
    return comparison


async def _segments_with_rules(reader: Reader) -> set[str]:
    rows = await reader.snapshot.rows(
        select(segment_rule.c.segment_id).where(
            segment_rule.c.tenant == reader.tenant, segment_rule.c.removal.is_(None)
        )
    )
    return {row["segment_id"] for row in rows}


async def _pages(reader: Reader, kind: Kind) -> AsyncIterator[dict[Key, Row]]:
    """The keys of a kind, with the type of customer assignments."""
    table = kind.table.table
    key = [table.c[name] for name in kind.table.key]
    columns = [*key, table.c[_TYPE]] if kind.name == _ASSIGNMENT else key
    async for rows in key_pages(reader.snapshot, table, reader.tenant, PAGE_KEYS, key=key, columns=columns):
        yield {kind.table.key_of(row): row for row in rows}


async def remove_rules(writer: Writer, segment_ids: Sequence[str]) -> None:
    """Remove the lacking rules.

    Their members stay: those that the file lacks are deleted as all others.
    """
    for segment_id in segment_ids:
        await remove_rule(writer, segment_id, keep_members=True)


async def delete_records(writer: Writer, kind: Kind, keys: Sequence[Key]) -> list[Outcome]:
    """Delete records of a kind; one outcome per key."""
    return await kind.write(writer, [_removal(kind, key) for key in keys])


def _removal(kind: Kind, key: Key) -> Remove:
    if kind.name == "segment":
        return RemoveSegment(key, force_delete=True)
    return RemoveReference(key) if isinstance(kind.table, ReferenceTable) else Remove(key)
