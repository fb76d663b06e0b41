"""Counts of unknown members in a data file.

They are counted by kind and name while a load goes on.
"""

from dataclasses import dataclass
from typing import Final

from resolvers.errors import Path
from resolvers.transfer.kind import KINDS_BY_NAME
from resolvers.transfer.line import Line
from resolvers.transfer.members import near_member

MEMBER_LENGTH: Final = 100
MOST_NAMES: Final = 100
"""The most names kept: a file may consist of unknown members only."""


@dataclass(slots=True)
class _Lines:
    """The number of lines with a member, and the first.

    `place` is one of its paths in a record.
    """

    place: Path
    first: int
    count: int = 0


class UnknownMembers:
    """The unknown members of the lines of a load."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], _Lines] = {}
        self._others = 0

    def add(self, line: Line) -> None:
        """Count the unknown members of a line."""
        for place in line.unknown:
            self._add(line, place)

    def _add(self, line: Line, place: Path) -> None:
        name = (line.kind.name if line.kind else "", member_name(place))
        lines = self._lines.get(name)
        if lines is None:
            if len(self._lines) == MOST_NAMES:
                self._others += 1
                return
            lines = self._lines[name] = _Lines(place, line.number)
        lines.count += 1

    def report(self) -> list[str]:
        """Return a heading and a line for each member.

        The list is empty where there are none.
        """
        if not self._lines:
            return []
        more = [f"  and others, {self._others:,} times"] if self._others else []
        return [
            "Unknown members; --strict rejects the lines that have them:",
            *(self._told(*line) for line in self._lines.items()),
            *more,
        ]

    def _told(self, name: tuple[str, str], lines: _Lines) -> str:
        kind, member = name
        near = near_member(lines.place, KINDS_BY_NAME[kind].shape)
        counted = f"{lines.count:,} lines, first on line" if lines.count > 1 else "line"
        hint = f"; did you mean {near}?" if near else ""
        return f"  {kind}: {member}: {counted} {lines.first}{hint}"


def member_name(path: Path) -> str:
    """Return a path as text: `legalEntityIds[2]`, `name.en`.

    It is one line; names longer than any of ours are cut.
    """
    steps = [f"[{step}]" if isinstance(step, int) else f".{_shown(step)}" for step in path]
    return "".join(steps).removeprefix(".")


def _shown(name: str) -> str:
    return "".join(
        character if character.isprintable() else f"\\u{ord(character):04x}"
        for character in name[:MEMBER_LENGTH]
    )
