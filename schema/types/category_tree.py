"""The GraphQL type for nodes of the category forest."""

from collections.abc import Collection
from typing import Final

import strawberry

from models.sql.prepared import Row
from models.sql.selection import Wanted, key_of
from resolvers.access import Reader
from resolvers.category_tree import MAXIMUM_LEVELS, CategoryNode, category_trees
from schema.types.reference import ID
from schema.vocabulary.column import column
from schema.vocabulary.context import Info
from schema.vocabulary.declaration import Computed, ShownColumn, declared
from schema.vocabulary.localized import Translation, localized, translations
from schema.vocabulary.relation import InRow, TopRows
from schema.vocabulary.values import VALIDITY, Validity

ABOVE: Final = "above_id"
"""The column for the category above in the forest; `parent_id` is the category above in the shop."""
SUBCATEGORIES: Final = InRow("CategoryTree", "subcategories")


@strawberry.type(
    description="A category with those below it that lead to a segment's category. "
    "A category that the gateway does not know is a root. "
    f"What lies below {MAXIMUM_LEVELS} levels goes on as another tree, whose root has a `parentId`."
)
class CategoryTree:
    row: strawberry.Private[Row]

    id: strawberry.ID = column("id", ID)
    code: str | None = column("code", "The shop's own code; the id where the category has none.")
    name: str | None = localized("name", "Its name.")
    name_translations: list[Translation] = translations("name", "Its name.")
    description: str | None = localized("description", "Its description.")
    description_translations: list[Translation] = translations("description", "Its description.")
    slug: str | None = localized("slug", "Its name in a URL.")
    slug_translations: list[Translation] = translations("slug", "Its name in a URL.")

    @strawberry.field(description="External category numbers.", metadata=declared(Computed(("ecn",))))
    def ecn(self) -> list[str]:
        return self.row.get("ecn") or []

    @strawberry.field(description="When the category is valid; null where always.", metadata=VALIDITY)
    def validity(self) -> Validity | None:
        return Validity.of(self.row)

    position: int | None = column("position", "Its place among its siblings, smallest first.")
    published: bool | None = column("published", "Whether the shop shows it; reported, not filtered by.")
    parent_id: strawberry.ID | None = column(
        ABOVE, "The category above; null for a root, unless its tree continues another one."
    )

    @strawberry.field(
        description="Whether a segment holds this category, or only one below it.",
        metadata=declared(ShownColumn("is_segment_assigned")),
    )
    def is_segment_assigned(self) -> bool:
        assigned: bool = self.row["is_segment_assigned"]
        return assigned

    @strawberry.field(
        description="The categories below it, by position, those without one last, then by id.",
        metadata=declared(SUBCATEGORIES),
    )
    def subcategories(self) -> list["CategoryTree"]:
        return [CategoryTree(row=row) for row in self.row[SUBCATEGORIES.column]]


async def forest(info: Info, **arguments: str | None) -> list[CategoryTree]:
    """The trees selected by a field's arguments."""
    rows = await _rows(
        await info.context.reading(), columns=info.context.columns_of("CategoryTree"), **arguments
    )
    return [CategoryTree(row=row) for row in rows]


async def _rows(reader: Reader, *, columns: Collection[Wanted], **arguments: str | None) -> list[Row]:
    """The rows of the roots, with their descendants."""
    blank = dict.fromkeys(map(key_of, columns))
    roots = await category_trees(reader, columns=columns, **arguments)
    return [_row(root, root.continues, blank) for root in roots]


def _row(node: CategoryNode, above: str | None, blank: Row) -> Row:
    """The row of a category.

    `blank` has its columns if the gateway does not know the category.
    """
    return {
        **(blank if node.row is None else node.row),
        "id": node.id,
        "code": node.code,
        ABOVE: above,
        "is_segment_assigned": node.is_segment_assigned,
        SUBCATEGORIES.column: [_row(child, node.id, blank) for child in node.subcategories],
    }


CATEGORY_TREES: Final = TopRows("CategoryTree", _rows)
