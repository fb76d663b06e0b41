"""Loading a data file: its lines in batches, each batch in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from resolvers.access import Writer
from resolvers.errors import GatewayError
from resolvers.transfer.kind import KINDS, Reference
from resolvers.transfer.line import Line
from resolvers.writing.command import Outcome, Remove, Restore

BATCH_LINES: Final = 8_000
"""Each batch locks what it refers to and commits: of 1,000 lines, that took a fifth of the time."""
BATCH_BYTES: Final = 8_000_000


def batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """The lines, in batches that may be carried out kind by kind with the same result as line by line.

    That holds as long as no line makes, changes or deletes what an earlier line of its batch refers to,
    deletes what an earlier one links to, or looks at (as deletions do) assignments that an earlier one
    deletes along with a record of a later kind. Files in any order so come in big batches: ten thousand
    pairs of a segment and its first customer too.
    """
    batch = _Batch()
    for line in lines:
        if not batch.takes(line):
            yield batch.lines
            batch = _Batch()
        batch.add(line)
    if batch.lines:
        yield batch.lines


@dataclass(slots=True)
class _Batch:
    """Lines so far, and what decides about the next one.

    `referred` and `linked` are those of the first `seen` lines: most lines can be no record that others name.
    """

    lines: list[Line] = field(default_factory=list)
    size: int = 0
    referred: set[Reference] = field(default_factory=set)
    linked: set[Reference] = field(default_factory=set)
    seen: int = 0
    took_along: int = 0
    """The last kind, by place, of which a line has deleted assignments as well."""

    def takes(self, line: Line) -> bool:
        """Whether the line may be carried out together with those that are here."""
        if not self.lines:
            return True
        if len(self.lines) >= BATCH_LINES or self.size + line.size > BATCH_BYTES:
            return False
        kind, command = line.kind, line.command
        if kind is None or isinstance(command, GatewayError):
            return True
        deletes = isinstance(command, Remove)
        if kind.is_referred_to:
            self._see_references()
            name = kind.name, *command.key
            if name in self.referred or (deletes and name in self.linked):
                return False
        looks = deletes or kind.looks_at_assignments
        return not looks or KINDS.index(kind) >= self.took_along

    def add(self, line: Line) -> None:
        """Put the line at the end."""
        self.lines.append(line)
        self.size += line.size
        kind, command = line.kind, line.command
        if kind is None or isinstance(command, GatewayError):
            return
        if kind.takes_along or (isinstance(command, Remove) and command.takes_along):
            self.took_along = max(self.took_along, KINDS.index(kind))

    def _see_references(self) -> None:
        """Add what the lines since the last call refer and link to."""
        for line in self.lines[self.seen :]:
            if line.kind is None or isinstance(line.command, GatewayError):
                continue
            self.referred.update(line.kind.refers_to(line.command.key))
            if isinstance(line.command, Restore):
                self.linked.update(line.kind.links_to(line.command.content))
        self.seen = len(self.lines)


async def write_batch(writer: Writer, batch: Sequence[Line]) -> list[Outcome]:
    """Carry out one of the `batches`; one outcome per line, in line order.

    Every statement runs once per kind in the batch, however many lines there are.
    """
    outcomes: dict[int, Outcome] = {}
    lines_of: defaultdict[str, list[Line]] = defaultdict(list)
    for line in batch:
        if isinstance(line.command, GatewayError):
            outcomes[line.number] = Outcome(key=None, error=line.command)
        elif line.kind is not None:
            lines_of[line.kind.name].append(line)
    for kind in KINDS:
        if lines := lines_of[kind.name]:
            written = await kind.write(writer, [line.command for line in lines])
            outcomes.update(zip([line.number for line in lines], written, strict=True))
    return [outcomes[line.number] for line in batch]
