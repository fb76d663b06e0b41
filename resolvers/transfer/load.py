"""Loading a data file: its lines in batches, each batch in one transaction."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from resolvers.access import Writer
from resolvers.errors import GatewayError
from resolvers.record import Outcome, Remove, Restore
from resolvers.transfer.kind import KINDS, Kind, LineCommand, Reference
from resolvers.transfer.line import Line

BATCH_LINES: Final = 1_000
BATCH_BYTES: Final = 8_000_000


def batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """The lines, in batches that may be carried out kind by kind with the same result as line by line.

    That holds as long as no line makes, changes or deletes what an earlier line of its batch refers to,
    nor deletes what an earlier one links to. Files in any order so come in big batches: ten thousand
    pairs of a segment and its first customer too.
    """
    batch: list[Line] = []
    size = 0
    referred: set[Reference] = set()
    linked: set[Reference] = set()
    for line in lines:
        is_full = len(batch) >= BATCH_LINES or size + line.size > BATCH_BYTES
        name = _name(line)
        if batch and (is_full or name in referred or (name in linked and isinstance(line.command, Remove))):
            yield batch
            batch, size, referred, linked = [], 0, set(), set()
        batch.append(line)
        size += line.size
        referred.update(_references(line))
        linked.update(_links(line))
    if batch:
        yield batch


def _name(line: Line) -> Reference | None:
    """What others call the record of this line."""
    if line.kind is None or isinstance(line.command, GatewayError):
        return None
    return line.kind.name, line.command.key[0]


def _references(line: Line) -> list[Reference]:
    if line.kind is None or isinstance(line.command, GatewayError):
        return []
    return line.kind.refers_to(line.command.key)


def _links(line: Line) -> list[Reference]:
    if line.kind is None or not isinstance(line.command, Restore):
        return []
    return line.kind.links_to(line.command.content)


async def write_batch(writer: Writer, batch: Sequence[Line]) -> list[Outcome]:
    """Carry out one of the `batches`; one outcome per line, in line order.

    Every statement runs once per kind in the batch, however many lines there are.
    """
    outcomes = {
        line.number: Outcome(key=None, error=line.command)
        for line in batch
        if isinstance(line.command, GatewayError)
    }
    for kind in KINDS:
        outcomes |= await _write_kind(writer, kind, batch)
    return [outcomes[line.number] for line in batch]


async def _write_kind(writer: Writer, kind: Kind, batch: Sequence[Line]) -> dict[int, Outcome]:
    numbers: list[int] = []
    commands: list[LineCommand] = []
    for line in batch:
        if line.kind is kind and not isinstance(line.command, GatewayError):
            numbers.append(line.number)
            commands.append(line.command)
    if not commands:
        return {}
    return dict(zip(numbers, await kind.write(writer, commands), strict=True))
