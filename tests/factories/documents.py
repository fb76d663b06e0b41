"""One builder per noun: the contract's document of something that says nothing special."""

from typing import Any


def segment(segment_id: str, **members: Any) -> dict[str, Any]:
    """An active segment of the site `main`, named as its id."""
    return {"id": segment_id, "name": {"en": segment_id}, "siteCode": "main", "status": "ACTIVE", **members}


def customer(customer_id: str, **members: Any) -> dict[str, Any]:
    """A customer who is called as their id."""
    name = customer_id.capitalize()
    return {"id": customer_id, "firstName": name, "email": f"{customer_id}@example.com", **members}


def legal_entity(legal_entity_id: str, **members: Any) -> dict[str, Any]:
    """A company that is called as its id."""
    return {"id": legal_entity_id, "name": f"{legal_entity_id.capitalize()} Ltd", **members}


def product(product_id: str, **members: Any) -> dict[str, Any]:
    """A product in no category."""
    return {"id": product_id, "code": product_id.upper(), "name": {"en": product_id.capitalize()}, **members}


def category(category_id: str, parent_id: str | None = None, **members: Any) -> dict[str, Any]:
    """A category below another one, or a root."""
    parent = {} if parent_id is None else {"parentId": parent_id}
    return {"id": category_id, "name": {"en": category_id.capitalize()}, **parent, **members}


def group(group_id: str, *customer_ids: str, **members: Any) -> dict[str, Any]:
    """A group of these customers that is called as its id."""
    head = {"id": group_id, "name": {"en": group_id.capitalize()}, "userType": "CUSTOMER"}
    return {**head, "customerIds": list(customer_ids), **members}
