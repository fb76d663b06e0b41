"""Writing reference data: a record replaces what was known under its id, adds it, or deletes it."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from models.tables.customer_assignment import ON_BEHALF, customer_assignment
from models.tables.group_assignment import group_assignment
from models.tables.item_assignment import item_assignment
from models.tables.reference import (
    category,
    customer,
    customer_group,
    customer_group_member,
    customer_legal_entity,
    legal_entity,
    product,
    product_category,
)
from models.tables.rule import customer_exclusion
from resolvers.access import Writer
from resolvers.declaration.derived import content_of
from resolvers.declaration.member import Member
from resolvers.errors import GatewayError, InvalidInput, Path, ReferenceInUse
from resolvers.policy import Policy
from resolvers.reference.group_lock import EMPLOYEES, block_assignments
from resolvers.reference.members import CATEGORY, CUSTOMER, GROUP, LEGAL_ENTITY, PRODUCT
from resolvers.reference.table import Link, ReferenceTable
from resolvers.rules.head import lock_rules
from resolvers.values.document import Document
from resolvers.values.text import checked_id
from resolvers.writing.cascade import Owned, delete_owned, owners, owning
from resolvers.writing.change import Rows
from resolvers.writing.command import Effect, Outcome, Record, Remove, Restore
from resolvers.writing.commit import Batch, commit
from resolvers.writing.table import same

EXCLUSIONS: Final = Owned(customer_exclusion, "customer_id")


@dataclass(frozen=True, slots=True)
class RemoveReference(Remove):
    """Delete a record, and with a customer their assignments where `with_assignments` says so."""

    with_assignments: bool = False

    @property
    def takes_along(self) -> bool:
        return self.with_assignments


ReferenceCommand: TypeAlias = Restore | RemoveReference


@dataclass(frozen=True, slots=True)
class ReferenceNoun:
    """One kind of reference data: where it is stored, what its documents have, what refers to it.

    `links` are the links that other records have to it: they are deleted with it. `in_use` is the
    argument that a refusal names.
    """

    table: ReferenceTable
    members: Sequence[Member]
    assignments: Owned
    links: Owned | None = None
    in_use: Path = ()
    check_assigned: Callable[[Record], None] | None = None
    """Raises unless a record with assignments may become this one."""
    lock_first: Callable[[Writer, Sequence[Record]], Awaitable[None]] | None = None
    """Locks what comes before the rows in the order of locks, for the records that will be stored."""


LEGAL_ENTITIES: Final = ReferenceNoun(
    ReferenceTable(legal_entity),
    LEGAL_ENTITY,
    Owned(
        customer_assignment,
        "legal_entity_id",
        [ON_BEHALF],
    ),
    links=Owned(customer_legal_entity, "legal_entity_id"),
)
CUSTOMERS: Final = ReferenceNoun(
    ReferenceTable(
        customer, link=Link(customer_legal_entity, "customer_id", "legal_entity_id", "legal_entity_ids")
    ),
    CUSTOMER,
    Owned(customer_assignment, "customer_id"),
    links=Owned(customer_group_member, "customer_id"),
    in_use=("withAssignments",),
)


def _stays_of_customers(content: Record) -> None:
    if content["user_type"] == EMPLOYEES:
        message = "The group is in a segment, where only groups of customers may be."
        raise InvalidInput(message, path=("userType",))


GROUPS: Final = ReferenceNoun(
    ReferenceTable(
        customer_group, link=Link(customer_group_member, "group_id", "customer_id", "customer_ids")
    ),
    GROUP,
    Owned(group_assignment, "group_id"),
    check_assigned=_stays_of_customers,
    lock_first=block_assignments,
)
CATEGORIES: Final = ReferenceNoun(
    ReferenceTable(category),
    CATEGORY,
    Owned(item_assignment, "item_id", [item_assignment.c.type == "CATEGORY"]),
    links=Owned(product_category, "category_id"),
)
PRODUCTS: Final = ReferenceNoun(
    ReferenceTable(product, link=Link(product_category, "product_id", "category_id", "category_ids")),
    PRODUCT,
    Owned(item_assignment, "item_id", [item_assignment.c.type == "PRODUCT"]),
)


def upsert_reference(noun: ReferenceNoun, document: Document, policy: Policy) -> Restore:
    """The command to make what is known under the document's id equal to it. Raises InvalidInput."""
    return Restore((checked_id(document.get("id"), ("id",)),), content_of(noun.members, document, policy))


def remove_reference(
    noun: ReferenceNoun, reference_id: object, path: Path = (), *, with_assignments: bool = False
) -> RemoveReference:
    """The command to delete what is known under the id. Raises InvalidInput.

    Only a customer's assignments can go along with their record.
    """
    if with_assignments and noun is not CUSTOMERS:
        raise InvalidInput("Only customers are deleted with their assignments.", path=("withAssignments",))
    return RemoveReference((checked_id(reference_id, path),), with_assignments)


async def write_references(
    writer: Writer, noun: ReferenceNoun, commands: Sequence[ReferenceCommand | GatewayError]
) -> list[Outcome]:
    """Carry out commands in order; one outcome per command. A record that says nothing new is left alone.

    Links to a record that is deleted go with it, and so do a customer's assignments on demand,
    whether the record was known or not. Without that demand assignments stay, and refer to an
    unknown id; where references are enforced, a record that assignments refer to is not deleted.
    """
    batch = _References(writer, noun, commands)
    outcomes = await commit(batch)
    return _with_assignments(commands, outcomes, set(batch.assigned))


class _References(Batch[ReferenceCommand]):
    """`assigned` are the ids whose assignments were deleted."""

    def __init__(
        self, writer: Writer, noun: ReferenceNoun, elements: Sequence[ReferenceCommand | GatewayError]
    ) -> None:
        super().__init__(writer, noun.table, elements)
        self._noun = noun
        self._removals = [command for command in self.commands if isinstance(command, RemoveReference)]
        self._in_use: set[str] = set()
        self._assigned: Collection[str] = ()
        self.assigned: Collection[str] = ()

    async def lock_references(self) -> None:
        if self._noun.lock_first is not None:
            stored = [command.content for command in self.commands if isinstance(command, Restore)]
            await self._noun.lock_first(self.writer, stored)

    async def look_up(self, rows: Rows) -> None:
        if self.writer.policy.enforce_references:
            keys = {removal.key[0] for removal in self._removals if rows.get(removal.key) is not None}
            self._in_use = await owners(self.writer, self._noun.assignments, self.table.table, keys)
        if self._noun.check_assigned is not None:
            stated = {command.key[0] for command in self.commands if isinstance(command, Restore)}
            self._assigned = await owning(self.writer, self._noun.assignments, stated)

    async def decide(self, command: ReferenceCommand, stored: Record | None) -> Record | None:
        if isinstance(command, RemoveReference):
            [reference_id] = command.key
            if reference_id in self._in_use and not command.with_assignments:
                raise ReferenceInUse(path=self._noun.in_use, resource_id=reference_id)
            self._in_use.discard(reference_id)
            return None
        if self._noun.check_assigned is not None and command.key[0] in self._assigned:
            self._noun.check_assigned(command.content)
        if stored is not None and same(stored, command.content, stamp=None):
            return stored
        return self.table.record(self.writer.tenant, command.key, command.content)

    async def delete_owned(self) -> None:
        if self._noun.links:
            removed = {command.key[0] for command in self._removals} - self._in_use
            await delete_owned(self.writer, self._noun.links, removed)
        with_assignments = {command.key[0] for command in self._removals if command.with_assignments}
        if with_assignments and await lock_rules(self.writer):
            await delete_owned(self.writer, EXCLUSIONS, with_assignments)
        self.assigned = await delete_owned(self.writer, self._noun.assignments, with_assignments)


def _with_assignments(
    commands: Sequence[ReferenceCommand | GatewayError], outcomes: Sequence[Outcome], assigned: set[str]
) -> list[Outcome]:
    """The outcomes, where the first deletion of who was `assigned` had an effect, known or not."""
    result: list[Outcome] = []
    for command, outcome in zip(commands, outcomes, strict=True):
        if isinstance(command, RemoveReference) and command.with_assignments and command.key[0] in assigned:
            assigned.discard(command.key[0])
            result.append(outcome._replace(effect=Effect.DELETED))
        else:
            result.append(outcome)
    return result
