"""A filter's shape, given its values, is the filter."""

import re
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import asyncpg

from models.connection.database import Database
from models.filter.compile import compile_condition
from models.filter.errors import FilterError
from models.filter.parse import parse_q
from models.filter.shape import LONGEST_EXACT, shape_of
from models.filter.tree import (
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
from models.sql.prepared import prepare
from models.tables.segment import segment
from resolvers.segment.members import SEGMENTS
from tests.factories.examples import examples
from tests.models.filter.evaluate import NOW, holds
from tests.models.filter.shop import SEGMENT, keys_where, store
from tests.models.filter.test_compile import conditions, rows

DIALECTS = {"sqlite": sqlite.dialect(paramstyle="qmark"), "postgresql": asyncpg.dialect()}  # type: ignore[no-untyped-call]

some_paths = st.sampled_from(
    [("id",), ("name",), ("metadata", "version"), ("validity", "to"), ("mixins", "a"), ("mixins",), ("no",)]
)
some_literals = st.builds(
    Literal,
    st.sampled_from(
        [
            "a",
            "",
            "1",
            "1.5",
            "9" * 30,
            "1e400",
            "true",
            "2024-05-01",
            "2024-02-30",
            "now",
            "now-P1D",
            "now-30d",
            "\x00",
        ]
    ),
    st.booleans(),
)
any_leaves = st.one_of(
    st.builds(Compare, some_paths, st.sampled_from(Operator), some_literals, st.integers(0, 99)),
    st.builds(
        AnyOf,
        some_paths,
        st.one_of(st.lists(some_literals, max_size=LONGEST_EXACT), st.just([Literal("a")] * 600)).map(tuple),
        st.integers(0, 99),
    ),
    st.builds(Within, some_paths, some_literals, some_literals, st.integers(0, 99)),
    st.builds(Matches, some_paths, st.sampled_from(["a", "["]), st.integers(0, 99)),
    st.builds(Present, some_paths, st.integers(0, 99)),
)
any_conditions = st.recursive(
    any_leaves,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=5,
)


def compiled(condition: Condition, dialect: str) -> str | tuple[str, str | None, int | None]:
    """The SQL of a condition, or what is wrong with it."""
    try:
        clause = compile_condition(condition, SEGMENTS, dialect).clause
    except FilterError as error:
        return error.message, error.key, error.position
    sql = prepare(select(segment.c.id).where(clause), DIALECTS[dialect]).sql
    return re.sub(r"\$\d+", "?", sql)


@pytest.mark.parametrize("dialect", DIALECTS)
@given(condition=any_conditions)
def test_a_shape_is_the_sql_of_its_filter_or_refused_in_the_same_words(
    dialect: str, condition: Condition
) -> None:
    shape = shape_of(condition, SEGMENTS)
    assert shape.condition is not None
    found, expected = compiled(shape.condition, dialect), compiled(condition, dialect)
    if len(shape.values) > 512 and isinstance(expected, str):
        assert isinstance(found, str)  # a long list was filled up
    else:
        assert found == expected


@settings(
    max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(stored=st.lists(rows, min_size=1, max_size=4), asked=st.lists(conditions, min_size=1, max_size=6))
async def test_a_shape_with_its_values_finds_what_the_filter_says(
    database: Database, stored: list[dict[str, Any]], asked: list[Condition]
) -> None:
    tenant = uuid4().hex
    numbered = [{**SEGMENT, **row, "id": str(number)} for number, row in enumerate(stored)]
    await store(database, tenant, segment, numbered)
    for condition in asked:
        shape = shape_of(condition, SEGMENTS)
        expected = [str(row["id"]) for row in numbered if holds(condition, row)]
        assert await keys_where(database, tenant, SEGMENTS, shape.condition, shape.values_at(NOW)) == expected


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("id:a", "id:b"),
        ("id:(a)", "id:b"),
        ("name:a name.en:b", "name:c name.en:d"),
        ("siteCode:(a,b)", "siteCode:(c,d)"),
        (f"id:({','.join('abcdefghi')})", f"id:({','.join('abcdefghijklmnop')})"),
        ("metadata.version:1", "metadata.version:2"),
        ("metadata.version:>=1.5", "metadata.version:>2"),
        ("metadata.version:(1,2)", "metadata.version:(3,4)"),
        ("metadata.modifiedAt:>now-P30D", "metadata.modifiedAt:>2024-05-01"),
        ("metadata.modifiedAt:(now,now-P1D)", "metadata.modifiedAt:(2024-05-01,now+P1D)"),
        ("mixins.a.b:>now-P30D", 'mixins.a.b:>"2025-01-01T00:00:00Z"'),
        ("metadata.modifiedAt:>2024-05-01", 'metadata.modifiedAt:>"2025-01-01T00:00:00Z"'),
        ("mixins.a.b:gold", 'mixins.a.b:"silver"'),
        ("mixins.a.b:(gold,silver)", "mixins.a.b:(tin,lead)"),
    ],
)
def test_filters_that_differ_in_values_have_one_shape(one: str, another: str) -> None:
    shape, other = (shape_of(parse_q(q), SEGMENTS) for q in (one, another))
    assert shape.condition == other.condition
    assert shape.values != other.values


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("id:a", "siteCode:a"),
        ("id:>a", "id:a"),
        ("id:(a,b)", "id:(a,b,c)"),
        ("name.en:~a", "name.en:~b"),
        ("metadata.version:1", "metadata.version:1.5"),
        ("metadata.version:<1", "metadata.version:<1.5"),
        ("mixins.a.b:20", 'mixins.a.b:"20"'),
        ("mixins.a.b:true", 'mixins.a.b:"true"'),
        ("mixins.a.b:gold", "mixins.a.b:2024-05-01"),
        ("mixins.a.b:gold", "mixins.a.b:now"),
        ("mixins.a.b:>gold", "mixins.a.b:>now"),
        ("id:exists", "id:null"),
    ],
)
def test_filters_that_need_other_sql_have_other_shapes(one: str, another: str) -> None:
    assert shape_of(parse_q(one), SEGMENTS).condition != shape_of(parse_q(another), SEGMENTS).condition


async def test_lists_of_any_length_find_their_values(database: Database, tenant: str) -> None:
    ids = [f"s{number:04}" for number in range(30)]
    await store(database, tenant, segment, [{**SEGMENT, "id": one} for one in ids])
    for length in (0, 1, 2, 7, 8, 9, 16, 17, 30):
        shape = shape_of(AnyOf(("id",), tuple(map(Literal, ids[:length]))), SEGMENTS)
        assert (
            await keys_where(database, tenant, SEGMENTS, shape.condition, shape.values_at(NOW))
            == ids[:length]
        )


async def test_the_largest_lists_run(database: Database, tenant: str) -> None:
    await store(database, tenant, segment, [{**SEGMENT, "id": "s999"}])
    halves = [
        AnyOf(("id",), tuple(Literal(f"s{number}") for number in some))
        for some in (range(487), range(487, 1000))
    ]
    shape = shape_of(Or(tuple(halves)), SEGMENTS)
    assert await keys_where(database, tenant, SEGMENTS, shape.condition, shape.values_at(NOW)) == ["s999"]
