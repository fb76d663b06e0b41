"""Writing reference data: a record replaces what was known under its id, adds it, or deletes it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from models.customer_assignment import ON_BEHALF, customer_assignment
from models.item_assignment import item_assignment
from models.reference import (
    category,
    customer,
    customer_legal_entity,
    legal_entity,
    product,
    product_category,
)
from resolvers.access import Writer
from resolvers.caller import Scope
from resolvers.document import Document
from resolvers.errors import GatewayError, InvalidInput, Path, ReferenceInUse
from resolvers.owned_rows import Owned, delete_owned, owners
from resolvers.policy import Policy
from resolvers.record import Effect, Outcome, Record, Remove, Restore, Rows, same
from resolvers.reference.document import (
    category_content,
    customer_content,
    legal_entity_content,
    product_content,
)
from resolvers.reference.table import Link, ReferenceTable
from resolvers.text import checked_id

ReadContent: TypeAlias = Callable[[Document, Policy], Record]


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
    """One kind of reference data: where it is stored, how its documents are read, what refers to it.

    `links` are the links that other records have to it: they are deleted with it. `in_use` is the
    argument that a refusal names.
    """

    table: ReferenceTable
    content: ReadContent
    assignments: Owned
    links: Owned | None = None
    in_use: Path = ()


LEGAL_ENTITIES: Final = ReferenceNoun(
    ReferenceTable(legal_entity),
    legal_entity_content,
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
    customer_content,
    Owned(customer_assignment, "customer_id"),
    in_use=("withAssignments",),
)
CATEGORIES: Final = ReferenceNoun(
    ReferenceTable(category),
    category_content,
    Owned(item_assignment, "item_id", [item_assignment.c.type == "CATEGORY"]),
    links=Owned(product_category, "category_id"),
)
PRODUCTS: Final = ReferenceNoun(
    ReferenceTable(product, link=Link(product_category, "product_id", "category_id", "category_ids")),
    product_content,
    Owned(item_assignment, "item_id", [item_assignment.c.type == "PRODUCT"]),
)


def upsert_reference(noun: ReferenceNoun, document: Document, policy: Policy) -> Restore:
    """The command to make what is known under the document's id equal to it. Raises InvalidInput."""
    return Restore((checked_id(document.get("id"), ("id",)),), noun.content(document, policy))


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
    writer.caller.require(Scope.MANAGE)
    rows = await noun.table.lock(writer, [one.key for one in commands if not isinstance(one, GatewayError)])
    removed = {one.key[0] for one in commands if isinstance(one, RemoveReference)}
    with_assignments = {
        one.key[0] for one in commands if isinstance(one, RemoveReference) and one.with_assignments
    }
    in_use = await _in_use(writer, noun, rows, removed)
    outcomes = [_outcome(writer, noun, rows, command, in_use) for command in commands]
    await noun.table.save(writer, rows)
    if noun.links:
        await delete_owned(writer, noun.links, removed - in_use)
    assigned = await delete_owned(writer, noun.assignments, with_assignments)
    return _with_assignments(commands, outcomes, set(assigned))


async def _in_use(writer: Writer, noun: ReferenceNoun, rows: Rows, ids: Collection[str]) -> set[str]:
    """Which of the known records may not be deleted, as assignments refer to them."""
    if not writer.policy.enforce_references:
        return set()
    known = {key[0] for key in rows.before}
    return await owners(writer, noun.assignments, noun.table.table, known & set(ids))


def _outcome(
    writer: Writer,
    noun: ReferenceNoun,
    rows: Rows,
    command: ReferenceCommand | GatewayError,
    in_use: set[str],
) -> Outcome:
    """What becomes of a command; who is deleted with their assignments is not `in_use` any more."""
    if isinstance(command, GatewayError):
        return Outcome(key=None, error=command)
    if isinstance(command, RemoveReference):
        [reference_id] = command.key
        if reference_id in in_use and not command.with_assignments:
            return Outcome(command.key, error=ReferenceInUse(path=noun.in_use, resource_id=reference_id))
        in_use.discard(reference_id)
        return rows.put(command.key, None)
    stored = rows.get(command.key)
    unchanged = stored is not None and same(stored, command.content, stamp=None)
    record = stored if unchanged else noun.table.record(writer.tenant, command.key, command.content)
    return rows.put(command.key, record)


def _with_assignments(
    commands: Sequence[ReferenceCommand | GatewayError], outcomes: Sequence[Outcome], assigned: set[str]
) -> list[Outcome]:
    """The outcomes, where the first deletion of who was `assigned` had an effect, known or not."""
    result: list[Outcome] = []
    for command, outcome in zip(commands, outcomes, strict=True):
        if isinstance(command, RemoveReference) and command.with_assignments and command.key[0] in assigned:
            assigned.discard(command.key[0])
            result.append(replace(outcome, effect=Effect.DELETED))
        else:
            result.append(outcome)
    return result
