"""SQLite 3.38 and later, before JSONB.

`json_each` walks down, one row per member.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol

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
    Bounds,
    Document,
    EachInstant,
    JsonOrder,
    JsonRank,
    JsonValue,
    NumberBounds,
    Truth,
    name_value,
)
from models.filter.dialects.sqlite_instant import instant_of, may_be_within
from models.filter.pattern import re2_pattern
from models.sql.keys import key_table
from models.tables.columns import instant_text

PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
"""A name that is written in JSON as it is, and may be part of a path."""


class SqliteDialect:
    """The SQL of SQLite; see `SqlDialect`.

    Members with plain names are found `by_path`, which takes a third of the time.
    """

    def __init__(self, *, by_path: bool = True) -> None:
        self._by_path = by_path

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
        bounds: Bounds | NumberBounds | None = None,
    ) -> Truth:
        plain = _plain_member(document, keys) if self._by_path else None
        if plain is not None:
            return _plain_value_holds(plain, holds, bounds)
        rows, member = _member(document, keys)
        element = _each(_of_type(member, "array"))
        some_element = select(1).where(holds(_json_value(element.c))).correlate(member).exists()
        return rows.where(or_(holds(_json_value(member.c)), some_element)).exists()

    def elements(self, document: Document, keys: tuple[str, ...]) -> JsonValue | None:
        plain = _plain_member(document, keys) if self._by_path else None
        if plain is None:
            return None
        single = literal_column("'['").concat(plain.json).concat(literal_column("']'"))
        element = _each(case((plain.type == "array", plain.json), (plain.type != "object", single)))
        return _json_value(element.c)

    def each_instant(self, document: Document, keys: tuple[str, ...], *bounds: Bounds) -> EachInstant:
        elements = self.elements(document, keys)
        plain = _plain_member(document, keys) if self._by_path else None
        if elements is not None and plain is not None:
            where: list[Truth] = [elements.text.is_not(None)]
            if bounds:
                is_near = [may_be_within(plain.value, bound) for bound in bounds]
                where.insert(0, or_(plain.type == literal_column("'array'"), *is_near))
            return EachInstant(where, elements.instant)
        rows, member = _member(document, keys)
        single = literal_column("'['").concat(func.json_quote(member.c.value)).concat(literal_column("']'"))
        element = _each(
            case((member.c.type == "array", member.c.value), (_is_text(member.c), single), else_="[]")
        )
        where = [*rows._where_criteria, _is_text(element.c)]  # noqa: SLF001
        return EachInstant(where, _json_value(element.c).instant)

    def has_value(self, document: Document, keys: tuple[str, ...]) -> Truth:
        rows, member = _member(document, keys)
        return rows.where(member.c.type != "null").exists()

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
            rows, member = _member(document, keys)
            return func.coalesce(rows.with_only_columns(expression(member)).scalar_subquery(), default)

        return JsonOrder(
            rank=key(JsonRank.MISSING, lambda member: case(ranks, value=member.c.type, else_=JsonRank.OTHER)),
            number=key(0.0, lambda member: _json_value(member.c).number),
            text=key("", lambda member: _json_value(member.c).text),
        )


def _text_of(translations: Document, tag: ColumnElement[str]) -> ColumnElement[str]:
    """Return the text in the language of a tag.

    A tag has no character with a meaning in a path.
    """
    return translations.op("->>", return_type=Text())(tag)


def _has_text(text: ColumnElement[str]) -> Truth:
    return func.ltrim(text, literal(WHITE_SPACE, Text)) != ""


def _each(document: ColumnElement[Any]) -> TableValuedAlias:
    """A row for each member or element of a JSON value."""
    return func.json_each(document).table_valued(
        column("key", Text), column("value", Text), column("type", Text), joins_implicitly=True
    )


def _of_type(member: TableValuedAlias, type_: str) -> ColumnElement[str]:
    """Return the member's value if it has this type.

    Else an empty array: other values need not be JSON text.
    """
    return case((member.c.type == type_, member.c.value), else_="[]")


def _member(document: Document, keys: tuple[str, ...]) -> tuple[Select[Any], TableValuedAlias]:
    """Return a SELECT of the member under the keys.

    It selects 1. The member's row comes with it.
    """
    first, *rest = keys
    member = _each(document)
    rows: Select[Any] = select(literal_column("1")).where(member.c.key == name_value(first))
    for key in rest:
        member = _each(_of_type(member, "object"))
        rows = rows.where(member.c.key == name_value(key))
    return rows, member


class _Typed(Protocol):
    """A JSON value and SQLite's name of its type."""

    @property
    def type(self) -> ColumnElement[str]: ...
    @property
    def value(self) -> ColumnElement[Any]: ...


class _PlainMember(NamedTuple):
    """The member under plain names.

    It is found without a row for each step down.
    """

    type: ColumnElement[str]
    value: ColumnElement[Any]
    json: ColumnElement[str]


def _plain_member(document: Document, keys: tuple[str, ...]) -> _PlainMember | None:
    """Return the member under plain names.

    None where a name may not stand in a path.
    """
    if not all(PLAIN_NAME.fullmatch(key) for key in keys):
        return None
    steps = "".join(f'."{key}"' for key in keys)
    path = literal(f"${steps}", Text)
    return _PlainMember(
        func.json_type(document, path, type_=Text),
        func.json_extract(document, path, type_=Text),
        document.op("->", return_type=Text())(path),
    )


def _plain_value_holds(
    plain: _PlainMember, holds: Callable[[JsonValue], Truth], bounds: Bounds | NumberBounds | None
) -> Truth:
    element = _each(case((plain.type == "array", plain.json)))
    some_element = and_(plain.type == "array", select(1).where(holds(_json_value(element.c))).exists())
    itself = holds(_json_value(plain))
    if isinstance(bounds, Bounds):
        itself = and_(may_be_within(plain.value, bounds), itself)
    return or_(itself, some_element)


def _is_text(member: _Typed) -> Truth:
    return member.type == literal_column("'text'")


def _json_value(member: _Typed) -> JsonValue:
    is_text = _is_text(member)
    return JsonValue(
        text=case((is_text, member.value)),
        number=case((_is(member, "integer", "real"), cast(member.value, Double))),
        boolean=case((_is(member, "true", "false"), member.type)),
        instant=instant_of(is_text, member.value),
    )


def _is(member: _Typed, *types: str) -> Truth:
    return member.type.in_([literal_column(f"'{type_}'") for type_ in types])
