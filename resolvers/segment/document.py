"""A segment as the contract writes it, and as the table holds it."""

from typing import Any, Final

from models.blank import is_blank
from models.prepared import Row
from resolvers import document as member
from resolvers.document import Document, metadata_document, validity_document, without_empty
from resolvers.errors import InvalidInput
from resolvers.language import ANY_LANGUAGE, ContentLanguage
from resolvers.members import STORED, Members
from resolvers.policy import Policy
from resolvers.text import SITE_CODE_LENGTH, checked_text
from resolvers.writing.command import Record

STATUSES: Final = ("ACTIVE", "INACTIVE")


def segment_content(
    document: Document, policy: Policy, content_language: ContentLanguage = ANY_LANGUAGE
) -> Record:
    """The columns that a segment document decides. Raises InvalidInput (behaviour D14, D29, D56)."""
    valid_from, valid_to = member.validity(document)
    return {
        "name": _name(document, policy, content_language),
        "description": member.translations(
            document.get("description"), ("description",), policy, content_language
        ),
        "valid_from": valid_from,
        "valid_to": valid_to,
        "status": _status(document),
        "site_code": _site_code(document),
        "mixins": member.mixins(document),
        "mixin_schemas": member.mixin_schemas(document),
    }


def _name(document: Document, policy: Policy, content_language: ContentLanguage) -> dict[str, str]:
    name = member.translations(document.get("name"), ("name",), policy, content_language)
    if all(map(is_blank, name.values())):
        raise InvalidInput("A name in at least one language is required.", path=("name",))
    return name


def _status(document: Document) -> str:
    status = document.get("status")
    return "INACTIVE" if status is None else member.one_of(status, STATUSES, ("status",))


def _site_code(document: Document) -> str:
    value = document.get("siteCode")
    if value is None or (isinstance(value, str) and not value.strip()):
        raise InvalidInput("A site code is required.", path=("siteCode",))
    return checked_text(value, ("siteCode",), length=SITE_CODE_LENGTH)


def segment_document(row: Row, members: Members = STORED) -> dict[str, Any]:
    """The contract's document of a whole segment row; members without content are left out."""
    return without_empty(
        {
            "id": row["id"],
            "name": members.localized(row, "name"),
            "description": members.localized(row, "description"),
            "validity": validity_document(row, members),
            "status": row["status"],
            "siteCode": row["site_code"],
            "mixins": members.json(row, "mixins"),
            "metadata": metadata_document(row, members),
        }
    )
