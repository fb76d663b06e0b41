"""Makes a tenant equal to a data file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final

from gateway.command_failure import CommandFailure
from gateway.commands.operator import operator_reader
from gateway.commands.transfer.loading import Loading
from gateway.commands.transfer.tally import rejection
from resolvers.errors import GatewayError
from resolvers.transfer.file_keys import FileKeys
from resolvers.transfer.kind import KINDS, Kind
from resolvers.transfer.line import read_lines
from resolvers.transfer.load import batches
from resolvers.transfer.mirror import Comparison, compare, delete_records, remove_rules
from resolvers.transfer.source import BEGINNING, Place, Source
from resolvers.writing.command import Key

DELETED_AT_ONCE: Final = 1_000
SEGMENTS_AT_ONCE: Final = 100
"""Members that rules have assigned go with their segments, in the same transaction."""
NAMED: Final = 3
"""Segments in a message."""


class Refused(CommandFailure):
    """The tenant stays as it is: nothing was written."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason} Nothing was written.")


@contextmanager
def opened_keys() -> Iterator[FileKeys]:
    """An empty store of keys, in a temporary folder."""
    with TemporaryDirectory(prefix="segments-load-") as folder:
        keys = FileKeys(Path(folder))
        try:
            yield keys
        finally:
            keys.close()


@dataclass(slots=True)
class Mirroring:
    """A load with deletion of at most `most_deletes` lacking records.

    Without `most_deletes` see `Comparison.usual_deletes`.
    """

    loading: Loading
    keys: FileKeys
    most_deletes: int | None
    comparison: Comparison = field(default_factory=Comparison)
    end: Place = BEGINNING
    """The end of the file when it was compared."""
    is_cut_off: bool = False

    async def begin(self, stream: BinaryIO, *, strict: bool) -> None:
        """Compare the file with the tenant. Raises Refused for an incomplete file."""
        loading = self.loading
        rejected = self._read(stream, strict=strict)
        if rejected:
            raise Refused(f"With --mirror no line may be rejected, and {rejected:,} were.")
        if not self.keys.records:
            raise Refused("The file has no records: --mirror would delete all of the tenant.")
        if self.is_cut_off:
            raise Refused("The last line has no line break: the file may be cut off.")
        async with loading.database.read() as snapshot:
            reader = operator_reader(loading.tenant, loading.policy, snapshot)
            self.comparison = await compare(reader, self.keys)
        if segment_ids := self.keys.segments_referred_to(NAMED):
            names = ", ".join(segment_ids)
            raise Refused(f"The file has assignments or exclusions of segments that it lacks: {names}.")

    def refusal(self) -> Refused | None:
        """Why so many records are not deleted."""
        comparison, most = self.comparison, self.most_deletes
        allowed = comparison.usual_deletes if most is None else most
        if comparison.deletes <= allowed:
            return None
        counts = ", ".join(f"{count:,} {name}" for name, count in comparison.lacking.items())
        return Refused(
            f"The file lacks {comparison.deletes:,} of the tenant's records ({counts}), and at most "
            f"{allowed:,} may be deleted. To delete them, say --most-deletes {comparison.deletes}."
        )

    async def remove_rules(self) -> None:
        """Remove lacking rules, before members are loaded."""
        if self.comparison.rules:
            await self.loading.committed(lambda writer: remove_rules(writer, self.comparison.rules))
            await self.loading.build_rules()

    async def delete(self) -> None:
        """Delete lacking records, referring ones first. Raises CommandFailure."""
        loading = self.loading
        if loading.rejected:
            raise CommandFailure("Lines were rejected: what the file lacks was not deleted.")
        if loading.place != self.end:
            raise CommandFailure("The file changed while it was loaded: what it lacks was not deleted.")
        for kind in reversed(KINDS):
            at_once = SEGMENTS_AT_ONCE if kind.name == "segment" else DELETED_AT_ONCE
            for keys in self.keys.lacking(kind, at_once):
                await self._delete(kind, keys)

    async def _delete(self, kind: Kind, keys: list[Key]) -> None:
        loading = self.loading
        outcomes = await loading.committed(lambda writer: delete_records(writer, kind, keys))
        loading.tally.add_deleted(kind, outcomes)
        for key, outcome in zip(keys, outcomes, strict=True):
            if outcome.error is not None:
                loading.rejected += 1
                loading.display.say(f"{kind.name} {'/'.join(filter(None, key))}: {outcome.error.message}")

    def _read(self, stream: BinaryIO, *, strict: bool) -> int:
        """Read all keys; return the number of rejected lines."""
        loading, source, read, rejected = self.loading, Source(stream), 0, 0
        for batch in batches(read_lines(source, loading.policy, strict=strict)):
            self.keys.add(batch)
            read += len(batch)
            loading.display.advance(read, source.place.position)
            for line in batch:
                if isinstance(line.command, GatewayError):
                    rejected += 1
                    loading.display.say(rejection(line, line.command))
        self.end = source.place
        stream.seek(max(0, self.end.position - 1))
        self.is_cut_off = stream.read(1) not in (b"", b"\n")
        stream.seek(0)
        return rejected
