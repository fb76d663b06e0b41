"""The keys of a data file, in a temporary database.

A file may have millions of them.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

import orjson

from resolvers.errors import GatewayError
from resolvers.transfer.kind import KINDS, Kind
from resolvers.transfer.line import Line
from resolvers.transfer.rule import RestoreSegment
from resolvers.writing.command import Key, Remove, Restore

CACHE_KIBIBYTES: Final = 16_000
_TABLES: Final = """
CREATE TABLE record (kind INTEGER, key TEXT, rule INTEGER, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE link (kind TEXT, key TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE lacking (kind INTEGER, key TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID;
"""


class RuleOfLine(IntEnum):
    """The rule in the line of a segment."""

    NONE = 0
    ACTIVE = 1
    PAUSED = 2


class FileKeys:
    """The records of a data file, their links, and lacking records."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "keys.db", isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{CACHE_KIBIBYTES}"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.executescript(_TABLES)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    @property
    def records(self) -> int:
        """The number of records in the file."""
        [count] = self._database.execute("SELECT count(*) FROM record WHERE rule IS NOT NULL").fetchone()
        return int(count)

    def add(self, lines: Iterable[Line]) -> None:
        """Add the records of lines; deletions are neither present nor lacking."""
        self._database.execute("BEGIN")
        for line in lines:
            if line.kind is None or isinstance(line.command, GatewayError):
                continue
            place = KINDS.index(line.kind), _text(line.command.key)
            if isinstance(line.command, Restore):
                rule = _rule(line.command)
                self._database.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?)", (*place, rule))
                links = line.kind.links_to(line.command.content)
                linked = ((name, _text(key)) for name, *key in links)
                self._database.executemany("INSERT OR IGNORE INTO link VALUES (?, ?)", linked)
            elif isinstance(line.command, Remove):
                self._database.execute("INSERT OR REPLACE INTO record VALUES (?, ?, NULL)", place)
        self._database.execute("COMMIT")

    def lacks(self, kind: Kind, keys: Sequence[Key]) -> list[Key]:
        """The keys without a line in the file."""
        rows = self._database.execute(
            """
            SELECT value FROM json_each(?) AS stored
            WHERE NOT EXISTS (SELECT 1 FROM record WHERE record.kind = ? AND record.key = stored.value)
            """,
            (_json([_text(key) for key in keys]), KINDS.index(kind)),
        )
        return [_key(text) for (text,) in rows]

    def rule_of(self, segment_id: str) -> RuleOfLine | None:
        """The rule of a segment in the file; None without the segment."""
        row = self._database.execute(
            "SELECT rule FROM record WHERE kind = ? AND key = ?", (_SEGMENTS, segment_id)
        ).fetchone()
        return None if row is None or row[0] is None else RuleOfLine(row[0])

    def add_lacking(self, kind: Kind, keys: Iterable[Key]) -> None:
        """Remember stored records without a line."""
        place = KINDS.index(kind)
        self._database.execute("BEGIN")
        self._database.executemany("INSERT INTO lacking VALUES (?, ?)", ((place, _text(key)) for key in keys))
        self._database.execute("COMMIT")

    def lacking(self, kind: Kind, size: int) -> Iterator[list[Key]]:
        """The lacking records of a kind, page by page."""
        rows = self._database.execute("SELECT key FROM lacking WHERE kind = ?", (KINDS.index(kind),))
        while part := rows.fetchmany(size):
            yield [_key(text) for (text,) in part]

    def segments_referred_to(self, most: int) -> list[str]:
        """The first lacking segment with assignments in the file."""
        rows = self._database.execute(
            """
            SELECT key FROM lacking WHERE kind = ? AND EXISTS (
                SELECT 1 FROM json_each(?) AS assigned JOIN record ON record.kind = assigned.value
                WHERE record.rule IS NOT NULL
                AND record.key > lacking.key || '/' AND record.key < lacking.key || '0'
            ) LIMIT ?
            """,
            (_SEGMENTS, _json(_OF_SEGMENTS), most),
        )
        return [text for (text,) in rows]

    def links_to_lacking(self) -> bool:
        """Whether records of the file link to lacking ones."""
        names = _json([kind.name for kind in KINDS])
        row = self._database.execute(
            """
            SELECT 1 FROM lacking JOIN json_each(?) AS name ON name.key = lacking.kind
            JOIN link ON link.kind = name.value AND link.key = lacking.key LIMIT 1
            """,
            (names,),
        ).fetchone()
        return row is not None


def _rule(command: Restore) -> RuleOfLine:
    rule = command.rule if isinstance(command, RestoreSegment) else None
    if rule is None or rule.content is None:
        return RuleOfLine.NONE
    return RuleOfLine.PAUSED if rule.is_paused else RuleOfLine.ACTIVE


def _json(values: Sequence[Any]) -> str:
    return orjson.dumps(values).decode()


def _text(key: Iterable[str]) -> str:
    """The key as one text: no id has a slash."""
    return "/".join(key)


def _key(text: str) -> Key:
    return tuple(text.split("/"))


_SEGMENTS: Final = next(place for place, kind in enumerate(KINDS) if kind.name == "segment")
_OF_SEGMENTS: Final = list(range(_SEGMENTS + 1, len(KINDS)))
"""The places of the kinds whose keys begin with a segment."""
