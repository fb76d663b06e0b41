"""Legal entities, groups, products and categories as GraphQL shows them.

What is only known by an assignment, not as reference data, has a row with nothing but its id.
"""

from typing import Final

import strawberry
from strawberry.scalars import JSON

from models.sql.prepared import Row
from models.tables.reference import legal_entity
from resolvers.reference.read import lookup
from schema.vocabulary.column import column, mixins_column
from schema.vocabulary.context import Info
from schema.vocabulary.declaration import Computed, declared
from schema.vocabulary.enums import UserType
from schema.vocabulary.localized import Translation, localized, translations
from schema.vocabulary.node import Node
from schema.vocabulary.relation import ToOne
from schema.vocabulary.values import MIXINS, VALIDITY, Validity

ID = "The contract's own id; unique per type within the tenant."
GROUP_LEGAL_ENTITY: Final = ToOne(
    node=lambda _: "LegalEntity",
    key=lambda row: row.get("legal_entity_id"),
    batch=lookup(legal_entity),
    unknown=lambda row: {"id": row["legal_entity_id"]},
    columns=("legal_entity_id",),
)


@strawberry.type(description="A company that customers may act for; in the own view only the caller's.")
class LegalEntity(Node):
    id: strawberry.ID = column("id", ID)
    name: str | None = column("name", "Its name; null where the gateway does not know it.")
    mixins: JSON = mixins_column(MIXINS)


@strawberry.type(
    description="A group of customers, or of the shop's employees. In the own view only the caller's own. "
    "Its type and legal entity are null where the gateway does not know the group."
)
class Group(Node):
    id: strawberry.ID = column("id", ID)
    name: str | None = localized("name", "Its name.")
    name_translations: list[Translation] = translations("name", "Its name.")

    @strawberry.field(description="Whom it is of.", metadata=declared(Computed(("user_type",))))
    def user_type(self) -> UserType | None:
        name = self.row.get("user_type")
        return None if name is None else UserType[name]

    @strawberry.field(
        description="The legal entity on whose behalf its customers are in segments; null for none.",
        metadata=declared(GROUP_LEGAL_ENTITY),
    )
    async def legal_entity(self, info: Info) -> LegalEntity | None:
        legal_entity: LegalEntity | None = await info.context.loaders.node(GROUP_LEGAL_ENTITY, self.row)
        return legal_entity


@strawberry.interface(description="Something that can be in a segment: a product or a category.")
class Item:
    row: strawberry.Private[Row]
    id: strawberry.ID = column("id", ID)
    code: str | None = column("code", "The shop's own code; null where the gateway does not know it.")
    name: str | None = localized("name", "Its name.")
    name_translations: list[Translation] = translations("name", "Its name.")


@strawberry.type(description="Something to buy. In the own view: what the caller's active segments lead to.")
class Product(Item, Node):
    pass


@strawberry.type(
    description="A category of the shop. In the own view: what the caller's active segments lead to."
)
class Category(Item, Node):
    parent_id: strawberry.ID | None = column("parent_id", "The category above; null for a root.")
    description: str | None = localized("description", "Its description.")
    description_translations: list[Translation] = translations("description", "Its description.")
    slug: str | None = localized("slug", "Its name in a URL.")
    slug_translations: list[Translation] = translations("slug", "Its name in a URL.")
    position: int | None = column("position", "Its place among its siblings, smallest first.")
    published: bool | None = column("published", "Whether the shop shows it.")

    @strawberry.field(description="External category numbers.", metadata=declared(Computed(("ecn",))))
    def ecn(self) -> list[str]:
        return self.row.get("ecn") or []

    @strawberry.field(description="When the category is valid; null where always.", metadata=VALIDITY)
    def validity(self) -> Validity | None:
        return Validity.of(self.row)
