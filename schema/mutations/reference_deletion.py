"""Mutations that delete reference data. All of them need the scope segment_manage."""

from collections.abc import Sequence
from typing import Annotated, TypeVar

import strawberry

from resolvers.errors import GatewayError
from resolvers.reference.write import (
    CATEGORIES,
    CUSTOMERS,
    GROUPS,
    LEGAL_ENTITIES,
    PRODUCTS,
    ReferenceNoun,
    RemoveReference,
    remove_reference,
    write_references,
)
from resolvers.writing.command import Outcome
from schema.mutations.mutating import UserError, WriteEffect, effect_of, mutate_each, user_errors
from schema.vocabulary.context import Info

Payload = TypeVar("Payload", bound="ReferencesDeletePayload")
Ids = Annotated[list[strawberry.ID], strawberry.argument(description="What to delete; at most 200 ids.")]
WithAssignments = Annotated[
    bool,
    strawberry.argument(
        description="Delete all assignments of each customer as well, in the same transaction: "
        "also those of a customer whom the gateway does not know."
    ),
]

NEEDS = "Needs segment_manage. An id that is not known is no error: its effect is UNCHANGED."
IN_USE = (
    "Assignments stay and show the id alone, unless the gateway enforces references: "
    "then what is assigned is not deleted, with the code REFERENCE_IN_USE."
)
DELETION = "Ids are processed independently: some may fail."


@strawberry.type(description="What became of one id of the input.")
class ReferenceDeleteResult:
    index: int = strawberry.field(description="The id's place in the input, from 0.")
    id: strawberry.ID = strawberry.field(description="The id, as it was sent.")
    effect: WriteEffect | None = strawberry.field(
        description="DELETED, or UNCHANGED where no record was known; null on failure."
    )
    user_errors: list[UserError] = strawberry.field(description="Why it was not deleted.")


@strawberry.type
class ReferencesDeletePayload:
    results: list[ReferenceDeleteResult] = strawberry.field(
        description="One for each id, in their order; some may fail."
    )
    user_errors: list[UserError] = strawberry.field(
        description="What is wrong with the whole request; then nothing was deleted."
    )


@strawberry.type(description=f"The answer of `customersDelete`. {DELETION}")
class CustomersDeletePayload(ReferencesDeletePayload):
    pass


@strawberry.type(description=f"The answer of `legalEntitiesDelete`. {DELETION}")
class LegalEntitiesDeletePayload(ReferencesDeletePayload):
    pass


@strawberry.type(description=f"The answer of `groupsDelete`. {DELETION}")
class GroupsDeletePayload(ReferencesDeletePayload):
    pass


@strawberry.type(description=f"The answer of `productsDelete`. {DELETION}")
class ProductsDeletePayload(ReferencesDeletePayload):
    pass


@strawberry.type(description=f"The answer of `categoriesDelete`. {DELETION}")
class CategoriesDeletePayload(ReferencesDeletePayload):
    pass


@strawberry.type
class ReferenceDeletion:
    @strawberry.field(
        description="Delete what the gateway knows of customers, at most 200: the record and its links to "
        f"legal entities and groups. `withAssignments` is what an erasure request needs. {IN_USE} {NEEDS}"
    )
    async def customers_delete(
        self, info: Info, ids: Ids, with_assignments: WithAssignments = False
    ) -> CustomersDeletePayload:
        return await _delete(info, CUSTOMERS, ids, CustomersDeletePayload, with_assignments=with_assignments)

    @strawberry.field(
        description="Delete what the gateway knows of legal entities, at most 200: the record and the links "
        f"that customers have to it. {IN_USE} {NEEDS}"
    )
    async def legal_entities_delete(self, info: Info, ids: Ids) -> LegalEntitiesDeletePayload:
        return await _delete(info, LEGAL_ENTITIES, ids, LegalEntitiesDeletePayload)

    @strawberry.field(
        description="Delete what the gateway knows of groups, at most 200: the record and who is in it. "
        f"{IN_USE} {NEEDS}"
    )
    async def groups_delete(self, info: Info, ids: Ids) -> GroupsDeletePayload:
        return await _delete(info, GROUPS, ids, GroupsDeletePayload)

    @strawberry.field(
        description="Delete what the gateway knows of products, at most 200: the record and its links to "
        f"categories. {IN_USE} {NEEDS}"
    )
    async def products_delete(self, info: Info, ids: Ids) -> ProductsDeletePayload:
        return await _delete(info, PRODUCTS, ids, ProductsDeletePayload)

    @strawberry.field(
        description="Delete what the gateway knows of categories, at most 200: the record and the links that "
        "products have to it. Categories below it keep their `parentId`, and are roots of trees until a "
        f"category of that id is known again. {IN_USE} {NEEDS}"
    )
    async def categories_delete(self, info: Info, ids: Ids) -> CategoriesDeletePayload:
        return await _delete(info, CATEGORIES, ids, CategoriesDeletePayload)


async def _delete(
    info: Info,
    noun: ReferenceNoun,
    ids: Sequence[strawberry.ID],
    payload: type[Payload],
    *,
    with_assignments: bool = False,
) -> Payload:
    def remove(reference_id: strawberry.ID) -> RemoveReference:
        return remove_reference(noun, reference_id, with_assignments=with_assignments)

    outcomes = await mutate_each(
        info,
        ids,
        remove,
        lambda writer, commands: write_references(writer, noun, commands),
        ("ids",),
    )
    if isinstance(outcomes, GatewayError):
        return payload(results=[], user_errors=user_errors(outcomes))
    results = [_result(index, *pair) for index, pair in enumerate(zip(ids, outcomes, strict=True))]
    return payload(results=results, user_errors=[])


def _result(index: int, reference_id: strawberry.ID, outcome: Outcome) -> ReferenceDeleteResult:
    return ReferenceDeleteResult(
        index=index, id=reference_id, effect=effect_of(outcome), user_errors=user_errors(outcome)
    )
