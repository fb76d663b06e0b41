"""Mutations that keep reference data up to date. All of them need the scope segment_manage.

Each record replaces what was known under its id; one that says nothing new is left alone.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Generic, Protocol, TypeVar

import strawberry
from strawberry.scalars import JSON

from resolvers.errors import GatewayError
from resolvers.reference.members import CATEGORY, CUSTOMER, GROUP, LEGAL_ENTITY, PRODUCT
from resolvers.reference.write import (
    CATEGORIES,
    CUSTOMERS,
    GROUPS,
    LEGAL_ENTITIES,
    PRODUCTS,
    ReferenceNoun,
    upsert_reference,
    write_references,
)
from resolvers.writing.command import Restore
from schema.mutations.mutating import UserError, WriteEffect, effect_of, mutate_each, user_errors
from schema.mutations.written import written_nodes
from schema.types.customer import Customer
from schema.types.reference import Category, Group, LegalEntity, Product
from schema.vocabulary.context import Info
from schema.vocabulary.enums import UserType
from schema.vocabulary.input.conversion import converted_at_once
from schema.vocabulary.input.document import input_document
from schema.vocabulary.localized import TranslationInput
from schema.vocabulary.node import Node
from schema.vocabulary.values import MIXINS, ValidityInput
from schema.vocabulary.withheld import WITHHELD

Known = TypeVar("Known", bound=Node)
Payload = TypeVar("Payload", bound="ReferencePayload[Any]")


class ReferenceInput(Protocol):
    """A record of reference data."""

    def document(self) -> dict[str, Any]: ...


@converted_at_once
@strawberry.input(description="What is known of a legal entity: what is left out is not kept.")
class LegalEntityInput:
    id: strawberry.ID = strawberry.field(description="Its id in the shop.")
    name: str | None = strawberry.field(default=None, description="Its name.")
    mixins: JSON | None = strawberry.field(default=None, description=MIXINS)

    def document(self) -> dict[str, Any]:
        return input_document(self, LEGAL_ENTITY)


@converted_at_once
@strawberry.input(description="What is known of a customer: what is left out is not kept.")
class CustomerInput:
    id: strawberry.ID = strawberry.field(description="Their id in the shop.")
    first_name: str | None = strawberry.field(default=None, description="First name.")
    last_name: str | None = strawberry.field(default=None, description="Last name.")
    email: str | None = strawberry.field(default=None, description="E-mail address.")
    legal_entity_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="All legal entities that they may act for."
    )
    mixins: JSON | None = strawberry.field(default=None, description=MIXINS)

    def document(self) -> dict[str, Any]:
        return input_document(self, CUSTOMER)


@converted_at_once
@strawberry.input(description="What is known of a group: what is left out is not kept.")
class GroupInput:
    id: strawberry.ID = strawberry.field(description="Its id in the shop.")
    user_type: UserType = strawberry.field(
        description="Whom it is of. A group that is in a segment stays a group of customers."
    )
    name: list[TranslationInput] | None = strawberry.field(default=None, description="Its name.")
    legal_entity_id: strawberry.ID | None = strawberry.field(
        default=None, description="On whose behalf its customers are in segments; left out, on nobody's."
    )
    customer_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="All customers who are in it; at most 10,000."
    )

    def document(self) -> dict[str, Any]:
        return input_document(self, GROUP)


@converted_at_once
@strawberry.input(description="What is known of a product.")
class ProductInput:
    id: strawberry.ID = strawberry.field(description="Its id in the shop.")
    code: str | None = strawberry.field(default=None, description="The shop's own code.")
    name: list[TranslationInput] | None = strawberry.field(default=None, description="Its name.")
    category_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="All categories that it is directly in."
    )

    def document(self) -> dict[str, Any]:
        return input_document(self, PRODUCT)


@converted_at_once
@strawberry.input(description="What is known of a category.")
class CategoryInput:
    id: strawberry.ID = strawberry.field(description="Its id in the shop.")
    parent_id: strawberry.ID | None = strawberry.field(
        default=None, description="The category above; left out for a root."
    )
    code: str | None = strawberry.field(default=None, description="The shop's own code.")
    name: list[TranslationInput] | None = strawberry.field(default=None, description="Its name.")
    description: list[TranslationInput] | None = strawberry.field(
        default=None, description="Its description."
    )
    slug: list[TranslationInput] | None = strawberry.field(default=None, description="Its name in a URL.")
    ecn: list[str] | None = strawberry.field(default=None, description="External category numbers.")
    validity: ValidityInput | None = strawberry.field(default=None, description="When it is valid.")
    position: int | None = strawberry.field(
        default=None, description="Its place among its siblings, smallest first."
    )
    published: bool | None = strawberry.field(default=None, description="Whether the shop shows it.")

    def document(self) -> dict[str, Any]:
        return input_document(self, CATEGORY)


@strawberry.type(name="Result", description="What became of one record of the input.")
class ReferenceResult(Generic[Known]):
    index: int = strawberry.field(description="The record's place in the input, from 0.")
    node: Known | None = strawberry.field(
        description=f"The record as it is known now; null on failure. {WITHHELD}"
    )
    effect: WriteEffect | None = strawberry.field(description="What was done; null on failure.")
    user_errors: list[UserError] = strawberry.field(description="What is wrong with the record.")


@strawberry.type
class ReferencePayload(Generic[Known]):
    results: list[ReferenceResult[Known]] = strawberry.field(
        description="One for each record, in their order; some may fail."
    )
    user_errors: list[UserError] = strawberry.field(
        description="What is wrong with the whole request; then nothing was written."
    )


UPSERT = "Records are processed independently: some may fail."
RECORDS = strawberry.argument(description="What to know from now on, whole records; at most 200.")


@strawberry.type(description=f"The answer of `customersUpsert`. {UPSERT}")
class CustomersUpsertPayload(ReferencePayload[Customer]):
    pass


@strawberry.type(description=f"The answer of `legalEntitiesUpsert`. {UPSERT}")
class LegalEntitiesUpsertPayload(ReferencePayload[LegalEntity]):
    pass


@strawberry.type(description=f"The answer of `groupsUpsert`. {UPSERT}")
class GroupsUpsertPayload(ReferencePayload[Group]):
    pass


@strawberry.type(description=f"The answer of `productsUpsert`. {UPSERT}")
class ProductsUpsertPayload(ReferencePayload[Product]):
    pass


@strawberry.type(description=f"The answer of `categoriesUpsert`. {UPSERT}")
class CategoriesUpsertPayload(ReferencePayload[Category]):
    pass


@strawberry.type
class ReferenceMutation:
    @strawberry.field(description="Tell the gateway about customers, at most 200.")
    async def customers_upsert(
        self, info: Info, customers: Annotated[list[CustomerInput], RECORDS]
    ) -> CustomersUpsertPayload:
        return await _upsert(info, CUSTOMERS, Customer, customers, CustomersUpsertPayload, "customers")

    @strawberry.field(description="Tell the gateway about legal entities, at most 200.")
    async def legal_entities_upsert(
        self, info: Info, legal_entities: Annotated[list[LegalEntityInput], RECORDS]
    ) -> LegalEntitiesUpsertPayload:
        return await _upsert(
            info, LEGAL_ENTITIES, LegalEntity, legal_entities, LegalEntitiesUpsertPayload, "legalEntities"
        )

    @strawberry.field(description="Tell the gateway about groups and who is in them, at most 200.")
    async def groups_upsert(
        self, info: Info, groups: Annotated[list[GroupInput], RECORDS]
    ) -> GroupsUpsertPayload:
        return await _upsert(info, GROUPS, Group, groups, GroupsUpsertPayload, "groups")

    @strawberry.field(description="Tell the gateway about products, at most 200.")
    async def products_upsert(
        self, info: Info, products: Annotated[list[ProductInput], RECORDS]
    ) -> ProductsUpsertPayload:
        return await _upsert(info, PRODUCTS, Product, products, ProductsUpsertPayload, "products")

    @strawberry.field(description="Tell the gateway about categories, at most 200.")
    async def categories_upsert(
        self, info: Info, categories: Annotated[list[CategoryInput], RECORDS]
    ) -> CategoriesUpsertPayload:
        return await _upsert(info, CATEGORIES, Category, categories, CategoriesUpsertPayload, "categories")


async def _upsert(
    info: Info,
    noun: ReferenceNoun,
    node_type: type[Known],
    inputs: Sequence[ReferenceInput],
    payload: type[Payload],
    argument: str,
) -> Payload:
    def read(element: ReferenceInput) -> Restore:
        return upsert_reference(noun, element.document(), info.context.policy)

    outcomes = await mutate_each(
        info,
        inputs,
        read,
        lambda writer, commands: write_references(writer, noun, commands),
        (argument,),
    )
    if isinstance(outcomes, GatewayError):
        return payload(results=[], user_errors=user_errors(outcomes))
    nodes = await written_nodes(info, node_type, outcomes)
    results = [
        ReferenceResult(index=index, node=node, effect=effect_of(outcome), user_errors=user_errors(outcome))
        for index, (outcome, node) in enumerate(zip(outcomes, nodes, strict=True))
    ]
    return payload(results=results, user_errors=[])
