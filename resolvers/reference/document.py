"""Reference data as data files and upserts write it, and as the tables hold it.

Content of a customer carries `legal_entity_ids`, content of a product `category_ids`: the
rows of the link tables, sorted, each once.
"""

from typing import Any

from models.prepared import Row
from resolvers import document as member
from resolvers.document import Document, validity_document, without_empty
from resolvers.errors import InvalidInput, Path
from resolvers.members import Members
from resolvers.policy import Policy
from resolvers.text import checked_id, checked_text
from resolvers.writing.command import Record

PLAIN_TEXT_LENGTH = 1_000
LINKS = 10_000
INT32 = range(-(2**31), 2**31)


def legal_entity_content(document: Document, _policy: Policy) -> Record:
    """The columns of a legal entity. Raises InvalidInput."""
    return {"name": _optional_text(document, "name")}


def customer_content(document: Document, _policy: Policy) -> Record:
    """The columns and links of a customer. Raises InvalidInput."""
    return {
        "first_name": _optional_text(document, "firstName"),
        "last_name": _optional_text(document, "lastName"),
        "email": _optional_text(document, "email"),
        "legal_entity_ids": _ids(document, "legalEntityIds"),
    }


def product_content(document: Document, policy: Policy) -> Record:
    """The columns and links of a product. Raises InvalidInput."""
    return {
        "code": _optional_text(document, "code"),
        "name": member.translations(document.get("name"), ("name",), policy),
        "category_ids": _ids(document, "categoryIds"),
    }


def category_content(document: Document, policy: Policy) -> Record:
    """The columns of a category. Raises InvalidInput."""
    parent_id = document.get("parentId")
    valid_from, valid_to = member.validity(document)
    return {
        "parent_id": None if parent_id is None else checked_id(parent_id, ("parentId",)),
        "code": _optional_text(document, "code"),
        "name": member.translations(document.get("name"), ("name",), policy),
        "description": member.translations(
            document.get("localizedDescription"), ("localizedDescription",), policy
        ),
        "slug": member.translations(document.get("localizedSlug"), ("localizedSlug",), policy),
        "ecn": _texts(document, "ecn"),
        "valid_from": valid_from,
        "valid_to": valid_to,
        "position": _position(document.get("position")),
        "published": _published(document.get("published")),
    }


def _optional_text(document: Document, name: str) -> str | None:
    value = document.get(name)
    return None if value is None else checked_text(value, (name,), length=PLAIN_TEXT_LENGTH)


def _list(document: Document, name: str) -> list[Any]:
    value = document.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidInput("An array is expected.", path=(name,))
    if len(value) > LINKS:
        raise InvalidInput(f"The array has more than {LINKS:,} elements.", path=(name,))
    return value


def _ids(document: Document, name: str) -> list[str]:
    return sorted({checked_id(item, (name, index)) for index, item in enumerate(_list(document, name))})


def _texts(document: Document, name: str) -> list[str]:
    return [
        checked_text(item, (name, index), length=PLAIN_TEXT_LENGTH)
        for index, item in enumerate(_list(document, name))
    ]


def _position(value: Any) -> int | None:
    path: Path = ("position",)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value not in INT32:
        raise InvalidInput("A whole number of 32 bits is expected.", path=path)
    return value


def _published(value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise InvalidInput("true or false is expected.", path=("published",))
    return value


def legal_entity_document(row: Row) -> dict[str, Any]:
    """A legal entity as a data file writes it."""
    return without_empty({"id": row["id"], "name": row["name"]})


def customer_document(row: Row) -> dict[str, Any]:
    """A customer as a data file writes them."""
    return without_empty(
        {
            "id": row["id"],
            "firstName": row["first_name"],
            "lastName": row["last_name"],
            "email": row["email"],
            "legalEntityIds": row["legal_entity_ids"],
        }
    )


def product_document(row: Row) -> dict[str, Any]:
    """A product as a data file writes it."""
    return without_empty(
        {
            "id": row["id"],
            "code": row["code"],
            "name": row["name"],
            "categoryIds": row["category_ids"],
        }
    )


def category_document(row: Row) -> dict[str, Any]:
    """A category as a data file writes it, and as the trees show it."""
    return without_empty(
        {
            "id": row["id"],
            "parentId": row["parent_id"],
            "code": row["code"],
            "name": row["name"],
            "localizedDescription": row["description"],
            "localizedSlug": row["slug"],
            "ecn": row["ecn"],
            "validity": validity_document(row),
            "position": row["position"],
            "published": row["published"],
        }
    )


def customer_summary(customer_id: str, row: Row | None) -> dict[str, Any]:
    """What an assignment shows of its customer: the id alone where nothing is known."""
    known = row or {}
    return without_empty(
        {
            "id": customer_id,
            "firstName": known.get("first_name"),
            "lastName": known.get("last_name"),
            "email": known.get("email"),
        }
    )


def legal_entity_summary(legal_entity_id: str, row: Row | None) -> dict[str, Any]:
    """What an assignment shows of its legal entity."""
    return without_empty({"id": legal_entity_id, "name": (row or {}).get("name")})


def item_summary(item_id: str, row: Row | None, members: Members) -> dict[str, Any]:
    """What an assignment shows of its product or category."""
    if row is None:
        return {"id": item_id}
    return without_empty({"id": item_id, "code": row["code"], "name": members.localized(row, "name")})
