"""Legal entities, products and categories as GraphQL shows them.

What is only known by an assignment, not as reference data, has a row with nothing but its id.
"""

import strawberry
from strawberry.scalars import JSON

from models.sql.prepared import Row
from schema.vocabulary.column import column, mixins_column
from schema.vocabulary.declaration import Computed, declared
from schema.vocabulary.localized import Translation, localized, translations
from schema.vocabulary.node import Node
from schema.vocabulary.values import MIXINS, VALIDITY, Validity

ID = "The contract's own id; unique per type within the tenant."


@strawberry.type(description="A company that customers may act for; in the own view only the caller's.")
class LegalEntity(Node):
    id: strawberry.ID = column("id", ID)
    name: str | None = column("name", "Its name; null where the gateway does not know it.")
    mixins: JSON = mixins_column(MIXINS)


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
