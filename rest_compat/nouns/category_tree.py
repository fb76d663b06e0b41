"""Category trees on the REST API (D43)."""

from typing import Any, Final

from starlette.responses import Response

from models.tables.reference import category
from resolvers.category_tree import CategoryNode, category_trees
from resolvers.reference.document import category_document
from rest_compat.call import Call
from rest_compat.reading import VARIES_BY_LANGUAGE, untagged_response

LOCALIZED: Final = ("name", "description", "slug")


async def trees(call: Call) -> Response:
    """Answer with the caller's own forest."""
    columns = call.members.columns(category, *LOCALIZED)
    async with call.reading() as reader:
        roots = await category_trees(
            reader, site_code=call.site_code, legal_entity_id=call.legal_entity_id, columns=columns
        )
    forest = [_tree(call, root, is_root=True) for root in roots]
    return untagged_response(call, forest, VARIES_BY_LANGUAGE)


def _tree(call: Call, node: CategoryNode, *, is_root: bool = False) -> dict[str, Any]:
    """Return the document of a category tree's node.

    `parentId` stands on nested nodes and on roots that continue a tree, `subcategories` where there are some.
    """
    document: dict[str, Any] = {} if node.row is None else category_document(node.row, call.members)
    document |= {"id": node.id, "code": node.code}
    document.setdefault("name", {})
    if is_root and node.continues is None:
        document.pop("parentId", None)
    document["isSegmentAssigned"] = node.is_segment_assigned
    if node.subcategories:
        document["subcategories"] = [_tree(call, child) for child in node.subcategories]
    return document
