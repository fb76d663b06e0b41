"""Reads the contract's JSON members into typed values.

A *document* is a JSON object in the contract's own shape. REST bodies, JSON Patch results,
data files and GraphQL inputs all become one, so that a rule is checked in one place. Every
function raises InvalidInput with the path of the member at fault. JSON null and an absent
member are the same (behaviour D65).
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from models.sql.prepared import Row
from models.tables.columns import to_milliseconds
from resolvers.errors import InvalidInput, Path
from resolvers.policy import Policy
from resolvers.values.json_text import INT64
from resolvers.values.language import ANY_LANGUAGE, ContentLanguage, check_languages, written_by_tag
from resolvers.values.row_values import STORED, Members
from resolvers.values.text import (
    MOST_TRANSLATIONS,
    TEXT_LENGTH,
    TRANSLATIONS_BYTES,
    checked_json_object,
    checked_text,
)

Document: TypeAlias = Mapping[str, Any]


DATE_TIME = re.compile(
    r"(?!0000)\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII | re.IGNORECASE
)
SCHEMA_URL_LENGTH = 2_048


def checked_document(value: Any, path: Path = ()) -> Document:
    """The value, if it is a JSON object."""
    if not isinstance(value, dict | Mapping):  # a dict is recognised in a tenth of the time
        raise InvalidInput("An object is expected.", path=path)
    return value


def translations(
    value: Any, path: Path, policy: Policy, content_language: ContentLanguage = ANY_LANGUAGE
) -> dict[str, str]:
    """A map from language to text.

    A bare text is allowed if the body has one language (behaviour D14). The tags are in canonical case, and
    the map is bounded as a whole.
    """
    if value is None:
        return {}
    if isinstance(value, str) and content_language.only:
        value = {content_language.only: value}
    if not isinstance(value, dict):
        raise InvalidInput("A map from language to text is expected.", path=path)
    _check_weight(value, path)
    texts = written_by_tag(value, path)
    check_languages(texts, content_language, policy, path)
    return {tag: checked_text(value[texts[tag]], (*path, texts[tag])) for tag in sorted(texts)}


def _check_weight(texts: Mapping[str, Any], path: Path) -> None:
    """Refuse too many translations, or too many bytes.

    A single text that is too long is refused later.
    """
    if len(texts) > MOST_TRANSLATIONS:
        raise InvalidInput(f"The map has more than {MOST_TRANSLATIONS:,} languages.", path=path)
    weight = sum(
        _utf8_bytes(tag) + _utf8_bytes(text)
        for tag, text in texts.items()
        if isinstance(text, str) and len(text) <= TEXT_LENGTH
    )
    if weight > TRANSLATIONS_BYTES:
        raise InvalidInput(
            f"The texts of all languages together are larger than {TRANSLATIONS_BYTES:,} bytes.", path=path
        )


def _utf8_bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))


def instant(value: Any, path: Path) -> datetime | None:
    """A date-time with a zone, as UTC with milliseconds."""
    if value is None:
        return None
    try:
        if isinstance(value, datetime):
            return to_milliseconds(value)
        if isinstance(value, str) and DATE_TIME.fullmatch(value):
            return to_milliseconds(datetime.fromisoformat(value.upper()))
    except (ValueError, OverflowError):
        pass
    raise InvalidInput("A date-time such as 2026-01-31T12:00:00.000Z is expected.", path=path)


def validity(document: Document) -> tuple[datetime | None, datetime | None]:
    """The `validity` member as (from, to).

    Either may be None, and from is not after to.
    """
    value = document.get("validity")
    if value is None:
        return None, None
    window = checked_document(value, ("validity",))
    valid_from = instant(window.get("from"), ("validity", "from"))
    valid_to = instant(window.get("to"), ("validity", "to"))
    if valid_from and valid_to and valid_from > valid_to:
        raise InvalidInput("The validity ends before it begins.", path=("validity",))
    return valid_from, valid_to


def one_of(value: Any, allowed: tuple[str, ...], path: Path) -> str:
    """The value, if it is one of the allowed words.

    The spelling has to be exact.
    """
    if value not in allowed or not isinstance(value, str):
        raise InvalidInput(f"One of {', '.join(allowed)} is expected.", path=path)
    return value


def mixins(document: Document) -> dict[str, Any]:
    """The `mixins` member: a map from names to objects."""
    value = document.get("mixins")
    if value is None:
        return {}
    checked = checked_json_object(value, ("mixins",))
    for name, attributes in checked.items():
        if not isinstance(attributes, dict):
            raise InvalidInput("A mixin is an object.", path=("mixins", name))
    return checked


def metadata(document: Document) -> Document:
    """The `metadata` member, empty where absent."""
    value = document.get("metadata")
    return {} if value is None else checked_document(value, ("metadata",))


def mixin_schemas(document: Document) -> dict[str, str]:
    """The `metadata.mixins` member: a map from names to URLs.

    A URL is absolute and leads to the schema of the mixin (behaviour D56).
    """
    value = metadata(document).get("mixins")
    if value is None:
        return {}
    path = ("metadata", "mixins")
    schemas = checked_json_object(value, path)
    for name, url in schemas.items():
        if not isinstance(url, str) or not _is_web_url(url):
            raise InvalidInput("A mixin's schema is an absolute http or https URL.", path=(*path, name))
    return schemas


def _is_web_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and len(url) <= SCHEMA_URL_LENGTH


def expected_version(document: Document) -> int | None:
    """The `metadata.version` that the writer expects.

    None means without optimistic locking.
    """
    version = metadata(document).get("version")
    if version is None:
        return None
    if not isinstance(version, int) or isinstance(version, bool) or version < 0 or version not in INT64:
        raise InvalidInput("The version is a whole number from 0.", path=("metadata", "version"))
    return version


def validity_document(row: Row, members: Members = STORED) -> dict[str, str]:
    """The `validity` member of a row.

    It has `valid_from` and `valid_to`; open ends are left out.
    """
    begin, end = members.instant(row, "valid_from"), members.instant(row, "valid_to")
    document = {} if begin is None else {"from": begin}
    if end is not None:
        document["to"] = end
    return document


def metadata_document(row: Row, members: Members = STORED) -> dict[str, Any]:
    """The `metadata` member of a versioned row.

    It has times, version and mixin schemas.
    """
    document = {
        "createdAt": members.instant(row, "created_at"),
        "modifiedAt": members.instant(row, "modified_at"),
        "version": row["version"],
    }
    if schemas := members.json(row, "mixin_schemas"):
        document["mixins"] = schemas
    return document


def without_empty(document: dict[str, Any]) -> dict[str, Any]:
    """The document without members None, `{}` and `[]`.

    The contract leaves such members out.
    """
    return {name: value for name, value in document.items() if value or value not in (None, {}, [])}
