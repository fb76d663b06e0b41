"""SQLite 3.38 and later, before JSONB: `json_each` walks down, one row per member."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    Select,
    TableValuedAlias,
    Text,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from models.blank import WHITE_SPACE
from models.filter.dialects.base import (
    STORED_INSTANT,
    Bounds,
    Document,
    EachInstant,
    JsonOrder,
    JsonRank,
    JsonValue,
    Truth,
    name_value,
)
from models.filter.pattern import re2_pattern
from models.sql.keys import key_table
from models.tables.columns import instant_text

INSTANT_FORMAT = "%Y-%m-%dT%H:%M:%fZ"
DATE_LENGTH: ColumnElement[int] = literal_column("10")
DATE = "[1-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]"
TIME = "[0-2][0-9]:[0-5][0-9]:[0-5][0-9]"
PLAIN_FORMS = (DATE, f"{DATE}T{TIME}Z", f"{DATE}T{TIME}.[0-9][0-9][0-9]Z")
"""A date, or a date-time in UTC to the second or millisecond."""


class SqliteDialect:
    """See `SqlDialect`."""

    def found(self, pattern: str, text: ColumnElement[str]) -> Truth:
        return func.text_matches(re2_pattern(pattern), text) == 1

    def instant(self, value: datetime) -> ColumnElement[Any]:
        return literal(instant_text(value), Text)

    def within(
        self, instant: ColumnElement[Any], after: ColumnElement[Any], until: ColumnElement[Any]
    ) -> Truth:
        # Instants are texts of one length: the first after one is the first after it with a space.
        return instant.between(after.op("||", return_type=Text())(literal_column("' '")), until)

    def translation(self, translations: Document, tag: ColumnElement[str]) -> ColumnElement[str]:
        text = _text_of(translations, tag)
        return case((_has_text(text), text))

    def first_of(self, translations: Document, tags: str) -> ColumnElement[str]:
        keys = key_table("sqlite", tags)
        text = _text_of(translations, keys.key)
        texts: Select[Any] = select(text).select_from(keys.clause).where(_has_text(text))
        first = texts.correlate_except(keys.clause).order_by(keys.position).limit(1)
        return first.scalar_subquery()

    def first_translation(self, translations: Document) -> ColumnElement[str]:
        member = _each(translations)
        texts: Select[Any] = select(member.c.value).where(_has_text(member.c.value))
        return texts.order_by(func.lower(member.c.key)).limit(1).scalar_subquery()

    def any_translation(self, translations: Document, holds: Callable[[ColumnElement[str]], Truth]) -> Truth:
        member = _each(translations)
        return select(1).where(_has_text(member.c.value), holds(member.c.value)).exists()

    def any_value(
        self,
        document: Document,
        keys: tuple[str, ...],
        holds: Callable[[JsonValue], Truth],
        bounds: Bounds | None = None,
    ) -> Truth:
        del bounds  # to look at the bounds first takes as long as all of it
        found, member = _member(document, keys)
        element = _each(_of_type(member, "array"))
        some_element = select(1).where(holds(_json_value(element))).correlate(member).exists()
        return found.where(or_(holds(_json_value(member)), some_element)).exists()

    def each_instant(self, document: Document, keys: tuple[str, ...], *_bounds: Bounds) -> EachInstant:
        found, member = _member(document, keys)
        single = literal_column("'['").concat(func.json_quote(member.c.value)).concat(literal_column("']'"))
        element = _each(
            case((member.c.type == "array", member.c.value), (_is_text(member), single), else_="[]")
        )
        return EachInstant([*found._where_criteria, _is_text(element)], _json_value(element).instant)  # noqa: SLF001

    def has_value(self, document: Document, keys: tuple[str, ...]) -> Truth:
        found, member = _member(document, keys)
        return found.where(member.c.type != "null").exists()

    def json_order(self, document: Document, keys: tuple[str, ...]) -> JsonOrder:
        ranks = {
            "null": JsonRank.MISSING,
            "false": JsonRank.FALSE,
            "true": JsonRank.TRUE,
            "integer": JsonRank.NUMBER,
            "real": JsonRank.NUMBER,
            "text": JsonRank.TEXT,
        }

        def key(
            default: Any, expression: Callable[[TableValuedAlias], ColumnElement[Any]]
        ) -> ColumnElement[Any]:
            found, member = _member(document, keys)
            return func.coalesce(found.with_only_columns(expression(member)).scalar_subquery(), default)

        return JsonOrder(
            rank=key(JsonRank.MISSING, lambda member: case(ranks, value=member.c.type, else_=JsonRank.OTHER)),
            number=key(0.0, lambda member: _json_value(member).number),
            text=key("", lambda member: _json_value(member).text),
        )


def _text_of(translations: Document, tag: ColumnElement[str]) -> ColumnElement[str]:
    """A tag has no character that means something in a path."""
    return translations.op("->>", return_type=Text())(tag)


def _has_text(text: ColumnElement[str]) -> Truth:
    return func.ltrim(text, literal(WHITE_SPACE, Text)) != ""


def _each(document: ColumnElement[Any]) -> TableValuedAlias:
    """A row for each member of a JSON object, or each element of an array."""
    return func.json_each(document).table_valued(
        column("key", Text), column("value", Text), column("type", Text), joins_implicitly=True
    )


def _of_type(member: TableValuedAlias, type_: str) -> ColumnElement[str]:
    """The member's value if it is of that type, else nothing; other values need not be JSON text."""
    return case((member.c.type == type_, member.c.value), else_="[]")


def _member(document: Document, keys: tuple[str, ...]) -> tuple[Select[Any], TableValuedAlias]:
    """A SELECT 1 for the member under the keys, and that member's row."""
    first, *others = keys
    member = _each(document)
    found: Select[Any] = select(literal_column("1")).where(member.c.key == name_value(first))
    for key in others:
        member = _each(_of_type(member, "object"))
        found = found.where(member.c.key == name_value(key))
    return found, member


def _is_text(row: TableValuedAlias) -> Truth:
    return row.c.type == "text"


def _json_value(row: TableValuedAlias) -> JsonValue:
    is_text = _is_text(row)
    return JsonValue(
        text=case((is_text, row.c.value)),
        number=case((row.c.type.in_(("integer", "real")), cast(row.c.value, Double))),
        boolean=case((row.c.type.in_(("true", "false")), row.c.type)),
        instant=_instant_of(is_text, row.c.value),
    )


def _instant_of(is_text: Truth, text: ColumnElement[str]) -> ColumnElement[str]:
    """The instant that a text is; the usual forms are told without a call of a function of ours."""

    def is_like(pattern: str) -> Truth:
        return text.op("GLOB", is_comparison=True)(literal_column(f"'{pattern}'"))

    day, hour = (func.substr(text, literal_column(str(start)), literal_column("2")) for start in (9, 12))
    is_in_calendar = or_(
        day <= literal_column("'28'"),
        func.date(text, literal_column("'+0 days'")) == func.substr(text, literal_column("1"), DATE_LENGTH),
    )
    is_day = and_(hour < literal_column("'24'"), is_in_calendar)
    in_full = func.strftime(literal_column(f"'{INSTANT_FORMAT}'"), text)
    is_other = and_(is_like(f"{DATE}T*"), func.text_matches(STORED_INSTANT, text) == 1)
    return case(
        (and_(is_text, or_(*map(is_like, PLAIN_FORMS))), case((is_day, in_full))),
        (and_(is_text, is_other), in_full),
    )
