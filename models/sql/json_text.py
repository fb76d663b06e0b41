"""How each database writes JSON text."""

from collections.abc import Sequence
from typing import Any, Final, Protocol

from sqlalchemy import Boolean, ColumnElement, Text, bindparam, case, cast, func, literal_column

from models.blank import has_text
from models.filter.dialects import dialect_named
from models.sql.selection import language_parameter

NULL: Final = "null"


class JsonWriter(Protocol):
    """The SQL of JSON text on one database."""

    @property
    def dialect(self) -> str:
        """The name of the database."""

    def value(self, column: ColumnElement[Any], *, nullable: bool) -> ColumnElement[Any]:
        """The JSON of a text or number."""

    def translation(self, translations: ColumnElement[Any], number: int) -> ColumnElement[str]:
        """The JSON of the text to show in one of the run's languages; `null` without any."""

    def joined(self, parts: Sequence[ColumnElement[Any]]) -> ColumnElement[str]:
        """The parts as one text; on SQLite none of them may be NULL."""


def constant(text: str) -> ColumnElement[str]:
    """A text without quotation marks as part of a statement, where a parameter would have no type."""
    return literal_column(f"'{text}'", Text)


class PostgresJsonWriter:
    """JSON text by PostgreSQL."""

    dialect: Final = "postgresql"

    def value(self, column: ColumnElement[Any], *, nullable: bool) -> ColumnElement[Any]:
        json = func.to_json(column)
        return func.coalesce(cast(json, Text), constant(NULL)) if nullable else json

    def translation(self, translations: ColumnElement[Any], number: int) -> ColumnElement[str]:
        # Most texts are in the first language, which is looked up without a subquery.
        language = language_parameter(number)
        is_filled = has_text(translations.op("->>", return_type=Text())(language))
        translation = translations.op("->", return_type=translations.type)(language)
        return case((is_filled, cast(translation, Text)), else_=_looked_up(self, translations, number))

    def joined(self, parts: Sequence[ColumnElement[Any]]) -> ColumnElement[str]:
        return func.concat(*parts, type_=Text)


class SqliteJsonWriter:
    """JSON text by SQLite, whose `json_quote` writes NULL as well."""

    dialect: Final = "sqlite"

    def value(self, column: ColumnElement[Any], *, nullable: bool) -> ColumnElement[Any]:  # noqa: ARG002
        if isinstance(column.type, Boolean):  # a number on SQLite
            return case(
                (column.is_(None), constant(NULL)), (column, constant("true")), else_=constant("false")
            )
        return func.json_quote(column, type_=Text)

    def translation(self, translations: ColumnElement[Any], number: int) -> ColumnElement[str]:
        language = language_parameter(number)
        is_filled = dialect_named(self.dialect).translation(translations, language).is_not(None)
        text = translations.op("->", return_type=Text())(language)
        return case((is_filled, text), else_=_looked_up(self, translations, number))

    def joined(self, parts: Sequence[ColumnElement[Any]]) -> ColumnElement[str]:
        # In halves, as the parser takes no more than 100 parentheses inside each other.
        if len(parts) == 1:
            return parts[0]
        middle = len(parts) // 2
        return self.joined(parts[:middle]).op("||", return_type=Text())(self.joined(parts[middle:]))


def _looked_up(writer: JsonWriter, translations: ColumnElement[Any], number: int) -> ColumnElement[str]:
    """The JSON of the text in the first language with one, where any language will do."""
    dialect = dialect_named(writer.dialect)
    takes_any = bindparam(takes_any_parameter(number), type_=Boolean)
    text = func.coalesce(
        dialect.first_of(translations, tags_parameter(number)),
        case((takes_any, dialect.first_translation(translations))),
    )
    return writer.value(text, nullable=True)


def tags_parameter(number: int) -> str:
    """Return the name of the parameter with the tags of one of the run's languages."""
    return f"languages_{number}"


def takes_any_parameter(number: int) -> str:
    """Return the name of the parameter that says whether any other language will do."""
    return f"takes_any_{number}"
