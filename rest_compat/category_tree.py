"""Category trees on the REST API (D43)."""

from typing import Any

from starlette.responses import Response

from resolvers.category_tree import CategoryNode, category_trees
from resolvers.reference.document import category_document
from rest_compat.call import Call
from rest_compat.reading import VARIES_BY_LANGUAGE, untagged_response

LOCALIZED = ("name", "localizedDescription", "localizedSlug")


async def trees(call: Call) -> Response:
    """The caller's own forest."""
    async with call.reading() as reader:
        roots = await category_trees(reader, site_code=call.site_code, legal_entity_id=call.legal_entity_id)
    forest = [_tree(call, root, is_root=True) for root in roots]
    return untagged_response(call, forest, VARIES_BY_LANGUAGE)


def _tree(call: Call, node: CategoryNode, *, is_root: bool = False) -> dict[str, Any]:
    """`parentId` on nested nodes and on roots that continue a tree, `subcategories` where there are some."""
    document: dict[str, Any] = {} if node.row is None else category_document(node.row)
    document |= {"id": node.id, "code": node.code}
    document |= {name: call.shown(document[name]) for name in LOCALIZED if name in document}
    document.setdefault("name", {})
    if is_root and node.continues is None:
        document.pop("parentId", None)
    document["isSegmentAssigned"] = node.is_segment_assigned
    if node.subcategories:
        document["subcategories"] = [_tree(call, child) for child in node.subcategories]
    return document
