"""A node of the category forest as GraphQL shows it."""

from collections.abc import Sequence

import strawberry

from models.sql.prepared import Row
from resolvers.category_tree import MAXIMUM_LEVELS, CategoryNode
from schema.types.reference import ID
from schema.vocabulary.column import column
from schema.vocabulary.localized import Translation, localized, translations
from schema.vocabulary.values import Validity


@strawberry.type(
    description="A category with those below it that lead to a segment's category. "
    "A category that the gateway does not know is a root. "
    f"What lies below {MAXIMUM_LEVELS} levels goes on as another tree, whose root has a `parentId`."
)
class CategoryTree:
    row: strawberry.Private[Row]
    node: strawberry.Private[CategoryNode]
    above: strawberry.Private[str | None]

    @classmethod
    def of(cls, node: CategoryNode, above: str | None = None) -> "CategoryTree":
        """The tree that begins at a node."""
        return cls(row={**(node.row or {}), "id": node.id, "code": node.code}, node=node, above=above)

    id: strawberry.ID = column("id", ID)

    @strawberry.field(
        description="The category above; null for a root, unless its tree continues another one."
    )
    def parent_id(self) -> strawberry.ID | None:
        return None if self.above is None else strawberry.ID(self.above)

    code: str | None = column("code", "The shop's own code; the id where the category has none.")
    name: str | None = localized("name", "Its name.")
    name_translations: list[Translation] = translations("name", "Its name.")
    description: str | None = localized("description", "Its description.")
    description_translations: list[Translation] = translations("description", "Its description.")
    slug: str | None = localized("slug", "Its name in a URL.")
    slug_translations: list[Translation] = translations("slug", "Its name in a URL.")

    @strawberry.field(description="External category numbers.")
    def ecn(self) -> list[str]:
        return self.row.get("ecn") or []

    @strawberry.field(description="When the category is valid; null where always.")
    def validity(self) -> Validity | None:
        return Validity.of(self.row)

    position: int | None = column("position", "Its place among its siblings, smallest first.")
    published: bool | None = column("published", "Whether the shop shows it; reported, not filtered by.")

    @strawberry.field(description="Whether a segment holds this category, or only one below it.")
    def is_segment_assigned(self) -> bool:
        return self.node.is_segment_assigned

    @strawberry.field(description="The categories below it, by position, those without one last, then by id.")
    def subcategories(self) -> list["CategoryTree"]:
        return [CategoryTree.of(child, above=self.node.id) for child in self.node.subcategories]


def forest_of(roots: Sequence[CategoryNode]) -> list[CategoryTree]:
    """The trees of a forest."""
    return [CategoryTree.of(root, above=root.continues) for root in roots]
