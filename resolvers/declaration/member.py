"""What a member of a noun's document is: its column, its check, and how it is shown and filtered.

A noun declares each member once, in the order of its document. Content, documents, the filter
catalogue, JSON Patch, data files and the OpenAPI document are derived from the declarations.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeAlias

from sqlalchemy import Table

from models.blank import is_blank
from models.filter.catalogue import Field, Kind
from models.sql.prepared import Row
from resolvers.errors import InvalidInput
from resolvers.policy import Policy
from resolvers.values import document as values
from resolvers.values.document import Document
from resolvers.values.language import ContentLanguage
from resolvers.values.row_values import Members
from resolvers.values.text import checked_text
from resolvers.writing.command import Record

Names: TypeAlias = tuple[str, ...]
ANY_DEPTH: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of a document, stored in one column of the same row.

    `missing` refuses a document without the member; None makes the member optional. `request` and
    `response` describe it in the OpenAPI document.
    """

    name: str
    column: str
    missing: str | None = None
    request: str = ""
    response: str = ""
    inner_example: str = ""
    """What may follow the member in a JSON Pointer, for documentation."""

    kind: ClassVar[Kind] = Kind.TEXT
    is_content: ClassVar[bool] = True
    """A document decides the value; otherwise the path or the gateway does."""
    writable_depth: ClassVar[int] = 0
    """Levels below the member that a JSON Patch may write."""
    inner_names: ClassVar[Names] = ()
    """The members of the member, where it is an object with a fixed form."""

    @property
    def content_path(self) -> Names:
        """Where a document holds the content."""
        return (self.name,)

    def fields(self, table: Table) -> tuple[Field, ...]:
        """The paths that filter and sort."""
        nullable = bool(table.c[self.column].nullable)
        return (Field((self.name,), self.kind, table.c[self.column], nullable=nullable),)

    def content(self, document: Document, policy: Policy, language: ContentLanguage) -> Record:
        """The columns that a document decides. Raises InvalidInput."""
        raise NotImplementedError

    def value(self, row: Row, _members: Members) -> Any:
        """The member of a row's document; None or an empty value is not shown."""
        return row[self.column]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentId(Member):
    """The id of a segment, as part of the row's key."""

    is_content: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Member):
    """Text of at most `length` characters; a required one is not blank."""

    length: int

    def content(self, document: Document, _policy: Policy, _language: ContentLanguage) -> Record:
        """The text; None where the document has none."""
        value = document.get(self.name)
        if self.missing and (value is None or (isinstance(value, str) and not value.strip())):
            raise InvalidInput(self.missing, path=(self.name,))
        text = None if value is None else checked_text(value, (self.name,), length=self.length)
        return {self.column: text}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Member):
    """One of a closed set of words; a required one has no default."""

    choices: Names
    default: str = ""

    def content(self, document: Document, _policy: Policy, _language: ContentLanguage) -> Record:
        """The word, or the default."""
        value = document.get(self.name)
        if value is None and self.missing:
            raise InvalidInput(self.missing, path=(self.name,))
        return {
            self.column: self.default if value is None else values.one_of(value, self.choices, (self.name,))
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Localized(Member):
    """A map from language to text; a required one has a text that is not blank."""

    kind: ClassVar[Kind] = Kind.LOCALIZED
    writable_depth: ClassVar[int] = 1

    def content(self, document: Document, policy: Policy, language: ContentLanguage) -> Record:
        """The texts by canonical tag."""
        texts = values.translations(document.get(self.name), (self.name,), policy, language)
        if self.missing and all(map(is_blank, texts.values())):
            raise InvalidInput(self.missing, path=(self.name,))
        return {self.column: texts}

    def value(self, row: Row, members: Members) -> Any:
        """The texts that the reader wants."""
        return members.localized(row, self.column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity(Member):
    """The period in which a row is valid, in the columns `valid_from` and `valid_to`."""

    name: str = "validity"
    column: str = "valid_from"
    inner_example: str = "/to"
    writable_depth: ClassVar[int] = 1
    inner_names: ClassVar[Names] = ("from", "to")

    def fields(self, table: Table) -> tuple[Field, ...]:
        """Both ends."""
        return (
            Field((self.name, "from"), Kind.INSTANT, table.c.valid_from, nullable=True),
            Field((self.name, "to"), Kind.INSTANT, table.c.valid_to, nullable=True),
        )

    def content(self, document: Document, _policy: Policy, _language: ContentLanguage) -> Record:
        """Both ends; None is open."""
        valid_from, valid_to = values.validity(document)
        return {"valid_from": valid_from, "valid_to": valid_to}

    def value(self, row: Row, members: Members) -> Any:
        """The ends that are not open."""
        return values.validity_document(row, members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixins(Member):
    """Attributes that the tenant defines: a map from mixin name to object."""

    name: str = "mixins"
    column: str = "mixins"
    request: str = "Attributes of your own, grouped: a map from the mixin's name to an object."
    inner_example: str = "/..."
    kind: ClassVar[Kind] = Kind.JSON
    writable_depth: ClassVar[int] = ANY_DEPTH

    def content(self, document: Document, _policy: Policy, _language: ContentLanguage) -> Record:
        """The map in canonical form."""
        return {self.column: values.mixins(document)}

    def value(self, row: Row, members: Members) -> Any:
        """The map."""
        return members.json(row, self.column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata(Member):
    """Version and times, which the gateway sets, and the schemas of the mixins, which a document decides."""

    name: str = "metadata"
    column: str = "mixin_schemas"
    inner_example: str = "/..."
    writable_depth: ClassVar[int] = ANY_DEPTH
    inner_names: ClassVar[Names] = ("version", "createdAt", "modifiedAt", "mixins")

    @property
    def content_path(self) -> Names:
        """The mixin schemas alone."""
        return (self.name, "mixins")

    def fields(self, table: Table) -> tuple[Field, ...]:
        """Every part."""
        return (
            Field((self.name, "createdAt"), Kind.INSTANT, table.c.created_at),
            Field((self.name, "modifiedAt"), Kind.INSTANT, table.c.modified_at),
            Field((self.name, "version"), Kind.INTEGER, table.c.version),
            Field((self.name, "mixins"), Kind.JSON, table.c.mixin_schemas),
        )

    def content(self, document: Document, _policy: Policy, _language: ContentLanguage) -> Record:
        """The mixin schemas."""
        return {self.column: values.mixin_schemas(document)}

    def value(self, row: Row, members: Members) -> Any:
        """Every part that there is."""
        return values.metadata_document(row, members)
