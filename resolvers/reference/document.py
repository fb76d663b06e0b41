"""What other documents show of reference data."""

from typing import Any, Final

from models.sql.prepared import Row
from resolvers.declaration.derived import DocumentReader
from resolvers.reference.members import CATEGORY
from resolvers.values.document import without_empty
from resolvers.values.row_values import STORED, Members


def category_document(row: Row, members: Members = STORED) -> dict[str, Any]:
    """A category as the trees show it."""
    return CATEGORY_DOCUMENT(row, members)


CATEGORY_DOCUMENT: Final = DocumentReader(CATEGORY)
CUSTOMER_SUMMARY: Final = ("id", "first_name", "last_name", "email")
LEGAL_ENTITY_SUMMARY: Final = ("id", "name")
"""The columns that an assignment shows of its customer and of its legal entity."""


def customer_summary(customer_id: str, row: Row | None) -> dict[str, Any]:
    """What an assignment shows of its customer: the id alone where nothing is known."""
    values = row or {}
    return without_empty(
        {
            "id": customer_id,
            "firstName": values.get("first_name"),
            "lastName": values.get("last_name"),
            "email": values.get("email"),
        }
    )


def legal_entity_summary(legal_entity_id: str, row: Row | None) -> dict[str, Any]:
    """What an assignment shows of its legal entity."""
    return without_empty({"id": legal_entity_id, "name": (row or {}).get("name")})


def group_summary(group_id: str, row: Row | None, members: Members) -> dict[str, Any]:
    """What an assignment shows of its group."""
    return {"id": group_id} if row is None else {"id": group_id, "name": members.localized(row, "name")}


def item_summary(item_id: str, row: Row | None, members: Members) -> dict[str, Any]:
    """What an assignment shows of its product or category."""
    if row is None:
        return {"id": item_id}
    return without_empty({"id": item_id, "code": row["code"], "name": members.localized(row, "name")})
