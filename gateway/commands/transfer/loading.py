"""A data file on its way into a tenant."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from gateway.command_failure import CommandFailure
from gateway.commands.operator import operator_writer
from gateway.commands.progress import Progress as Display
from gateway.commands.transfer.tally import Tally, rejection
from models.connection.database import Database
from models.connection.session import Transaction
from resolvers.access import Writer
from resolvers.policy import Policy
from resolvers.rules.upkeep.keeper import RuleKeeper
from resolvers.transfer.line import Line, read_line
from resolvers.transfer.load import write_batch
from resolvers.transfer.pending_rules import PendingRules
from resolvers.transfer.place import Progress, forget_progress, read_progress, record_progress
from resolvers.transfer.source import BEGINNING, Place, Source, SourceChanged
from resolvers.writing.command import Outcome
from resolvers.writing.run import run as run_writer

Result = TypeVar("Result")


def placed(batches: Iterable[list[Line]], source: Source) -> Iterator[tuple[list[Line], Place]]:
    """Each batch with the place behind it."""
    for batch in batches:
        yield batch, source.place


@dataclass(slots=True)
class Loading:
    """A load of the file `name` into a tenant.

    `rejected` lines and rules were not loaded, those before an interruption among them.
    """

    database: Database
    policy: Policy
    tenant: str
    name: str
    tally: Tally
    display: Display
    rules: PendingRules = field(default_factory=PendingRules)
    place: Place = BEGINNING
    rejected: int = 0

    async def begin(self, source: Source, *, resume: bool) -> int:
        """Skip loaded lines; return the number of the first one to load.

        Without `resume` that is forgotten. Raises CommandFailure where the file has changed before that line.
        """
        async with self.database.read(single=True) as session:
            stored = await read_progress(session, self.tenant, self.name)
        if stored is None:
            if resume:
                self.display.say("No load of this file was interrupted: loading begins with line 1.")
            return 1
        if not resume:
            await self.finish()
            return 1
        return self._resume(source, stored)

    def _resume(self, source: Source, stored: Progress) -> int:
        first = stored.place.line + 1
        try:
            texts = source.skip(stored.place, frozenset(stored.rules))
        except SourceChanged:
            raise CommandFailure(
                f"{self.name} has changed before line {first:,}, where its load was interrupted: "
                "load it without --resume."
            ) from None
        lines = [read_line(number, text, self.policy) for number, text in sorted(texts.items())]
        self.rules.add(lines, [Outcome(key=None) for _ in lines])
        self.place, self.rejected = stored.place, stored.rejected
        earlier = f" Of the lines before it, {stored.rejected:,} were rejected." if stored.rejected else ""
        self.display.say(f"Loading goes on with line {first:,}.{earlier}")
        return first

    async def write(self, batch: list[Line], place: Place) -> None:
        """Carry out the lines of a batch, in one transaction."""

        async def work(writer: Writer) -> tuple[list[Outcome], PendingRules]:
            outcomes = await write_batch(writer, batch)
            rules = self.rules.copy()
            rules.add(batch, outcomes)
            await self._record(writer, place, rules, outcomes)
            return outcomes, rules

        outcomes, self.rules = await self.committed(work)
        self.place = place
        self.tally.add_loaded(batch, outcomes)
        for line, outcome in zip(batch, outcomes, strict=True):
            self._count_rejection(line, outcome)
        if self.rules.is_full:
            await self.set_rules()

    async def set_rules(self) -> None:
        """Set the rules of the lines so far, in one transaction."""
        if not self.rules:
            return

        async def work(writer: Writer) -> list[tuple[Line, Outcome]]:
            outcomes = await self.rules.write(writer)
            await self._record(writer, self.place, PendingRules(), [outcome for _, outcome in outcomes])
            return outcomes

        outcomes = await self.committed(work)
        self.rules = PendingRules()
        for line, outcome in outcomes:
            self.tally.add_rule(outcome)
            self._count_rejection(line, outcome)

    async def build_rules(self) -> None:
        """Assign customers by the changed rules."""
        if not self.policy.rules:
            return
        keeper = RuleKeeper(self.database, self.policy, "load")
        if count := await keeper.build_all(self.tenant):
            self.display.say(f"Applied {count:,} rule{'' if count == 1 else 's'} to all customers.")

    async def finish(self) -> None:
        """Forget the place, so that the next load begins anew."""
        await self.committed(lambda writer: forget_progress(writer, self.name))

    async def _record(
        self, writer: Writer, place: Place, rules: PendingRules, outcomes: Iterable[Outcome]
    ) -> None:
        rejected = self.rejected + sum(outcome.error is not None for outcome in outcomes)
        progress = Progress(place, rejected, tuple(rules.line_numbers))
        await record_progress(writer, self.name, progress)

    async def committed(self, write: Callable[[Writer], Awaitable[Result]]) -> Result:
        """Write in one transaction, with its effects."""

        async def work(transaction: Transaction) -> Result:
            return await run_writer(operator_writer(self.tenant, self.policy, transaction), write)

        return await self.database.write(work)

    def _count_rejection(self, line: Line, outcome: Outcome) -> None:
        if outcome.error is not None:
            self.rejected += 1
            self.display.say(rejection(line, outcome.error))
