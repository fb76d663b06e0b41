"""The one way of writing: lock, decide, save.

The rows concerned are locked in key order and read once; the commands are decided against them one
after another in memory, each on the rows as the ones before it left them; what changed is saved in a
fixed number of statements, however many commands there were.

A transaction that writes several tables locks their rows in one order: legal entities, customers, groups,
categories, products, segments, customer assignments, item assignments, group assignments.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

from resolvers.access import Writer
from resolvers.background import Turns
from resolvers.caller import Scope
from resolvers.errors import GatewayError
from resolvers.writing.change import Rows
from resolvers.writing.command import Command, Outcome, Record
from resolvers.writing.save import save
from resolvers.writing.table import RecordTable

AnyCommand = TypeVar("AnyCommand", bound=Command)


class Batch(ABC, Generic[AnyCommand]):
    """Commands on rows of one noun, with what is special about writing that noun.

    A GatewayError in the place of a command is an element that could not be read.
    """

    def __init__(
        self, writer: Writer, table: RecordTable, elements: Sequence[AnyCommand | GatewayError]
    ) -> None:
        self.writer = writer
        self.table = table
        self.elements = elements
        self.commands = [command for command in elements if not isinstance(command, GatewayError)]

    async def lock_references(self) -> None:
        """Keep what the commands refer to until the transaction ends. May raise for the whole batch."""

    async def look_up(self, rows: Rows) -> None:
        """Read what else decides, once the rows are locked."""

    @abstractmethod
    async def decide(self, command: AnyCommand, stored: Record | None) -> Record | None:
        """The row after the command: None where it is gone, `stored` itself where nothing changes.

        Raises GatewayError where the command cannot be carried out.
        """

    async def delete_owned(self) -> None:
        """Delete what belongs to the rows that are deleted."""


async def commit(batch: Batch[AnyCommand]) -> list[Outcome]:
    """Carry out commands in order, each on its own; one outcome per element.

    The transaction is the caller's to end. Needs the scope segment_manage.
    """
    batch.writer.caller.require(Scope.MANAGE)
    await batch.lock_references()
    rows = await batch.table.lock(batch.writer, [command.key for command in batch.commands])
    await batch.look_up(rows)
    outcomes: list[Outcome] = []
    turns = Turns()
    for element in batch.elements:
        outcomes.append(await _outcome(batch, rows, element))
        if turns.is_over:
            await turns.pause()
    await batch.delete_owned()
    await save(batch.writer, batch.table.changes(rows, batch.writer))
    return outcomes


async def _outcome(batch: Batch[AnyCommand], rows: Rows, element: AnyCommand | GatewayError) -> Outcome:
    if isinstance(element, GatewayError):
        return Outcome(key=None, error=element)
    try:
        return rows.put(element.key, await batch.decide(element, rows.get(element.key)))
    except GatewayError as error:
        return Outcome(element.key, error=error)
