"""The members of reference data, as data files and upserts write them."""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from models.sql.prepared import Row
from resolvers.declaration.member import Choice, Localized, Member, Mixins, Text, Validity
from resolvers.errors import InvalidInput
from resolvers.policy import Policy
from resolvers.values.document import Document
from resolvers.values.language import ContentLanguage
from resolvers.values.row_values import Members
from resolvers.values.text import checked_id, checked_text
from resolvers.writing.command import Record

PLAIN_TEXT_LENGTH: Final = 1_000
LINKS: Final = 10_000
INT32: Final = range(-(2**31), 2**31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Id(Member):
    """The id of the record."""

    name: str = "id"
    column: str = "id"
    is_content: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference(Member):
    """The id of another record."""

    def content(self, document: Document, _policy: Policy, _language: ContentLanguage) -> Record:
        """The id, or None."""
        value = document.get(self.name)
        return {self.column: None if value is None else checked_id(value, (self.name,))}


@dataclass(frozen=True, slots=True, kw_only=True)
class References(Member):
    """The ids of linked records; they are rows of a link table, sorted, each once."""

    def content(self, document: Document, _policy: Policy, _language: ContentLanguage) -> Record:
        """The ids."""
        ids = enumerate(_array(document, self.name))
        return {self.column: sorted({checked_id(item, (self.name, index)) for index, item in ids})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts(Member):
    """An array of texts."""

    def content(self, document: Document, _policy: Policy, _language: ContentLanguage) -> Record:
        """The texts in their order."""
        texts = enumerate(_array(document, self.name))
        return {
            self.column: [
                checked_text(item, (self.name, index), length=PLAIN_TEXT_LENGTH) for index, item in texts
            ]
        }

    def value(self, row: Row, members: Members) -> Any:
        """The texts, if there are any."""
        return members.json(row, self.column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Integer(Member):
    """A whole number of 32 bits."""

    def content(self, document: Document, _policy: Policy, _language: ContentLanguage) -> Record:
        """The number, or None."""
        value = document.get(self.name)
        if value is not None and (
            not isinstance(value, int) or isinstance(value, bool) or value not in INT32
        ):
            raise InvalidInput("A whole number of 32 bits is expected.", path=(self.name,))
        return {self.column: value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Member):
    """True, false, or not known."""

    def content(self, document: Document, _policy: Policy, _language: ContentLanguage) -> Record:
        """The value, or None."""
        value = document.get(self.name)
        if value is not None and not isinstance(value, bool):
            raise InvalidInput("true or false is expected.", path=(self.name,))
        return {self.column: value}


def _array(document: Document, name: str) -> list[Any]:
    value = document.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidInput("An array is expected.", path=(name,))
    if len(value) > LINKS:
        raise InvalidInput(f"The array has more than {LINKS:,} elements.", path=(name,))
    return value


def _text(name: str, column: str) -> Text:
    return Text(name=name, column=column, length=PLAIN_TEXT_LENGTH)


LEGAL_ENTITY: Final = (Id(), _text("name", "name"), Mixins())
CUSTOMER: Final = (
    Id(),
    _text("firstName", "first_name"),
    _text("lastName", "last_name"),
    _text("email", "email"),
    References(name="legalEntityIds", column="legal_entity_ids"),
    Mixins(),
)
USER_TYPES: Final = ("CUSTOMER", "EMPLOYEE")
GROUP: Final = (
    Id(),
    Localized(name="name", column="name"),
    Choice(
        name="userType",
        column="user_type",
        choices=USER_TYPES,
        missing="The type of the group's users is required.",
    ),
    Reference(name="legalEntityId", column="legal_entity_id"),
    References(name="customerIds", column="customer_ids"),
)
PRODUCT: Final = (
    Id(),
    _text("code", "code"),
    Localized(name="name", column="name"),
    References(name="categoryIds", column="category_ids"),
)
CATEGORY: Final = (
    Id(),
    Reference(name="parentId", column="parent_id"),
    _text("code", "code"),
    Localized(name="name", column="name"),
    Localized(name="localizedDescription", column="description"),
    Localized(name="localizedSlug", column="slug"),
    Texts(name="ecn", column="ecn"),
    Validity(),
    Integer(name="position", column="position"),
    Flag(name="published", column="published"),
)
