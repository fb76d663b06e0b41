"""Derives content, documents and filter fields from members."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Table

from models.filter.catalogue import Field
from models.sql.prepared import Row
from resolvers.declaration.member import Localized, Member
from resolvers.policy import Policy
from resolvers.values.document import Document
from resolvers.values.language import ANY_LANGUAGE, ContentLanguage
from resolvers.values.row_values import STORED, Members
from resolvers.writing.command import Record


def content_of(
    members: Sequence[Member],
    document: Document,
    policy: Policy,
    content_language: ContentLanguage = ANY_LANGUAGE,
) -> Record:
    """The content columns of a document.

    Raises InvalidInput at the first invalid member.
    """
    content: Record = {}
    for member in members:
        if member.is_content:
            content |= member.content(document, policy, content_language)
    return content


class DocumentReader:
    """Makes documents of rows.

    It omits members that are None, `{}` or `[]`.
    """

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = [
            (member.name, member.column if type(member).value is Member.value else None, member.value)
            for member in members
        ]
        """Most members equal their column and need no call: for these it has the column."""

    def __call__(self, row: Row, reading: Members = STORED) -> dict[str, Any]:
        document: dict[str, Any] = {}
        for name, column, value_of in self._members:
            value = value_of(row, reading) if column is None else row[column]
            if value or value not in NOTHING_TO_SHOW:
                document[name] = value
        return document


NOTHING_TO_SHOW: Final[tuple[Any, ...]] = (None, {}, [])


def fields_of(members: Sequence[Member], table: Table) -> tuple[Field, ...]:
    """The paths for filters and orders, in document order."""
    return tuple(field for member in members for field in member.fields(table))


def localized_members(members: Sequence[Member]) -> tuple[Localized, ...]:
    """The members that map languages to texts."""
    return tuple(member for member in members if isinstance(member, Localized))


def content_members(members: Sequence[Member]) -> tuple[Member, ...]:
    """The members whose values come from a document."""
    return tuple(member for member in members if member.is_content)
