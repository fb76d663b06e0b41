"""From GraphQL's selections to the contract's documents, and from these to GraphQL's inputs."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tests.parity.documents import told
from tests.parity.language import ALL
from tests.parity.service import Ask, Document

SEGMENT_ORDERS: Final = {
    "id": "ID",
    "name": "NAME",
    "status": "STATUS",
    "siteCode": "SITE_CODE",
    "validity.from": "VALID_FROM",
    "validity.to": "VALID_TO",
    "metadata.version": "VERSION",
}
CUSTOMER_ORDERS: Final = {
    "customer.id": "CUSTOMER_ID",
    "customer.lastName": "CUSTOMER_LAST_NAME",
    "customer.email": "CUSTOMER_EMAIL",
    "legalEntity.id": "LEGAL_ENTITY_ID",
    "legalEntity.name": "LEGAL_ENTITY_NAME",
    "metadata.version": "VERSION",
}
ITEM_ORDERS: Final = {
    "segmentId": "SEGMENT_ID",
    "type": "TYPE",
    "item.id": "ITEM_ID",
    "item.code": "ITEM_CODE",
    "item.name": "ITEM_NAME",
    "metadata.version": "VERSION",
}
GROUP_ORDERS: Final = {
    "group.id": "GROUP_ID",
    "group.name": "GROUP_NAME",
    "metadata.version": "VERSION",
}
"""What both APIs can sort by."""


def order_by(operation_id: str, ask: Ask) -> list[dict[str, str]]:
    """REST's sort in GraphQL's words."""
    noun = operation_id.rpartition("-")[2]
    orders = {
        "segments": SEGMENT_ORDERS,
        "customers": CUSTOMER_ORDERS,
        "items": ITEM_ORDERS,
        "groups": GROUP_ORDERS,
    }[noun]
    return [
        {"field": orders[path], "direction": "DESC" if descending else "ASC"} for path, descending in ask.sort
    ]


def segment_document(node: Mapping[str, Any], language: str) -> Document:
    return told(
        {
            "id": node["id"],
            "name": _text(node, "name", language),
            "description": _text(node, "description", language),
            "status": node["status"],
            "siteCode": node["siteCode"],
            "validity": told(node["validity"] or {}),
            "mixins": node["mixins"],
            "metadata": told(node["metadata"]),
        }
    )


def customer_document(node: Mapping[str, Any]) -> Document:
    return told(
        {
            "customer": told(node["customer"]),
            "legalEntity": told(node["legalEntity"] or {}),
            "assignmentType": node["assignmentType"],
            "mixins": node["mixins"],
            "metadata": told(node["metadata"]),
        }
    )


def item_document(node: Mapping[str, Any], language: str) -> Document:
    item = node["item"]
    return told(
        {
            "segmentId": node["segment"]["id"],
            "type": node["type"],
            "item": told({"id": item["id"], "code": item["code"], "name": _text(item, "name", language)}),
            "mixins": node["mixins"],
            "metadata": told(node["metadata"]),
        }
    )


def group_document(node: Mapping[str, Any], language: str) -> Document:
    group = node["group"]
    return told(
        {
            "segmentId": node["segment"]["id"],
            "group": told({"id": group["id"], "name": _text(group, "name", language)}),
            "mixins": node["mixins"],
            "metadata": told(node["metadata"]),
        }
    )


def tree_document(node: Mapping[str, Any], language: str) -> Document:
    return told(
        {
            "id": node["id"],
            "parentId": node["parentId"],
            "code": node["code"],
            "name": _text(node, "name", language),
            "localizedDescription": _text(node, "description", language),
            "localizedSlug": _text(node, "slug", language),
            "ecn": node["ecn"],
            "validity": told(node["validity"] or {}),
            "position": node["position"],
            "published": node["published"],
            "subcategories": [tree_document(one, language) for one in node.get("subcategories", [])],
            "isSegmentAssigned": node["isSegmentAssigned"],
        }
    )


def _text(node: Mapping[str, Any], member: str, language: str) -> Any:
    texts = {one["language"]: one["text"] for one in node[f"{member}Translations"]}
    return texts if language == ALL else node[member]


def segment_input(document: Document, *also: str) -> dict[str, Any]:
    """The input of a segment; `also` names the members that only some inputs have."""
    result: dict[str, Any] = {"name": _translations(document.get("name") or {})}
    if document.get("description") is not None:
        result["description"] = _translations(document["description"])
    for member in ("siteCode", "status", "validity", "mixins"):
        if member in document:
            result[member] = document[member]
    metadata = document.get("metadata", {})
    if "mixins" in metadata:
        result["mixinSchemas"] = metadata["mixins"]
    if "id" in also:
        result["id"] = document.get("id")
    if "version" in also:
        result["expectedVersion"] = metadata.get("version")
    return result


def element_input(key: Mapping[str, str], document: Document) -> dict[str, Any]:
    """The input of an assignment."""
    metadata = document.get("metadata", {})
    return {
        **key,
        "mixins": document.get("mixins"),
        "mixinSchemas": metadata.get("mixins"),
        "expectedVersion": metadata.get("version"),
    }


def patch_input(operation: Document) -> dict[str, Any]:
    return {**operation, "op": operation["op"].upper()}


def reference_input(document: Document) -> dict[str, Any]:
    """The input of a record of reference data."""
    renamed = {"localizedDescription": "description", "localizedSlug": "slug"}
    return {
        renamed.get(name, name): _translations(value)
        if name != "validity" and isinstance(value, Mapping)
        else value
        for name, value in document.items()
    }


def _translations(texts: Mapping[str, str]) -> Sequence[dict[str, str]]:
    return [{"language": language, "text": text} for language, text in texts.items()]
