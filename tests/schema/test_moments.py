"""Filters that are relative to now: one now for a request, and one for all pages of a list."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from tests.factories.documents import customer, legal_entity, segment
from tests.schema.client import Graph
from tests.schema.lists import LISTS

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PAGE = """query (
    $where: CustomerWhere, $q: String, $first: Int, $after: String, $last: Int, $before: String
) {
    customers(where: $where, q: $q, first: $first, after: $after, last: $last, before: $before) {
        totalCount pageInfo { hasNextPage hasPreviousPage } edges { cursor node { id } }
    }
}"""
ORDERS = {
    "a": "2026-06-01T12:00:00Z",
    "b": "2026-06-01T14:00:00.001+02:00",
    "c": "2026-05-25",
    "d": "2026-05-02T12:00:00.000Z",
    "e": "2026-05-02T12:00:00.001Z",
    "f": ["2020-01-01", "2026-05-31T23:59:59.999Z"],
    "g": "yesterday",
    "h": 20260601,
    "i": None,
    "j": "2027-06-01T12:00:00Z",
}


@pytest.fixture
async def buyers(graph: Graph) -> Graph:
    """Customers with the instant of an order, each of a company that was founded then."""
    founded = {id_: {"company": {"founded": at}} for id_, at in ORDERS.items()}
    await graph.shop.known_legal_entities(
        *(legal_entity(f"le-{id_}", mixins=mixins) for id_, mixins in founded.items())
    )
    await graph.shop.known_customers(
        *(
            customer(id_, mixins={"shop": {"lastOrder": at}}, legalEntityIds=[f"le-{id_}"])
            for id_, at in ORDERS.items()
        )
    )
    return graph


async def found(graph: Graph, now: datetime = NOW, **variables: Any) -> str:
    data = await graph(PAGE, variables, now=now)
    assert data["customers"]["totalCount"] == len(data["customers"]["edges"])
    return "".join(edge["node"]["id"] for edge in data["customers"]["edges"])


@pytest.mark.parametrize(
    ("mixin", "expected"),
    [
        ({"withinLast": "P30D"}, "acef"),
        ({"withinLast": "P30DT0.001S"}, "acdef"),
        ({"withinLast": "PT1S"}, "a"),
        ({"withinNext": "PT0.001S"}, "b"),
        ({"withinNext": "P1Y"}, "bj"),
        ({"withinNext": "P364D"}, "b"),
        ({"gt": "2026-01-01", "lt": "2026-01-02"}, "f"),
        ({"gt": "now"}, "bj"),
        ({"gte": "now"}, "abj"),
        ({"lt": "now-P30D"}, "f"),
        ({"lte": "now-P30D"}, "df"),
        ({"eq": "now"}, "a"),
        ({"in": ["now-P7DT12H", "now+P1Y"]}, "cj"),
    ],
)
async def test_attributes_that_are_instants(buyers: Graph, mixin: dict[str, Any], expected: str) -> None:
    """Of an array, one element has to satisfy each comparison: `f` was both long ago and lately."""
    where = {"mixin": {"path": "shop.lastOrder", **mixin}}
    assert await found(buyers, where=where) == expected
    assert await found(buyers, where={"not": where}) == "".join(sorted({*ORDERS} - {*expected}))
    of_company = {"mixin": {"path": "company.founded", **mixin}}
    assert await found(buyers, where={"legalEntity": of_company}) == expected


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("mixins.shop.lastOrder:>now-P30D", "abcefj"),
        ("mixins.shop.lastOrder:(>now-P30D AND <=now)", "acef"),
        ("mixins.shop.lastOrder:(now,yesterday)", "ag"),
        ('mixins.shop.lastOrder:>="now+P1Y"', "j"),
        ("legalEntity.mixins.company.founded:<now-P30D", "f"),
    ],
)
async def test_attributes_in_q(buyers: Graph, q: str, expected: str) -> None:
    assert await found(buyers, q=q) == expected


async def test_every_request_has_its_own_now(buyers: Graph) -> None:
    where = {"mixin": {"path": "shop.lastOrder", "withinLast": "P30D"}}
    assert await found(buyers, NOW, where=where) == "acef"
    assert await found(buyers, NOW + timedelta(milliseconds=1), where=where) == "abcf"
    assert await found(buyers, NOW + timedelta(days=365), where=where) == "j"
    assert await found(buyers, NOW - timedelta(days=365), where=where) == ""


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"validTo": {"lt": "now"}}, ["past"]),
        ({"validTo": {"withinLast": "P1D"}}, ["past"]),
        ({"validTo": {"withinNext": "P1D"}}, ["soon"]),
        ({"validTo": {"gt": "now-P2D", "lte": "now+P2D"}}, ["past", "soon"]),
        ({"validTo": {"eq": "now-PT1H"}}, ["past"]),
        ({"not": {"validTo": {"gt": "now"}}}, ["open", "past"]),
    ],
)
async def test_columns(graph: Graph, where: dict[str, Any], expected: list[str]) -> None:
    ends = {"past": NOW - HOUR, "soon": NOW + HOUR, "open": None}
    await graph.shop.segments(
        *(segment(id_, validity={"to": end and end.isoformat()}) for id_, end in ends.items())
    )
    data = await graph(LISTS["segments"], {"where": where}, now=NOW)
    assert [node["id"] for node in data["list"]["nodes"]] == expected


@pytest.mark.parametrize("back", [False, True])
async def test_the_pages_of_a_list_are_of_one_now(buyers: Graph, *, back: bool) -> None:
    """Time goes on between them, and none of what was in the list at first is left out or new."""
    where = {"mixin": {"path": "shop.lastOrder", "withinLast": "P30D"}}
    count, cursor = ("last", "before") if back else ("first", "after")
    pages, variables, now = [], {"where": where, count: 1}, NOW
    while True:
        page = (await buyers(PAGE, variables, now=now))["customers"]
        assert page["totalCount"] == 4
        pages.append(page["edges"][0]["node"]["id"])
        if not page["pageInfo"]["hasPreviousPage" if back else "hasNextPage"]:
            break
        variables = {**variables, cursor: page["edges"][0]["cursor"]}
        now += timedelta(days=20)
    assert "".join(pages) == ("feca" if back else "acef")
    assert await found(buyers, now, where=where) == ""


def forged(cursor: str, *at: Any) -> str:
    binding, values, *_ = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return base64.urlsafe_b64encode(orjson.dumps([binding, values, *at])).rstrip(b"=").decode()


async def test_a_cursor_with_another_clock(buyers: Graph) -> None:
    """Nobody is kept from asking for another day; a day that there is not is refused."""
    where = {"mixin": {"path": "shop.lastOrder", "withinNext": "P1000Y"}}
    page = (await buyers(PAGE, {"where": where, "first": 1}, now=NOW))["customers"]
    cursor = page["edges"][0]["cursor"]
    assert await buyers(PAGE, {"where": where, "after": forged(cursor, "2020-01-01T00:00:00.000Z")})
    for at in ((), ("0001-01-01",), ("9999-12-31",), ("now",), (5,), (None,), ("2020-01-01", "2020-01-01")):
        for argument in ("after", "before"):
            answer = await buyers.ask(PAGE, {"where": where, argument: forged(cursor, *at)})
            assert set(answer.codes) == {"INVALID_ARGUMENT"}, at
            assert answer.errors[0]["extensions"]["inputPath"] == [argument]


async def test_an_instant_that_is_stored_is_not_relative(graph: Graph) -> None:
    answer = await graph.ask(
        'mutation { segmentCreate(input: {name: [{language: "en", text: "x"}], siteCode: "main", '
        'validity: {from: "now-P1D"}}) { segment { id } userErrors { code path } } }'
    )
    assert answer.data["segmentCreate"] == {
        "segment": None,
        "userErrors": [{"code": "INVALID_INPUT", "path": ["input", "validity", "from"]}],
    }


async def test_a_relative_instant_is_its_text_in_json(graph: Graph) -> None:
    data = await graph(
        'mutation ($at: DateTime) { customersUpsert(customers: [{id: "a", mixins: {shop: {at: $at}}}]) '
        "{ results { node { mixins } } } }",
        {"at": "now-P1D"},
    )
    assert data["customersUpsert"]["results"][0]["node"]["mixins"] == {"shop": {"at": "now-P1D"}}


@pytest.mark.parametrize("text", ["now-1D", "NOW", "now-P", "tomorrow", "now-P1001Y"])
async def test_what_is_no_instant_is_refused(graph: Graph, text: str) -> None:
    answer = await graph.ask(LISTS["segments"], {"where": {"validTo": {"lt": text}}})
    assert "date-time" in answer.errors[0]["message"]
    answer = await graph.ask(LISTS["segments"], {"q": f"validity.to:<{text}"})
    assert set(answer.codes) == {"INVALID_ARGUMENT"}
