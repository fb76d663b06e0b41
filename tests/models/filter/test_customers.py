"""Filters on customers, and on the legal entities that they may act for."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models.connection.database import Database
from models.filter.compile import compile_condition
from models.filter.errors import FilterError
from models.filter.parse import parse_q
from models.filter.shape import shape_of
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
    Path,
    Present,
    Some,
    Within,
)
from models.sql.keys import key_parameters, with_keys
from models.sql.ordering import LookupShape, Order, order_terms
from models.tables.reference import customer, customer_legal_entity, legal_entity
from resolvers.reference.customers import CUSTOMERS
from tests.factories.examples import examples
from tests.models.filter.evaluate import NOW, holds
from tests.models.filter.shop import keys_where, store
from tests.models.filter.test_compile import instant_literals, json_values, keys, literals, operators, texts

KNOWN = ["c0", "c1", "c2"]
COMPANY = ("legalEntity",)
mixins = st.dictionaries(keys, json_values, max_size=2)
companies = st.fixed_dictionaries(
    {one: st.fixed_dictionaries({"name": st.none() | texts, "mixins": mixins}) for one in KNOWN}
)
people = st.fixed_dictionaries(
    {
        "email": st.none() | texts,
        "mixins": mixins,
        "acts_for": st.sets(st.sampled_from([*KNOWN, "unknown"])),
    }
)
some_literals = literals | st.sampled_from([*KNOWN, "unknown", "0", "1"]).map(Literal)


def below(*path: str) -> st.SearchStrategy[Path]:
    return st.lists(keys, min_size=1, max_size=2).map(lambda names: (*path, *names))


def leaves(paths: st.SearchStrategy[Path]) -> st.SearchStrategy[Condition]:
    return st.one_of(
        st.builds(Compare, paths, operators, some_literals),
        st.builds(AnyOf, paths, st.lists(some_literals, max_size=3).map(tuple)),
        st.builds(Within, paths.filter(lambda path: "mixins" in path), instant_literals, instant_literals),
        st.builds(Matches, paths, st.sampled_from(["^a", "[a-z0-9]", "0$"])),
        st.builds(Present, paths),
        st.builds(Absent, paths),
    )


def trees(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    return st.recursive(
        inner,
        lambda parts: st.one_of(
            st.builds(And, st.lists(parts, max_size=3).map(tuple)),
            st.builds(Or, st.lists(parts, max_size=3).map(tuple)),
            st.builds(Not, parts),
        ),
        max_leaves=4,
    )


of_companies = leaves(st.sampled_from([(*COMPANY, "id"), (*COMPANY, "name")]) | below(*COMPANY, "mixins"))
of_people = leaves(st.sampled_from([("id",), ("email",)]) | below("mixins"))
conditions = trees(st.one_of(of_people, of_companies, st.builds(Some, st.just(COMPANY), trees(of_companies))))


async def store_people(
    database: Database, tenant: str, known: dict[str, Any], stored: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Store customers and their legal entities; the customers as the oracle takes them."""
    rows = [
        {"id": str(number), "email": one["email"], "mixins": one["mixins"]}
        for number, one in enumerate(stored)
    ]
    await store(database, tenant, legal_entity, [{"id": id_, **one} for id_, one in known.items()])
    await store(database, tenant, customer, [{**row, "first_name": None, "last_name": None} for row in rows])
    links = [
        {"customer_id": str(number), "legal_entity_id": company}
        for number, one in enumerate(stored)
        for company in one["acts_for"]
    ]
    if links:
        await store(database, tenant, customer_legal_entity, links)
    unknown: dict[str, Any] = {"name": None, "mixins": {}}
    return [
        {**row, "legal_entities": [{"id": id_, **known.get(id_, unknown)} for id_ in one["acts_for"]]}
        for row, one in zip(rows, stored, strict=True)
    ]


async def keys_among(database: Database, tenant: str, ids: Sequence[str], condition: Condition) -> list[str]:
    """Those of the customers that match, judged one by one as the explanation of a rule does."""
    dialect = database.engine.dialect.name
    compiled = compile_condition(condition, CUSTOMERS, dialect, per_row=True, shaped=False)
    assert compiled.tables == frozenset()
    of_keys = with_keys(select(customer.c.id), customer, ("id",), dialect)
    statement = of_keys.where(customer.c.tenant == tenant, compiled.clause)
    async with database.read() as snapshot:
        moments = {name: one.at(NOW) for name, one in compiled.moments.items()}
        values = {"tenant": tenant, **moments, **key_parameters(ids, 1, dialect)}
        return sorted(row["id"] for row in await snapshot.rows(statement, values))


@settings(
    max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    known=companies,
    stored=st.lists(people, min_size=1, max_size=4),
    asked=st.lists(conditions, min_size=1, max_size=6),
)
async def test_every_way_to_ask_means_what_the_tree_says(
    database: Database, known: dict[str, Any], stored: list[dict[str, Any]], asked: list[Condition]
) -> None:
    tenant = uuid4().hex
    rows = await store_people(database, tenant, known, stored)
    for condition in asked:
        expected = [row["id"] for row in rows if holds(condition, row)]
        found = await keys_where(database, tenant, CUSTOMERS, condition, {"tenant": tenant})
        assert found == expected
        shape = shape_of(condition, CUSTOMERS)
        values = {"tenant": tenant, **shape.values_at(NOW)}
        assert await keys_where(database, tenant, CUSTOMERS, shape.condition, values) == expected
        judged = [row["id"] for row in rows][1:]
        assert await keys_among(database, tenant, judged, condition) == [
            one for one in expected if one != "0"
        ]


FIELDS = "id, firstName, lastName, email, mixins.*, legalEntity.id, legalEntity.name, legalEntity.mixins.*"
DE = {"company": {"country": "DE", "size": 20}}
FR = {"company": {"country": "FR", "size": 500}}


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("legalEntity.id:acme", ["both", "german"]),
        ("legalEntityId:acme", ["both", "german"]),
        ("legalEntity.id:(acme,ghost)", ["both", "german", "unknown"]),
        ("legalEntity.id:exists", ["both", "german", "unknown"]),
        ("legalEntity.id:missing", ["private"]),
        ("legalEntity.name:Globex", ["both"]),
        ("legalEntity.name:~(^A)", ["both", "german"]),
        ("legalEntity.name:missing", ["private", "unknown"]),
        ("legalEntity.mixins.company.country:DE", ["both", "german"]),
        ("legalEntity.mixins.company.size:>100", ["both"]),
        ("legalEntity.mixins:missing", ["private", "unknown"]),
        ("legalEntity.mixins.company.country:DE legalEntity.mixins.company.size:>100", ["both"]),
        ("mixins.shop.turnover:>=100", ["both", "german"]),
        ("mixins.shop.turnover:>=100 legalEntity.id:globex", ["both"]),
        ("email:b@example.com", ["both"]),
        ("firstName:missing lastName:missing", ["both", "german", "private", "unknown"]),
    ],
)
async def test_examples(database: Database, tenant: str, q: str, found: list[str]) -> None:
    companies = {"acme": ("Acme", DE), "globex": ("Globex", FR)}
    rows = {
        "both": ("b@example.com", 100, ["acme", "globex"]),
        "german": (None, 250.5, ["acme"]),
        "private": ("p@example.com", 99, []),
        "unknown": (None, None, ["ghost"]),
    }
    named = [{"id": id_, "name": name, "mixins": mixins} for id_, (name, mixins) in companies.items()]
    await store(database, tenant, legal_entity, named)
    stored = [
        {
            "id": id_,
            "first_name": None,
            "last_name": None,
            "email": email,
            "mixins": {"shop": {"turnover": turnover}},
        }
        for id_, (email, turnover, _) in rows.items()
    ]
    await store(database, tenant, customer, stored)
    links = [
        {"customer_id": id_, "legal_entity_id": company}
        for id_, (_, _, companies_of) in rows.items()
        for company in companies_of
    ]
    await store(database, tenant, customer_legal_entity, links)
    condition = parse_q(q)
    assert condition is not None
    assert await keys_where(database, tenant, CUSTOMERS, condition, {"tenant": tenant}) == found
    assert await keys_among(database, tenant, sorted(rows), condition) == found


async def test_one_legal_entity_satisfies_all_of_some(database: Database, tenant: str) -> None:
    known = {"c0": {"name": "A", "mixins": DE}, "c1": {"name": "B", "mixins": FR}}
    person: dict[str, Any] = {"email": None, "mixins": {}, "acts_for": ["c0", "c1"]}
    of_an_unknown_one: dict[str, Any] = {"email": None, "mixins": {}, "acts_for": ["unknown"]}
    await store_people(database, tenant, known, [person, of_an_unknown_one])
    is_german = Compare((*COMPANY, "mixins", "company", "country"), Operator.EQUAL, Literal("DE"))
    is_large = Compare(
        (*COMPANY, "mixins", "company", "size"), Operator.GREATER, Literal("100", quoted=False)
    )
    for condition, found in (
        (And((is_german, is_large)), ["0"]),
        (Some(COMPANY, And((is_german, is_large))), []),
        (Some(COMPANY, And((is_german, Not(is_large)))), ["0"]),
        (Not(Some(COMPANY, is_german)), ["1"]),
        (Some(COMPANY, Not(is_german)), ["0", "1"]),
        (Some(COMPANY, Absent((*COMPANY, "name"))), ["1"]),
        (Some(COMPANY, Or((is_large, Not(is_german)))), ["0", "1"]),
        (Some(COMPANY, And((is_large, Not(is_german)))), ["0"]),
        (Some(COMPANY, And(())), ["0", "1"]),
        (Some(COMPANY, Or(())), []),
    ):
        assert await keys_where(database, tenant, CUSTOMERS, condition, {"tenant": tenant}) == found
        assert await keys_among(database, tenant, ["0", "1"], condition) == found


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (Some(("company",), Present(("id",))), "company has no rows to ask for here."),
        (Some(COMPANY, Some(COMPANY, And(()))), "legalEntity has no rows to ask for here."),
        (Some(COMPANY, Present(("email",))), "email is not below legalEntity."),
        (
            Present(("phone",)),
            f"There is no field 'phone' in customers. Fields: {FIELDS}.",
        ),
    ],
)
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_what_cannot_be_asked_is_refused(condition: Condition, message: str, dialect: str) -> None:
    with pytest.raises(FilterError) as refusal:
        compile_condition(condition, CUSTOMERS, dialect)
    assert refusal.value.message == message


def test_there_is_no_order_by_what_may_have_several_values() -> None:
    with pytest.raises(FilterError, match=r"legalEntity\.name may have several values"):
        order_terms([Order(("legalEntity", "name"))], CUSTOMERS, "sqlite", LookupShape(0, or_any=False))
