"""Conversion between segment documents and rows."""

from typing import Any, Final

from models.sql.prepared import Row
from resolvers.declaration.derived import DocumentReader, content_of
from resolvers.policy import Policy
from resolvers.segment.members import MEMBERS
from resolvers.values.document import Document
from resolvers.values.language import ANY_LANGUAGE, ContentLanguage
from resolvers.values.row_values import STORED, Members
from resolvers.writing.command import Record


def segment_content(
    document: Document, policy: Policy, content_language: ContentLanguage = ANY_LANGUAGE
) -> Record:
    """The columns of a segment document.

    Raises InvalidInput (behaviour D14, D29, D56).
    """
    return content_of(MEMBERS, document, policy, content_language)


def segment_document(row: Row, members: Members = STORED) -> dict[str, Any]:
    """The contract's document of a segment row.

    The row has all columns. Empty members are left out.
    """
    return WHOLE_DOCUMENT(row, members)


WHOLE_DOCUMENT: Final = DocumentReader(MEMBERS)
