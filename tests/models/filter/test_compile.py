import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from models.connection.database import Database
from models.filter.compile import compile_condition
from models.filter.dialects.base import STORED_INSTANT
from models.filter.errors import FilterError
from models.filter.parse import parse_q
from models.filter.tree import (
    Absent,
    And,
    AnyOf,
    Compare,
    Condition,
    Literal,
    Matches,
    Not,
    Operator,
    Or,
    Present,
    Within,
)
from models.tables.columns import instant_text
from models.tables.reference import category, customer, product
from models.tables.segment import segment
from resolvers.assignment_members import CUSTOMER_ASSIGNMENTS, ITEM_ASSIGNMENTS
from resolvers.segment.members import SEGMENTS
from tests.factories.examples import examples
from tests.models.filter.evaluate import MOMENTS, holds
from tests.models.filter.shop import SEGMENT, keys_where, store

TEXTS = [
    "",
    "a",
    "b",
    "20",
    "true",
    "null",
    "é",
    "Ab",
    'q"$\\.[0]',
    "2024-05-01",
    "2024-05-01T02:00:00+02:00",
    "2024-02-30",
    "2023-02-29T00:00:00Z",
    "2024-02-29T00:00:00.000Z",
    "2024-04-30T23:59:59.999Z",
    "2024-04-30T23:59:59.999999Z",
    "2024-05-01T02:00:00.0004+02:00",
    "2024-04-31",
    "2024-13-01",
    "2024-01-00",
    "2024-05-01T24:00:00Z",
    "2024-05-01T00:60:00Z",
    "2024-05-01T00:00:60.000Z",
    "2024-05-01T00:00:00.000Zz",
    "0999-05-01",
    "9999-12-31T23:59:59-13:00",
    "9999-12-31T10:59:59.999-13:00",
    "0001-01-01T00:00:00+13:00",
    *MOMENTS,
]
KEYS = ["a", "b", "0", 'odd"key', "$", "back\\slash", "ключ", "*", "{}", "%", "?", ":x"]
texts = st.sampled_from(TEXTS)
names = st.sampled_from([*TEXTS, " ", "\t\n", "\u00a0\u2003", "\u200b", " a"])
keys = st.sampled_from(KEYS)
numbers = st.sampled_from([0, 1, -1, 20, 20.0, 20.5, 1e300, 2**53 + 1, -(2**63), 2**63 - 1, 2**64 - 1, 0.1])
scalars = st.one_of(st.none(), st.booleans(), numbers, texts)
json_values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=5,
)
rows = st.fixed_dictionaries(
    {
        "name": st.dictionaries(st.sampled_from(["en", "de"]), names, min_size=1),
        "site_code": texts,
        "valid_to": st.one_of(st.none(), st.just(datetime(2024, 5, 1, tzinfo=UTC))),
        "version": st.sampled_from([1, 2, 20, 2**63 - 1]),
        "mixins": st.dictionaries(keys, json_values, max_size=3),
    }
)
operators = st.sampled_from(Operator)
literals = st.builds(
    Literal,
    st.one_of(texts, st.sampled_from(["1", "2e1", "20.5", "1e400", "9" * 30, "0.1", "false"])),
    quoted=st.booleans(),
)
number_literals = st.sampled_from(["1", "2", "1.5", "-1e400", "1e400", "2e1", "9223372036854775807"]).map(
    Literal
)
instant_literals = st.sampled_from(
    ["2024-05-01", "2024-05-01T02:00:00+02:00", "2024-04-30T23:59:59.9999Z", "9999-12-31T23:59:59Z", *MOMENTS]
).map(Literal)
text_paths = st.sampled_from(
    [("siteCode",), ("name",), ("name", "en"), ("name", "EN"), ("name", "x"), ("name", "a[0]")]
)
json_paths = st.lists(keys, min_size=1, max_size=3).map(lambda names: ("mixins", *names))
paths = st.one_of(text_paths, json_paths, st.sampled_from([("validity", "to"), ("metadata", "version")]))
leaves = st.one_of(
    st.builds(Compare, st.one_of(text_paths, json_paths), operators, literals),
    st.builds(Compare, st.just(("metadata", "version")), operators, number_literals),
    st.builds(Compare, st.just(("validity", "to")), operators, instant_literals),
    st.builds(AnyOf, st.one_of(text_paths, json_paths), st.lists(literals, max_size=3).map(tuple)),
    st.builds(AnyOf, st.just(("validity", "to")), st.lists(instant_literals, max_size=3).map(tuple)),
    st.builds(Within, json_paths | st.just(("validity", "to")), instant_literals, instant_literals),
    st.builds(Matches, paths, st.sampled_from(["^a", "[a-z0-9]", "0$", "é"])),
    st.builds(Present, paths),
    st.builds(Absent, paths),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=6,
)


@settings(
    max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(stored=st.lists(rows, min_size=1, max_size=4), asked=st.lists(conditions, min_size=1, max_size=6))
async def test_both_databases_mean_what_the_tree_says(
    database: Database, stored: list[dict[str, Any]], asked: list[Condition]
) -> None:
    tenant = uuid4().hex
    numbered = [{**SEGMENT, **row, "id": str(number)} for number, row in enumerate(stored)]
    await store(database, tenant, segment, numbered)
    for condition in asked:
        expected = [str(row["id"]) for row in numbered if holds(condition, row)]
        assert await keys_where(database, tenant, SEGMENTS, condition) == expected


@pytest.mark.parametrize("key", KEYS)
async def test_any_character_in_a_key_is_only_a_character(database: Database, tenant: str, key: str) -> None:
    await store(
        database,
        tenant,
        segment,
        [
            {**SEGMENT, "id": "1", "mixins": {"m": {key: "found"}}},
            {**SEGMENT, "id": "2", "mixins": {"m": {f"{key}x": "found"}}},
        ],
    )
    condition = Compare(("mixins", "m", key), Operator.EQUAL, Literal("found"))
    assert await keys_where(database, tenant, SEGMENTS, condition) == ["1"]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("mixins.m.at:2024-05-01", ["date", "offset"]),
        ("mixins.m.at:>=2024-05-01", ["date", "later", "offset"]),
        ('mixins.m.at:<"2024-05-01T00:00:00.0001Z"', ["date", "earlier", "offset"]),
        ('mixins.m.at:"2024-02-30"', ["impossible"]),
        ("mixins.m.at:<9999-12-31", ["date", "earlier", "later", "offset"]),
    ],
)
async def test_text_in_mixins_that_is_a_time_compares_as_one(
    database: Database, tenant: str, q: str, found: list[str]
) -> None:
    times = {
        "date": "2024-05-01",
        "offset": "2024-05-01T02:30+02:30",
        "later": ["no time", "2024-05-01T00:00:00.001Z"],
        "earlier": "1999-02-28T23:59:59.9Z",
        "impossible": "2024-02-30",
        "odd": "0000-01-01T99:99:99Z",
        "number": 2024,
    }
    stored = [{**SEGMENT, "id": id_, "mixins": {"m": {"at": at}}} for id_, at in times.items()]
    await store(database, tenant, segment, stored)
    assert await keys_where(database, tenant, SEGMENTS, parse_q(q)) == found


near_instants = st.builds(
    lambda date, time, zone: f"{date}{time and f'T{time}{zone}'}",
    st.builds(
        lambda year, month, day: f"{year:04}-{month:02}-{day:02}",
        st.sampled_from([0, 999, 1000, 1900, 2000, 2023, 2024, 9999]),
        st.integers(0, 13),
        st.integers(0, 32) | st.integers(28, 31),
    ),
    st.sampled_from(
        [
            *(
                "",
                "",
                "00:00",
                "23:59:59",
                "23:59:59.999",
                "23:59:59.9",
                "24:00:00",
                "12:60:00",
                "12:00:60.000",
            ),
            *("23:59:59.999999", "08:00:00.0005", "08:00:00.123456789", "08:00:00.1234567890"),
        ]
    ),
    st.sampled_from(["Z", "Z", "+00:00", "-13:59", "+13:30", "-14:00", "", "z"]),
)


def stored_instant(text: str) -> datetime | None:
    """The instant that a text in JSON is, in UTC; None where it is none, or beyond the year 9999."""
    if re.fullmatch(STORED_INSTANT, text) is None:
        return None
    try:
        read = datetime.fromisoformat(text if "T" in text else f"{text}T00:00Z").astimezone(UTC)
        return read.replace(microsecond=read.microsecond // 1_000 * 1_000)
    except OverflowError:
        return None


@settings(max_examples=examples(30), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    texts=st.lists(near_instants, min_size=1, max_size=40, unique=True),
    pivot=st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31)).map(  # noqa: DTZ001
        lambda value: value.replace(microsecond=0, tzinfo=UTC)
    ),
)
async def test_both_databases_know_the_texts_that_are_instants(
    database: Database, texts: list[str], pivot: datetime
) -> None:
    """In the usual forms, which have a way of their own, and in all others."""
    tenant = uuid4().hex
    stored = [{**SEGMENT, "id": text, "mixins": {"m": {"at": [1, text]}}} for text in texts]
    await store(database, tenant, segment, stored)
    instants = {text: at for text in texts if (at := stored_instant(text)) is not None}
    literal, end = Literal(instant_text(pivot)), Literal("9999-12-31T23:59:59.999Z")
    path = ("mixins", "m", "at")
    for condition, expected in (
        (Compare(path, Operator.AT_LEAST, Literal("1000-01-01")), lambda at: at.year >= 1000),
        (Compare(path, Operator.GREATER, literal), lambda at: at > pivot),
        (Compare(path, Operator.AT_MOST, literal), lambda at: at <= pivot),
        (Within(path, literal, end), lambda at: at > pivot),
        (
            Within(path, Literal("1000-01-01"), literal),
            lambda at: datetime(1000, 1, 1, tzinfo=UTC) < at <= pivot,
        ),
        (Within(path, end, literal), lambda _: False),
    ):
        found = await keys_where(database, tenant, SEGMENTS, condition)
        assert found == sorted(text for text, at in instants.items() if expected(at))
    for text, at in instants.items():
        found = await keys_where(
            database, tenant, SEGMENTS, Compare(path, Operator.EQUAL, Literal(instant_text(at)))
        )
        assert text in found


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (Compare(("id",), Operator.EQUAL, Literal("\x00")), "id: The character U+0000 is not allowed."),
        (Compare(("id",), Operator.LESS, Literal("\ud800")), "id: The text is not valid Unicode."),
        (
            Compare(("mixins", "a"), Operator.LESS, Literal("now-30d")),
            "mixins.a: 'now-30d' is not a time. Relative to now it is now, now-P30D or now+PT12H",
        ),
        (
            Compare(("validity", "to"), Operator.EQUAL, Literal("now+P1001Y")),
            "validity.to: 'now+P1001Y' is not a time. Write a date like 2024-05-01, or a date-time like",
        ),
        (Present(("mixins", "\x00")), "The character U+0000 is not allowed."),
        (Present(("mixins", *"abcdefghijklmnop")), "A path may have at most 10 names: mixins.a.b."),
        (
            AnyOf(("metadata", "version"), (Literal("1"), Literal("x"))),
            "metadata.version: 'x' is not a number.",
        ),
        (And((Present(("id",)),) * 100), "A filter may have at most 100 conditions, nested 20 deep."),
        (
            And((AnyOf(("id",), (Literal("x"),) * 500), AnyOf(("siteCode",), (Literal("x"),) * 501))),
            "The lists of a filter may have at most 1,000 values together.",
        ),
    ],
)
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_what_cannot_be_asked_is_refused(condition: Condition, message: str, dialect: str) -> None:
    with pytest.raises(FilterError) as refusal:
        compile_condition(condition, SEGMENTS, dialect)
    assert refusal.value.message.startswith(message)


@pytest.mark.slow
async def test_the_largest_filters_run(database: Database, tenant: str) -> None:
    await store(database, tenant, segment, [{**SEGMENT, "id": "1", "mixins": {"a": {"b": {"c": "x"}}}}])
    leaf: Condition = Compare(("mixins", *"abcdefghi"), Operator.EQUAL, Literal("20", quoted=False))
    deep: Condition = leaf
    for _ in range(20):
        deep = Not(deep)
    assert await keys_where(database, tenant, SEGMENTS, deep) == []
    assert await keys_where(database, tenant, SEGMENTS, Not(Or((leaf,) * 11))) == ["1"]
    short: Condition = Compare(("mixins", "a"), Operator.EQUAL, Literal("20", quoted=False))
    assert await keys_where(database, tenant, SEGMENTS, Not(Or((short,) * 90))) == ["1"]
    time: Condition = Within(("mixins", "a"), Literal("now-P30D"), Literal("now"))
    assert await keys_where(database, tenant, SEGMENTS, Not(Or((time,) * 90))) == ["1"]
    moments = AnyOf(("mixins", "a"), tuple(Literal(f"now-P{n}D") for n in range(1000)))
    assert await keys_where(database, tenant, SEGMENTS, Not(moments)) == ["1"]
    many = AnyOf(("mixins", "a", "b", "c"), tuple(Literal(str(n), quoted=False) for n in range(1000)))
    assert await keys_where(database, tenant, SEGMENTS, Not(many)) == ["1"]


def test_one_shape_of_filter_is_one_statement() -> None:
    for dialect in (sqlite.dialect(), postgresql.dialect()):  # type: ignore[no-untyped-call]
        statements = {
            str(select(segment.c.id).where(_clause(q, dialect.name)).compile(dialect=dialect))
            for q in ("siteCode:a mixins.m.n:>1", "siteCode:b mixins.k.l:>2")
        }
        assert len(statements) == 1


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_plain_comparisons_stay_plain_for_the_indexes(dialect: str) -> None:
    clause = _clause("siteCode:main status:(ACTIVE,INACTIVE) validity.to:null id:>a", dialect)
    assert str(clause).replace("\n", "") == (
        "segment.site_code = :site_code_1 AND segment.status IN (__[POSTCOMPILE_status_1]) "
        "AND segment.valid_to IS NULL AND segment.id > :id_1"
    )


def test_only_the_tables_that_are_needed_are_joined() -> None:
    compiled = compile_condition(
        parse_q("customer.email:a assignmentType:MANUAL") or And(()), CUSTOMER_ASSIGNMENTS, "sqlite"
    )
    assert compiled.tables == {customer}
    compiled = compile_condition(parse_q("item.name:a") or And(()), ITEM_ASSIGNMENTS, "sqlite")
    assert compiled.tables == {product, category}
    assert _tables("customer.id:a legalEntity.id:b") == frozenset()


def _tables(q: str) -> frozenset[Any]:
    condition = parse_q(q)
    assert condition is not None
    return compile_condition(condition, CUSTOMER_ASSIGNMENTS, "sqlite").tables


def _clause(q: str, dialect: str) -> Any:
    condition = parse_q(q)
    assert condition is not None
    return compile_condition(condition, SEGMENTS, dialect).clause
