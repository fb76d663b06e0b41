"""The list of customers: filters, order, pages, and who sees whom."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.connection.database import Database
from tests.factories.documents import customer
from tests.factories.examples import with_database
from tests.factories.shop import Shop
from tests.schema.client import Graph
from tests.schema.lists import ids, listed

PAGE = """query ($where: CustomerWhere, $orderBy: [CustomerOrder!], $first: Int, $after: String, $last: Int,
$before: String) {
    customers(where: $where, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
        totalCount pageInfo { hasNextPage hasPreviousPage } edges { cursor node { id } }
    }
}"""


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (None, ["anna", "bob", "carla"]),
        ({"email": {"in": ["anna@example.com", "carla@example.com"]}}, ["anna", "carla"]),
        ({"lastName": {"isNull": False}}, ["anna"]),
        ({"mixin": {"path": "shop.turnover", "gt": 10}}, ["anna", "carla"]),
        ({"mixin": {"path": "shop.turnover", "gt": "10"}}, []),
        ({"mixin": {"path": "shop.lastOrder", "lt": "2026-05-01T00:00:00+02:00"}}, ["anna"]),
        ({"not": {"mixin": {"path": "shop.lastOrder", "exists": True}}}, ["bob"]),
        ({"legalEntity": {"mixin": {"path": "company.country", "eq": "DE"}}}, ["bob", "carla"]),
        ({"legalEntity": {"mixin": {"path": "company.since", "lt": "2020-01-01"}}}, ["bob", "carla"]),
        ({"legalEntity": {"not": {"id": {"eq": "acme"}}}}, ["carla"]),
        ({"not": {"legalEntity": {}}}, ["anna"]),
    ],
)
async def test_customers_by_what_is_known_of_them(
    world: Graph, where: dict[str, Any] | None, expected: list[str]
) -> None:
    data = await listed(world, "people", where=where)
    assert ids(data) == expected
    assert data["list"]["totalCount"] == len(expected)


@pytest.mark.parametrize("where", ["", '(q: "legalEntity.id:exists")', "(where: {legalEntity: {}})"])
@pytest.mark.parametrize(
    ("scopes", "who", "expected"),
    [
        ("R", None, ["bob", "carla"]),
        ("RO", "anna", ["bob", "carla"]),
        ("O", "carla", ["carla"]),
        ("OM", "bob", ["bob"]),
        ("O", "anna", []),
        ("O", "dora", []),
    ],
)
async def test_the_own_view_is_the_caller_alone(
    world: Graph, scopes: str, who: str | None, expected: list[str], where: str
) -> None:
    query = f"{{ customers{where} {{ totalCount nodes {{ id }} }} }}"
    everybody = [*(["anna"] if "R" in scopes or who == "anna" else []), *expected]
    data = await world(query, caller=world.shop.caller(scopes, who))
    shown = expected if where else everybody
    assert data["customers"] == {"totalCount": len(shown), "nodes": [{"id": one} for one in shown]}


async def test_a_customer_is_shown_with_all_that_is_known(world: Graph) -> None:
    query = "{ customers(last: 1) { nodes { id email mixins legalEntities { id mixins } } } }"
    data = await world(query)
    assert data["customers"]["nodes"] == [
        {
            "id": "carla",
            "email": "carla@example.com",
            "mixins": {"shop": {"turnover": 2000, "lastOrder": "2026-05-01"}},
            "legalEntities": [
                {"id": "acme", "mixins": {"company": {"country": "DE", "since": "2019-03-01"}}},
                {"id": "globex", "mixins": {"company": {"country": "FR"}}},
                {"id": "initech", "mixins": {}},
            ],
        }
    ]


names = st.none() | st.sampled_from(["", "a", "B", "b", "\u00e4", "\U0001f600"])
people = st.lists(
    st.fixed_dictionaries({"firstName": names, "lastName": names, "email": names}), min_size=1, max_size=7
)
orders = st.lists(
    st.tuples(st.sampled_from(["ID", "FIRST_NAME", "LAST_NAME", "EMAIL"]), st.sampled_from(["ASC", "DESC"])),
    max_size=3,
)
MEMBERS = {"ID": "id", "FIRST_NAME": "firstName", "LAST_NAME": "lastName", "EMAIL": "email"}


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_pages_go_on_among_equal_and_missing_names(graph: Graph, direction: str) -> None:
    names = {"a": "B", "b": None, "c": "B", "d": "A", "e": None, "f": "B", "g": "A"}
    await graph.shop.known_customers(*(customer(one, lastName=name) for one, name in names.items()))
    variables: dict[str, Any] = {"orderBy": [{"field": "LAST_NAME", "direction": direction}], "first": 1}
    found = ""
    for _ in names:
        page = (await graph(PAGE, variables))["customers"]
        found += "".join(edge["node"]["id"] for edge in page["edges"])
        variables["after"] = page["edges"][0]["cursor"]
    assert found == {"ASC": "bedgacf", "DESC": "acfdgbe"}[direction]
    assert not page["pageInfo"]["hasNextPage"]


@with_database
@given(stored=people, order=orders, size=st.integers(1, 4), from_back=st.booleans())
async def test_every_customer_comes_once_in_order_whatever_the_page_size(
    database: Database,
    stored: list[dict[str, Any]],
    order: list[tuple[str, str]],
    size: int,
    *,
    from_back: bool,
) -> None:
    graph = Graph(Shop(database, uuid4().hex))
    documents = [customer(f"c{number}", **one) for number, one in enumerate(stored)]
    await graph.shop.known_customers(*documents)
    expected = sorted(documents, key=lambda one: one["id"])
    for field, direction in reversed(order):
        expected.sort(key=lambda one: _key(one[MEMBERS[field]]), reverse=direction == "DESC")
    order_by = [{"field": field, "direction": direction} for field, direction in order]
    count, cursor = ("last", "before") if from_back else ("first", "after")
    found: list[str] = []
    variables: dict[str, Any] = {"orderBy": order_by, count: size}
    while True:
        data = (await graph(PAGE, variables))["customers"]
        assert data["totalCount"] == len(documents)
        page = [edge["node"]["id"] for edge in data["edges"]]
        found = page + found if from_back else found + page
        if not data["pageInfo"]["hasPreviousPage" if from_back else "hasNextPage"]:
            break
        variables[cursor] = data["edges"][0 if from_back else -1]["cursor"]
    assert found == [one["id"] for one in expected]


def _key(value: str | None) -> tuple[bool, str]:
    return value is not None, value or ""
