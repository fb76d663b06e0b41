"""Names under `mixins` are parameters: any name finds its own value, and new names build nothing."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import asyncpg

from models.connection.database import Database
from models.filter.compile import MOST_NAMES, compile_condition
from models.filter.errors import FilterError
from models.filter.parse import parse_q
from models.filter.shape import shape_of
from models.filter.tree import AnyOf, Compare, Condition, Literal, Matches, NameParameter, Operator, Present
from models.sql.ordering import Languages, Order, order_terms, parse_sort, shape_of_orders
from models.sql.prepared import prepare
from models.tables.segment import segment
from resolvers.segment.members import SEGMENTS
from tests.factories.examples import examples
from tests.models.filter.shop import SEGMENT, keys_where, store

DIALECTS = {"sqlite": sqlite.dialect(paramstyle="qmark"), "postgresql": asyncpg.dialect()}  # type: ignore[no-untyped-call]
ODD_NAMES = [
    "a",
    "A",
    "a.b",
    'a"b',
    "a'b",
    "a\\b",
    "a[0]",
    "[0]",
    "0",
    "#-1",
    "$",
    "$.a",
    "*",
    "",
    " ",
    "ä",
    "\N{GRINNING FACE}",
    "filter_name_0",
    "filter_0",
    "order_name_0",
    "%s",
    ":a",
    "?",
    "a\nb",
    "a/b",
    "~0",
    "x" * 200,
]


@pytest.mark.parametrize("name", ODD_NAMES)
async def test_any_name_finds_its_own_value(database: Database, tenant: str, name: str) -> None:
    rows: list[dict[str, Any]] = [
        {**SEGMENT, "id": "here", "mixins": {name: {name: "gold"}, "list": {name: ["gold", 1]}}},
        {**SEGMENT, "id": "other", "mixins": {f"{name}x": {name: "gold"}, "filter_name_0": "gold"}},
        {**SEGMENT, "id": "text", "mixins": {name: "gold"}},
        {**SEGMENT, "id": "null", "mixins": {name: {name: None}}},
    ]
    await store(database, tenant, segment, rows)
    path = ("mixins", name, name)
    conditions: list[tuple[Condition, list[str]]] = [
        (Compare(path, Operator.EQUAL, Literal("gold")), ["here"]),
        (Compare(path, Operator.GREATER, Literal("g", quoted=False)), ["here"]),
        (AnyOf(path, (Literal("gold"), Literal("tin"))), ["here"]),
        (Matches(path, "ol"), ["here"]),
        (Present(path), ["here"]),
        (Compare(("mixins", "list", name), Operator.EQUAL, Literal("1", quoted=False)), ["here"]),
        (Present(("mixins", name)), ["here", "null", "text"]),
    ]
    for condition, ids in conditions:
        expected = ["here", "null", "other", "text"] if name == "filter_name_0" and ids[1:] else ids
        shape = shape_of(condition, SEGMENTS)
        assert shape.has_mixins
        assert sorted(await keys_where(database, tenant, SEGMENTS, shape.condition, shape.values)) == expected


names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)


@settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(stored=st.lists(st.lists(names, min_size=1, max_size=3), min_size=1, max_size=4))
async def test_random_names_find_their_own_value(database: Database, stored: list[list[str]]) -> None:
    tenant = f"names{abs(hash(str(stored)))}"
    rows = []
    for number, path in enumerate(stored):
        mixins: Any = "gold"
        for name in reversed(path):
            mixins = {name: mixins}
        rows.append({**SEGMENT, "id": str(number), "mixins": mixins})
    try:
        await store(database, tenant, segment, rows)
    except Exception:  # noqa: BLE001  (the same tenant again)
        return
    for path in stored:
        condition = Compare(("mixins", *path), Operator.EQUAL, Literal("gold"))
        shape = shape_of(condition, SEGMENTS)
        expected = [str(number) for number, other in enumerate(stored) if other == path]
        assert await keys_where(database, tenant, SEGMENTS, shape.condition, shape.values) == expected


@pytest.mark.parametrize(
    ("one", "another", "same"),
    [
        ("mixins.a.b:gold", "mixins.c.d:tin", True),
        ("mixins.a.a:gold", "mixins.c.c:gold", True),
        ("mixins.a:exists", "mixins.b:exists", True),
        ("mixins.a:~x", "mixins.b:~x", True),
        ("mixins.a:1 mixins.b:1", "mixins.c:1 mixins.d:1", True),
        ("metadata.mixins.a:gold", "metadata.mixins.b:gold", True),
        ("name.en:a", "name.de:a", True),
        ("name.en:a", "name.DE-ch:a", True),
        ("description.en:exists", "description.zh-Hant-TW:exists", True),
        ("name.en:a name.en:b", "name.en:a name.de:b", False),
        ("name.en:a", "description.en:a", False),
        ("name.en:a", "name:a", False),
        ("name.en:a", "name.not_a_tag:a", False),
        ("mixins.a.b:gold", "mixins.a.a:gold", False),
        ("mixins.a.b:gold", "mixins.a:gold", False),
        ("mixins.a:gold", "metadata.mixins.a:gold", False),
        ("mixins.a:~x", "mixins.a:~y", False),
        ("mixins.a:1", "mixins.a:2", False),
    ],
)
def test_names_are_no_part_of_a_shape(one: str, another: str, *, same: bool) -> None:
    shape, other = (shape_of(parse_q(q), SEGMENTS).condition for q in (one, another))
    assert (shape == other) is same
    if same:
        assert hash(shape) == hash(other)


def test_a_parameter_is_not_the_name_that_is_spelt_like_it() -> None:
    parameter = NameParameter("filter_name_0", "loyalty")
    assert parameter != "filter_name_0"
    assert parameter == NameParameter("filter_name_0", "other")
    assert len({parameter, "filter_name_0", NameParameter("filter_name_0", "x")}) == 2


def test_what_is_wrong_is_told_with_the_names_of_the_client() -> None:
    shape = shape_of(parse_q("mixins.loyalty.tier:~["), SEGMENTS)
    assert shape.condition is not None
    with pytest.raises(FilterError) as refusal:
        compile_condition(shape.condition, SEGMENTS, "sqlite")
    assert refusal.value.key == "mixins.loyalty.tier"
    assert refusal.value.message.startswith("mixins.loyalty.tier: ")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_names_have_a_budget(dialect: str) -> None:
    def compiled(clauses: int, names: int) -> None:
        path = ".".join(f"n{number}" for number in range(names))
        shape = shape_of(parse_q(" ".join([f"mixins.{path}:gold"] * clauses)), SEGMENTS)
        assert shape.condition is not None
        clause = compile_condition(shape.condition, SEGMENTS, dialect).clause
        prepare(select(segment.c.id).where(clause), DIALECTS[dialect])

    compiled(50, 2)
    compiled(11, 9)
    assert MOST_NAMES == 100
    for clauses, count in ((50, 3), (12, 9), (34, 3)):
        with pytest.raises(FilterError) as refusal:
            compiled(clauses, count)
        assert (
            refusal.value.message == "The paths of a filter may have at most 100 names under mixins together."
        )


@pytest.mark.parametrize("dialect", DIALECTS)
def test_names_of_a_sort_are_parameters_with_a_budget(dialect: str) -> None:
    def terms(sort: str) -> tuple[str, ...]:
        orders, _ = shape_of_orders(parse_sort(sort), SEGMENTS)
        ordering = order_terms(orders, SEGMENTS, dialect, Languages().shape)
        statement = select(segment.c.id).order_by(*ordering.order_by())
        return (prepare(statement, DIALECTS[dialect]).sql,)

    assert terms("mixins.a.b") == terms("mixins.c.d")
    assert terms("name.en:desc") == terms("name.DE:desc")
    shape, names = shape_of_orders(parse_sort("mixins.a.b:desc,name.de-ch"), SEGMENTS)
    parameters = [NameParameter(f"order_name_{number}", "") for number in range(3)]
    assert shape == (
        Order(("mixins", parameters[0], parameters[1]), descending=True),
        Order(("name", parameters[2])),
    )
    assert names.values == {"order_name_0": "a", "order_name_1": "b", "order_name_2": "de-CH"}
    terms(",".join(f"mixins.a{number}.b" for number in range(10)))
    with pytest.raises(FilterError, match="A sort may have at most 20 names under mixins together"):
        terms(",".join(f"mixins.a{number}.b.c" for number in range(7)))
    with pytest.raises(FilterError, match=r"^mixins holds many values"):
        terms("mixins")
