"""Bad rules: both APIs refuse them, say what is wrong, and change nothing."""

import re
from typing import Any

import pytest

from tests.factories.shop import Shop
from tests.rest_compat.rest import Rest, validation
from tests.schema.client import USER_ERRORS, Graph

RULE = "/gold/rule"
GOOD = {"q": "mixins.shop.turnover:>=200"}
SET = (
    "$rule: SegmentRuleInput!, $mostJoins: Int, $mostLeaves: Int => "
    'segmentRuleSet(segmentId: "gold", rule: $rule, mostJoins: $mostJoins, mostLeaves: $mostLeaves) '
    f"{{ rule {{ version }} {USER_ERRORS} }}"
)
PREVIEW = (
    'query ($rule: SegmentRuleInput!) { segmentRulePreview(segmentId: "gold", rule: $rule) { matches } }'
)
PATHS = "id, firstName, lastName, email, mixins.*, legalEntity.id, legalEntity.name, legalEntity.mixins.*"
ONE: dict[str, Any] = {"id": {"eq": "anna"}}

JSON_LIMIT = "5,000 objects, no more"
MANY = "at most 1,000 values|at most 100 conditions"

BAD: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown path": ({"q": "phone:1"}, f"There is no field 'phone' .*Fields: {re.escape(PATHS)}"),
    "an unknown path of a company": ({"q": "legalEntity.vat:1"}, f"Fields: {re.escape(PATHS)}"),
    "an unknown segment": ({"q": "inSegment:nowhere"}, "there is no segment with the id nowhere"),
    "a circle with itself": ({"q": "inSegment:gold"}, "in a circle: gold -> gold"),
    "a circle with others": ({"where": {"inSegment": "far"}}, "in a circle: gold -> far -> near -> gold"),
    "5,000 conditions": ({"where": {"or": [ONE] * 5_000}}, f"larger than 65,536 bytes|{JSON_LIMIT}"),
    "5,000 small conditions": (
        {"where": {"or": [{}] * 5_000}},
        f"{MANY}|{JSON_LIMIT}",
    ),
    "many conditions": ({"where": {"or": [ONE] * 101}}, "at most 100 conditions"),
    "5,000 clauses": ({"q": "id:anna " * 5_000}, "longer than 10,000 characters|at most 10,000 characters"),
    "many clauses": ({"q": "id:anna " * 51}, "at most 50 clauses"),
    "a deep condition": ({"where": {"not": {"not": {"not": {"or": [ONE] * 100}}}}}, "at most 100 conditions"),
    "a pattern that grows": ({"q": "firstName:~((a{1,200}){1,200})"}, "too complex|at most"),
    "a repeated repetition": ({"q": "firstName:~(a++)"}, "possessive|repeated"),
    "a long pattern": ({"q": f"firstName:~({'a' * 257})"}, "at most 256 characters"),
    "the year 10000": ({"q": "mixins.shop.at:>10000-01-01"}, "'10000-01-01' is not a time"),
    "a time of that year": (
        {"where": {"mixin": {"path": "shop.at", "gt": "10000-01-01T00:00:00Z"}}},
        "is not a time",
    ),
    "a day that is none": ({"q": "mixins.shop.at:<2026-02-30"}, "is not a time"),
    "a duration of 9,999 years": (
        {"where": {"mixin": {"path": "shop.at", "withinLast": "P9999Y"}}},
        "duration",
    ),
    "a time zone that is none": ({"q": "id:anna", "timeZone": "Mars/Olympus"}, "no such time zone"),
    "a file as a time zone": ({"q": "id:anna", "timeZone": "../../etc/passwd"}, "no such time zone"),
    "both forms": ({"q": "id:anna", "where": ONE}, "either `where` or `q`"),
    "no form": ({}, "either `where` or `q`"),
    "a blank q": ({"q": " "}, "every customer satisfies it"),
}


@pytest.fixture
async def shop(rest: Rest) -> Rest:
    """A segment with a rule, and others whose rules ask for its members."""
    for one in ("gold", "near", "far"):
        await rest.segment(one)
    await rest.known(
        customers=[
            {"id": one, "firstName": "a" * 60 + "!", "mixins": {"shop": {"turnover": turnover}}}
            for one, turnover in (("anna", 100), ("bob", 200), ("carl", 300))
        ]
    )
    for one, rule in (("gold", GOOD), ("near", {"q": "inSegment:gold"}), ("far", {"q": "inSegment:near"})):
        assert (await rest("PUT", f"/{one}/rule", rule)).status_code == 201
    return rest


async def state(rest: Rest) -> Any:
    """The rule, and the members of all segments."""
    rule = await rest.json("GET", RULE)
    rows = [await rest.json("GET", f"/{one}/customers") for one in ("gold", "near", "far")]
    return {**rule, "evaluatedTo": None}, rows


@pytest.mark.parametrize(("rule", "message"), BAD.values(), ids=BAD)
async def test_bad_rules_change_nothing(shop: Rest, rule: dict[str, Any], message: str) -> None:
    before = await state(shop)
    for method, path in (("PUT", RULE), ("POST", f"{RULE}/preview")):
        response = await shop(method, path, rule)
        assert response.status_code == 400
        assert re.search(message, response.text), response.text

    graph = Graph(Shop(shop.database, shop.tenant))
    for query in (PREVIEW, f"mutation ({SET.partition('=>')[0]}) {{ {SET.partition('=>')[2]} }}"):
        answer = await graph.ask(query, {"rule": rule})
        assert re.search(message, f"{answer.data} {answer.errors}"), answer
    assert await state(shop) == before


@pytest.mark.parametrize("where", [{"phone": {"eq": "1"}}, {"legalEntity": {"vat": {"eq": "1"}}}])
async def test_an_unknown_member_is_refused(shop: Rest, where: dict[str, Any]) -> None:
    before = await state(shop)
    response = await shop("PUT", RULE, {"where": where})
    assert response.status_code == 400
    assert "There is no such member. Members: id, " in response.text
    answer = await Graph(Shop(shop.database, shop.tenant)).ask(PREVIEW, {"rule": {"where": where}})
    assert answer.codes == ["BAD_REQUEST"]
    assert "has invalid value at .where" in answer.errors[0]["message"]
    assert await state(shop) == before


@pytest.mark.parametrize(
    ("rule", "bounds", "field", "message"),
    [
        ("id:exists", {"mostJoins": 0}, "mostJoins", "1 customers would join, more than 0."),
        ("id:nobody", {"mostLeaves": 1}, "mostLeaves", "2 customers would leave, more than 1."),
    ],
)
async def test_a_rule_that_would_move_everybody_moves_nobody(
    shop: Rest, rule: str, bounds: dict[str, int], field: str, message: str
) -> None:
    before = await state(shop)
    query = "&".join(f"{name}={value}" for name, value in bounds.items())
    response = await shop("PUT", f"{RULE}?{query}", {"q": rule})
    assert (response.status_code, response.json()) == (400, validation(field, message))
    graph = Graph(Shop(shop.database, shop.tenant))
    payload = await graph.mutate(SET, {"rule": {"q": rule}, **bounds})
    [error] = payload["userErrors"]
    assert (error["message"], error["path"]) == (message, [field])
    assert await state(shop) == before


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*a){20}", "^(([a-z])+.)+[A-Z]([a-z])+$"])
async def test_a_pattern_that_hangs_elsewhere_is_applied(shop: Rest, pattern: str) -> None:
    """No engine here tries one way after the other."""
    rule = {"q": f"firstName:~({pattern})"}
    assert (await shop("PUT", RULE, rule)).status_code == 204
    await Shop(shop.database, shop.tenant).known_customers({"id": "dora", "firstName": "a" * 900 + "!"})
    expected = ["anna", "bob", "carl", "dora"] if pattern == "(.*a){20}" else []
    rows = await shop.json("GET", "/gold/customers")
    assert [row["customer"]["id"] for row in rows] == expected
