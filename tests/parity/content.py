"""What of a document is stored, and what makes it invalid (behaviour D14, D29, D56)."""

import re
from collections.abc import Mapping
from typing import Any, Final

from tests.parity.documents import told
from tests.parity.language import CONFIGURED, by_canonical_tag, filled
from tests.parity.service import INVALID, Document, Refused

SEGMENT_ID: Final = re.compile(r"[A-Za-z0-9_.:~-]{1,128}")
RESERVED: Final = {".", "..", "bulk", "search", "match", "items", "me"}


def valid(holds: object) -> None:
    """Refuse what does not hold."""
    if not holds:
        raise Refused(INVALID)


def checked_segment_id(segment_id: Any) -> str:
    valid(isinstance(segment_id, str) and SEGMENT_ID.fullmatch(segment_id) and segment_id not in RESERVED)
    return str(segment_id)


def segment_content(document: Document) -> dict[str, Any]:
    """The members of a segment that its writer decides."""
    name, description = (stored_texts(document.get(member) or {}) for member in ("name", "description"))
    valid(filled(name))
    valid((document.get("siteCode") or "").strip())
    status = document.get("status") or "INACTIVE"
    valid(status in {"ACTIVE", "INACTIVE"})
    validity = told(document.get("validity") or {})
    valid("from" not in validity or "to" not in validity or validity["from"] <= validity["to"])
    return {
        "name": name,
        "description": description,
        "siteCode": document["siteCode"],
        "status": status,
        "validity": validity,
        **assignment_content(document),
    }


def stored_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts by canonical tag: each language once, and all of them configured."""
    stored = by_canonical_tag(texts)
    valid(len(stored) == len(texts) and set(stored) <= set(CONFIGURED))
    return stored


def assignment_content(document: Document) -> dict[str, Any]:
    """The members of an assignment that its writer decides."""
    mixins = document.get("mixins") or {}
    valid(all(isinstance(mixin, Mapping) for mixin in mixins.values()))
    schemas = document.get("metadata", {}).get("mixins") or {}
    valid(all(url.startswith(("http://", "https://")) for url in schemas.values()))
    return {"mixins": mixins, "schemas": schemas}


def expected_version(document: Document) -> int | None:
    version: int | None = document.get("metadata", {}).get("version")
    valid(version is None or version >= 0)
    return version
