"""`where` and `q`: one filter tree, however it is written."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.examples import with_database
from tests.schema.client import Graph
from tests.schema.lists import LISTS, VERSIONED, ids, listed

THEN = "2020-01-01T00:00:00.000Z"
LATER = "2998-12-31T00:00:00+00:00"


@pytest.mark.parametrize(
    ("noun", "where", "q"),
    [
        ("segments", {"id": {"eq": "gold"}}, "id:gold"),
        ("segments", {"id": {"in": ["gold", "silver", "none"]}}, "id:(gold,silver,none)"),
        ("segments", {"status": {"eq": "INACTIVE"}}, "status:INACTIVE"),
        ("segments", {"status": {"in": ["ACTIVE", "INACTIVE"]}}, "status:(ACTIVE,INACTIVE)"),
        ("segments", {"siteCode": {"eq": "other"}}, "siteCode:other"),
        ("segments", {"siteCode": {"in": ["other", "none"]}}, "siteCode:(other,none)"),
        ("segments", {"validTo": {"eq": THEN}}, f'validity.to:"{THEN}"'),
        ("segments", {"validTo": {"lte": THEN}}, f'validity.to:<="{THEN}"'),
        ("segments", {"validTo": {"lt": THEN}}, f'validity.to:<"{THEN}"'),
        ("segments", {"validTo": {"isNull": False}}, "validity.to:exists"),
        ("segments", {"validFrom": {"isNull": True}}, "validity.from:null"),
        ("segments", {"validFrom": {"gt": LATER}}, f'validity.from:>"{LATER}"'),
        ("segments", {"validFrom": {"gte": LATER, "isNull": False}}, f'validity.from:>="{LATER}"'),
        ("segments", {"createdAt": {"gt": THEN}}, f'metadata.createdAt:>"{THEN}"'),
        ("segments", {"modifiedAt": {"lt": THEN}}, f'metadata.modifiedAt:<"{THEN}"'),
        ("segments", {"validTo": {"lt": "now"}}, "validity.to:<now"),
        ("segments", {"validTo": {"lt": "now-P1Y"}}, "validity.to:<now-P1Y"),
        ("segments", {"validFrom": {"gt": "now+P900Y"}}, "validity.from:>now+P900Y"),
        ("segments", {"validFrom": {"withinNext": "P990Y"}}, "validity.from:(>now AND <=now+P990Y)"),
        ("segments", {"validTo": {"withinLast": "P100Y"}}, "validity.to:(>now-P100Y AND <=now)"),
        ("segments", {"mixin": {"path": "loyalty.points", "gt": 60}}, "mixins.loyalty.points:>60"),
        ("customers", {"mixin": {"path": "loyalty", "exists": False}}, "mixins.loyalty:missing"),
        ("items", {"mixin": {"path": "loyalty", "exists": True}}, "mixins.loyalty:exists"),
        ("segments", {"createdAt": {"isNull": True}}, "metadata.createdAt:null"),
        (
            "segments",
            {"and": [{"siteCode": {"eq": "main"}}, {"status": {"eq": "ACTIVE"}}]},
            "siteCode:main status:ACTIVE",
        ),
        ("segments", {"or": [{"id": {"eq": "gold"}}, {"id": {"eq": "empty"}}]}, "id:(gold,empty)"),
        ("segments", {"not": {"status": {"eq": "ACTIVE"}}}, "status:INACTIVE"),
        ("segments", {"not": {"validTo": {"eq": THEN}}}, "id:(gold,silver,bronze,sleeping,future,empty)"),
        ("segments", {"id": {"eq": "gold", "in": ["silver"]}}, "id:gold id:silver"),
        ("customers", {"customerId": {"eq": "anna"}}, "customer.id:anna"),
        ("customers", {"customerId": {"in": ["anna", "bob"]}}, "customerId:(anna,bob)"),
        ("customers", {"legalEntityId": {"isNull": True}}, "legalEntity.id:null"),
        ("customers", {"legalEntityId": {"isNull": False}}, "legalEntity.id:exists"),
        ("customers", {"legalEntityId": {"eq": "acme"}}, "legalEntityId:acme"),
        ("customers", {"assignmentType": {"eq": "AUTOMATIC"}}, "assignmentType:AUTOMATIC"),
        ("customers", {"assignmentType": {"in": ["MANUAL"]}}, "assignmentType:(MANUAL)"),
        ("customers", {"createdAt": {"gte": THEN}}, f'metadataCreatedAt:>="{THEN}"'),
        ("customers", {"modifiedAt": {"lte": THEN}}, f'metadataModifiedAt:<="{THEN}"'),
        ("items", {"segmentId": {"in": ["gold", "bronze"]}}, "segmentId:(gold,bronze)"),
        ("items", {"type": {"eq": "CATEGORY"}}, "type:CATEGORY"),
        ("items", {"type": {"in": ["PRODUCT"]}, "itemId": {"eq": "hat"}}, "type:PRODUCT item.id:hat"),
        ("items", {"itemCode": {"eq": "SAWS"}}, "item.code:SAWS"),
        ("items", {"itemCode": {"in": ["SAWS", "HAT"]}}, "item.code:(SAWS,HAT)"),
        ("items", {"createdAt": {"lt": LATER}}, f'metadata.createdAt:<"{LATER}"'),
        ("items", {"modifiedAt": {"isNull": False}}, "metadata.modifiedAt:exists"),
        ("items", {"itemCode": {"isNull": True}}, "item.code:null"),
        ("items", {"or": [{"type": {"eq": "PRODUCT"}}, {"not": {"type": {"eq": "PRODUCT"}}}]}, "type:exists"),
        ("people", {"id": {"eq": "anna"}}, "id:anna"),
        ("people", {"firstName": {"in": ["Anna", "Bob"]}}, "firstName:(Anna,Bob)"),
        ("people", {"lastName": {"isNull": True}}, "lastName:null"),
        ("people", {"email": {"eq": "bob@example.com"}}, "email:bob@example.com"),
        ("people", {"mixin": {"path": "shop.turnover", "gte": 2000}}, "mixins.shop.turnover:>=2000"),
        ("people", {"mixin": {"path": "shop.turnover", "eq": 10.5}}, "mixins.shop.turnover:10.5"),
        ("people", {"mixin": {"path": "shop.turnover", "eq": "10.5"}}, 'mixins.shop.turnover:"10.5"'),
        (
            "people",
            {"mixin": {"path": "shop.lastOrder", "gt": "2026-01-31", "lte": "2026-05-01T00:00:00Z"}},
            "mixins.shop.lastOrder:>2026-01-31 mixins.shop.lastOrder:<=2026-05-01",
        ),
        (
            "people",
            {"mixin": {"path": "shop.lastOrder", "in": ["2026-01-31", True, 5]}},
            "mixins.shop.lastOrder:(2026-01-31,true,5)",
        ),
        (
            "people",
            {"mixin": {"path": "shop.lastOrder", "withinLast": "P900Y"}},
            "mixins.shop.lastOrder:>now-P900Y mixins.shop.lastOrder:<=now",
        ),
        ("people", {"mixin": {"path": "shop.lastOrder", "withinNext": "P1D"}}, "mixins.shop.lastOrder:>now"),
        ("people", {"mixin": {"path": "shop", "exists": False}}, "mixins.shop:missing"),
        ("people", {"mixin": {"path": "shop.turnover", "exists": True}}, "mixins.shop.turnover:exists"),
        ("people", {"legalEntity": {}}, "legalEntity.id:exists"),
        ("people", {"not": {"legalEntity": {}}}, "legalEntity.id:missing"),
        ("people", {"legalEntity": {"id": {"eq": "acme"}}}, "legalEntity.id:acme"),
        ("people", {"legalEntity": {"name": {"eq": "Globex Ltd"}}}, 'legalEntity.name:"Globex Ltd"'),
        (
            "people",
            {"legalEntity": {"mixin": {"path": "company.country", "eq": "DE"}}},
            "legalEntity.mixins.company.country:DE",
        ),
        (
            "people",
            {"legalEntity": {"id": {"eq": "acme"}, "mixin": {"path": "company.country", "eq": "FR"}}},
            "id:nobody",
        ),
        ("people", {"legalEntity": {"not": {"id": {"eq": "acme"}}}}, "legalEntity.id:(globex,initech)"),
    ],
)
async def test_where_means_what_q_means(world: Graph, noun: str, where: dict[str, Any], q: str) -> None:
    by_where = await listed(world, noun, where=where)
    assert by_where == await listed(world, noun, q=q)
    both = await listed(world, noun, q=q, where=where)
    assert both == by_where


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({}, 7),
        (None, 7),
        ({"id": {}}, 7),
        ({"id": None, "status": None, "and": None, "or": None, "not": None}, 7),
        ({"id": {"eq": None, "in": None, "isNull": None}}, 7),
        ({"validTo": {"lt": None}}, 7),
        ({"id": {"in": []}}, 0),
        ({"status": {"in": []}}, 0),
        ({"not": {"id": {"in": []}}}, 7),
        ({"and": []}, 7),
        ({"or": []}, 0),
        ({"or": [{}]}, 7),
        ({"not": {}}, 0),
        ({"not": {"not": {}}}, 7),
        ({"id": {"isNull": True}}, 0),
        ({"mixin": {"path": "loyalty"}}, 7),
        ({"mixin": {"path": "loyalty.tier", "in": ["GOLD", "TIN"]}}, 1),
    ],
)
async def test_what_is_empty_asks_for_nothing(world: Graph, where: Any, expected: int) -> None:
    data = await listed(world, "segments", where=where)
    assert data["list"]["totalCount"] == expected


ATOMS: dict[str, set[str]] = {
    "gold": {"gold"},
    "main": {"gold", "silver", "sleeping", "expired", "future"},
    "inactive": {"sleeping"},
    "ended": {"expired"},
}
WORDS: dict[str, dict[str, Any]] = {
    "gold": {"id": {"eq": "gold"}},
    "main": {"siteCode": {"eq": "main"}},
    "inactive": {"status": {"eq": "INACTIVE"}},
    "ended": {"validTo": {"lte": THEN}},
}
EVERYTHING = {"gold", "silver", "bronze", "sleeping", "expired", "future", "empty"}
trees = st.recursive(
    st.sampled_from(sorted(ATOMS)),
    lambda inner: (
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, max_size=3))
        | st.tuples(st.just("not"), inner)
    ),
    max_leaves=6,
)


def where_of(tree: Any) -> dict[str, Any]:
    match tree:
        case str():
            return WORDS[tree]
        case ("not", part):
            return {"not": where_of(part)}
        case (word, parts):
            return {word: [where_of(part) for part in parts]}
    raise AssertionError(tree)


def meant(tree: Any) -> set[str]:
    match tree:
        case str():
            return ATOMS[tree]
        case ("not", part):
            return EVERYTHING - meant(part)
        case ("and", parts):
            return EVERYTHING.intersection(*map(meant, parts))
        case ("or", parts):
            return set().union(*map(meant, parts))
    raise AssertionError(tree)


@with_database
@given(tree=trees)
async def test_and_or_not_are_what_they_say(world: Graph, tree: Any) -> None:
    assert set(ids(await listed(world, "segments", where=where_of(tree)))) == meant(tree)


@pytest.mark.parametrize("noun", LISTS)
@pytest.mark.parametrize(
    ("q", "part"),
    [
        ("active", "active"),
        ("id:", "id"),
        ("nosuchfield:1", "There is no field 'nosuchfield'"),
        ("metadata.version:>abc", "metadata.version"),
        ("id:~[", "id"),
        ("mixins.m:\0", "U+0000"),
        ("id:\ud800", ""),
        ("compoundLogicalQuery:((status:ACTIVE) OR (siteCode:main))", ""),
        ("id:a " * 51, ""),
        ("x" * 10_001, ""),
    ],
)
async def test_a_q_that_cannot_be_understood_says_why(world: Graph, noun: str, q: str, part: str) -> None:
    answer = await world.ask(LISTS[noun], {"q": q})
    assert set(answer.codes) == {"INVALID_ARGUMENT"}
    assert answer.errors[0]["extensions"]["inputPath"] == ["q"]
    assert part in answer.errors[0]["message"]


UNSTORABLE = {
    "segments": {"siteCode": {"eq": "a\0"}},
    "customers": {"customerId": {"eq": "a\0"}},
    "items": {"itemId": {"eq": "a\0"}},
}
STORABLE = {
    "segments": {"siteCode": {"eq": "main"}},
    "customers": {"customerId": {"eq": "anna"}},
    "items": {"itemId": {"eq": "drill"}},
}


@pytest.mark.parametrize("noun", VERSIONED)
async def test_a_filter_that_fails_names_the_argument_that_was_sent(world: Graph, noun: str) -> None:
    many = [str(number) for number in range(1001)]
    of_many = {name: {"in": many} for name in UNSTORABLE[noun]}
    bad_q, good_q = "nosuchfield:1", "metadata.version:>0"
    most_q = f"metadata.version:({','.join(many[:600])})"
    half = {name: {"in": many[:600]} for name in UNSTORABLE[noun]}
    for q, where, argument in (
        (bad_q, None, "q"),
        (None, UNSTORABLE[noun], "where"),
        (None, {"not": {"or": [UNSTORABLE[noun]]}}, "where"),
        (None, of_many, "where"),
        (good_q, UNSTORABLE[noun], "where"),
        (bad_q, STORABLE[noun], "q"),
        (bad_q, UNSTORABLE[noun], "q"),
        (most_q, half, "where"),
        (" ", UNSTORABLE[noun], "where"),
        (bad_q, {}, "q"),
    ):
        answer = await world.ask(LISTS[noun], {"q": q, "where": where})
        assert {tuple(error["extensions"]["inputPath"]) for error in answer.errors} == {(argument,)}, (
            q,
            where,
        )
        assert set(answer.codes) == {"INVALID_ARGUMENT"}


@pytest.mark.parametrize("noun", VERSIONED)
async def test_an_order_that_fails_names_the_argument_that_was_sent(world: Graph, noun: str) -> None:
    order = [{"field": "CREATED_AT"}] * 11
    answer = await world.ask(LISTS[noun], {"orderBy": order})
    assert {tuple(error["extensions"]["inputPath"]) for error in answer.errors} == {("orderBy",)}
    assert set(answer.codes) == {"INVALID_ARGUMENT"}


async def test_an_empty_q_filters_nothing(world: Graph) -> None:
    assert (await listed(world, "segments", q=" "))["list"]["totalCount"] == 7


async def test_the_lists_of_a_filter_are_bounded_together(world: Graph) -> None:
    """Beyond it the database would run out of parameters, and the client would be told of a fault of ours."""
    query = "query ($where: SegmentWhere) { segments(where: $where) { totalCount } }"
    some = {"id": {"in": ["gold", *map(str, range(499))]}}
    other = {"id": {"in": ["silver", *map(str, range(499))]}}
    assert await world(query, {"where": {"or": [some, other]}}) == {"segments": {"totalCount": 2}}
    answer = await world.ask(query, {"where": {"or": [some, other, {"siteCode": {"in": ["main"]}}]}})
    [error] = answer.errors
    assert error["message"] == "The lists of a filter may have at most 1,000 values together."
    assert error["extensions"]["code"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize(
    "mixin",
    [
        {"path": ""},
        {"path": "shop..turnover"},
        {"path": "shop.\0", "exists": True},
        {"path": ".".join("abcdefghijk"), "exists": True},
        {"path": "x" * 10_001},
        {"path": "shop", "eq": {"turnover": 1}},
        {"path": "shop", "lt": [1]},
        {"path": "shop", "eq": "x" * 10_001},
        {"path": "shop", "eq": "\ud800"},
        {"path": "shop", "in": list(range(1001))},
        {"path": "shop", "in": [[1]]},
        {"path": "shop.lastOrder", "gt": "now-30d"},
        {"path": "shop.lastOrder", "withinLast": "30D"},
        {"path": "shop.lastOrder", "withinNext": ""},
        {"path": "shop.lastOrder", "withinLast": "P1001Y"},
    ],
)
async def test_a_filter_on_mixins_that_cannot_be_understood(world: Graph, mixin: dict[str, Any]) -> None:
    for where in ({"mixin": mixin}, {"legalEntity": {"mixin": mixin}}):
        answer = await world.ask(LISTS["people"], {"where": where})
        assert set(answer.codes) == {"INVALID_ARGUMENT"}
        assert answer.errors[0]["extensions"]["inputPath"] == ["where"]
