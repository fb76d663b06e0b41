"""Bad rules: both APIs refuse them, say what is wrong, and change nothing."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.factories.shop import Shop
from tests.rest_compat.conftest import Shared
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
PATHS = (
    "Fields: id, firstName, lastName, email, mixins.*, "
    "legalEntity.id, legalEntity.name, legalEntity.mixins.*, inSegment."
)
ONE: dict[str, Any] = {"id": {"eq": "anna"}}
JSON_LIMIT = "JSON may have 50,000 names and values, and 5,000 objects, no more."
MOST_CONDITIONS = "A filter may have at most 100 conditions, nested 20 deep."
NO_TIME = "is not a time: a year has four digits, a month has its days."
NO_ZONE = "There is no such time zone. Write a name of the IANA database: Europe/Berlin, UTC."
CIRCLE = "Rules may not ask for each other in a circle:"
TWO_FORMS = "A rule has either `where` or `q`."
TOO_LONG = "The text is longer than 10,000 characters."
PATTERN = "firstName: "


@dataclass(frozen=True)
class Bad:
    """A bad rule, the member at fault and what is said; `in_rest` is what REST says instead, of the body."""

    rule: dict[str, Any]
    path: tuple[str | int, ...]
    message: str
    in_rest: str | None = None

    @property
    def rest_answer(self) -> dict[str, Any]:
        if self.in_rest is not None:
            return validation(None, self.in_rest)
        field = ".".join(map(str, self.path)).replace(".or.", ".or[")
        return validation(f"{field}]" if "[" in field else field, self.message)


BAD: dict[str, Bad] = {
    "an unknown path": Bad({"q": "phone:1"}, ("q",), f"There is no field 'phone' in customers. {PATHS}"),
    "an unknown path of a company": Bad(
        {"q": "legalEntity.vat:1"}, ("q",), f"There is no field 'legalEntity.vat' in customers. {PATHS}"
    ),
    "an unknown segment": Bad(
        {"q": "inSegment:nowhere"}, ("q",), "inSegment: there is no segment with the id nowhere."
    ),
    "a circle with itself": Bad({"q": "inSegment:gold"}, ("q",), f"{CIRCLE} gold -> gold."),
    "a circle with others": Bad(
        {"where": {"inSegment": "far"}}, ("where",), f"{CIRCLE} gold -> far -> near -> gold."
    ),
    "segments in an order": Bad({"q": "inSegment:>a"}, ("q",), "inSegment takes the id of a segment."),
    "5,000 conditions": Bad(
        {"where": {"or": [ONE] * 5_000}}, ("where",), "The filter is larger than 65,536 bytes.", JSON_LIMIT
    ),
    "5,000 small conditions": Bad(
        {"where": {"or": [{}] * 5_000}},
        ("where", "or"),
        "The lists of a filter may have at most 1,000 values together.",
        JSON_LIMIT,
    ),
    "many conditions": Bad({"where": {"or": [ONE] * 101}}, ("where", "or", 99), MOST_CONDITIONS),
    "a deep condition": Bad(
        {"where": {"not": {"not": {"not": {"or": [ONE] * 100}}}}},
        ("where", "not", "not", "not", "or", 96),
        MOST_CONDITIONS,
    ),
    "many clauses": Bad({"q": "id:anna " * 51}, ("q",), "A query may have at most 50 clauses."),
    "a pattern that grows": Bad(
        {"q": "firstName:~((a{1,200}){1,200})"},
        ("q",),
        f"{PATTERN}The regular expression is too complex: write fewer or smaller repetitions.",
    ),
    "a repeated repetition": Bad(
        {"q": "firstName:~(a++)"},
        ("q",),
        f"{PATTERN}The regular expression is not valid at character 3: "
        "possessive repetition is not supported.",
    ),
    "a long pattern": Bad(
        {"q": f"firstName:~({'a' * 257})"},
        ("q",),
        f"{PATTERN}A regular expression may have at most 256 characters.",
    ),
    "the year 10000": Bad({"q": "mixins.shop.at:>10000-01-01"}, ("q",), f"'10000-01-01' {NO_TIME}"),
    "a time of that year": Bad(
        {"where": {"mixin": {"path": "shop.at", "gt": "10000-01-01T00:00:00Z"}}},
        ("where", "mixin", "gt"),
        f"'10000-01-01T00:00:00Z' {NO_TIME}",
    ),
    "a day that is none": Bad({"q": "mixins.shop.at:<2026-02-30"}, ("q",), f"'2026-02-30' {NO_TIME}"),
    "a duration of 9,999 years": Bad(
        {"where": {"mixin": {"path": "shop.at", "withinLast": "P9999Y"}}},
        ("where", "mixin", "withinLast"),
        "An ISO 8601 duration of at most 1,000 years is expected: P30D, P1Y6M, PT12H.",
    ),
    "a time zone that is none": Bad({"q": "id:anna", "timeZone": "Mars/Olympus"}, ("timeZone",), NO_ZONE),
    "a file as a time zone": Bad({"q": "id:anna", "timeZone": "../../etc/passwd"}, ("timeZone",), NO_ZONE),
    "both forms": Bad({"q": "id:anna", "where": ONE}, ("where",), TWO_FORMS),
    "no form": Bad({}, ("where",), TWO_FORMS),
    "a blank q": Bad({"q": " "}, ("q",), "A blank q is no rule: every customer satisfies it."),
}


async def fill(rest: Rest) -> None:
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


@pytest.fixture
async def shop(shared: Shared) -> Rest:
    """The segments in a tenant that no test changes."""
    return await shared(fill)


async def state(rest: Rest) -> Any:
    """The rule, and the members of all segments."""
    rule = await rest.json("GET", RULE)
    rows = [await rest.json("GET", f"/{one}/customers") for one in ("gold", "near", "far")]
    return {**rule, "evaluatedTo": None}, rows


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
async def test_bad_rules_change_nothing(shop: Rest, bad: Bad) -> None:
    before = await state(shop)
    for method, path in (("PUT", RULE), ("POST", f"{RULE}/preview")):
        response = await shop(method, path, bad.rule)
        assert (response.status_code, response.json()) == (400, bad.rest_answer)

    graph = Graph(Shop(shop.database, shop.tenant))
    preview = await graph.ask(PREVIEW, {"rule": bad.rule})
    assert [(error["message"], error["extensions"]) for error in preview.errors] == [
        (bad.message, {"code": "INVALID_INPUT", "inputPath": ["rule", *bad.path]})
    ]
    names = ["rule", *map(str, bad.path)]
    assert await graph.mutate(SET, {"rule": bad.rule}) == {
        "rule": None,
        "userErrors": [{"code": "INVALID_INPUT", "path": names, "message": bad.message}],
    }
    assert await state(shop) == before


async def test_a_long_q_is_refused(shop: Rest) -> None:
    """GraphQL counts all `q` of an operation together before it reads one of them."""
    rule = {"q": "id:anna " * 5_000}
    response = await shop("PUT", RULE, rule)
    assert (response.status_code, response.json()) == (400, validation("q", TOO_LONG))
    graph = Graph(Shop(shop.database, shop.tenant))
    [error] = (await graph.ask(PREVIEW, {"rule": rule})).errors
    assert error["message"] == "All `q` of an operation may have at most 10,000 characters together."
    assert error["extensions"] == {"code": "INVALID_ARGUMENT", "inputPath": ["rule", "q"]}
    [failure] = (await graph.mutate(SET, {"rule": rule}))["userErrors"]
    assert failure == {"code": "INVALID_INPUT", "path": ["rule", "q"], "message": TOO_LONG}


@pytest.mark.parametrize(
    ("where", "field", "members"),
    [
        ({"phone": {"eq": "1"}}, "where.phone", "firstName, lastName, email, mixin, legalEntity, inSegment"),
        ({"legalEntity": {"vat": {"eq": "1"}}}, "where.legalEntity.vat", "name, mixin"),
    ],
)
async def test_an_unknown_member_is_refused(
    shop: Rest, where: dict[str, Any], field: str, members: str
) -> None:
    before = await state(shop)
    response = await shop("PUT", RULE, {"where": where})
    message = f"There is no such member. Members: id, {members}, and, or, not."
    assert (response.status_code, response.json()) == (400, validation(field, message))
    answer = await Graph(Shop(shop.database, shop.tenant)).ask(PREVIEW, {"rule": {"where": where}})
    assert answer.codes == ["BAD_REQUEST"]
    assert f"has invalid value at .{field.rpartition('.')[0]}" in answer.errors[0]["message"]
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
async def test_a_pattern_that_hangs_elsewhere_is_applied(rest: Rest, pattern: str) -> None:
    """No engine here tries one way after the other."""
    await fill(rest)
    rule = {"q": f"firstName:~({pattern})"}
    assert (await rest("PUT", RULE, rule)).status_code == 204
    await Shop(rest.database, rest.tenant).known_customers({"id": "dora", "firstName": "a" * 900 + "!"})
    expected = ["anna", "bob", "carl", "dora"] if pattern == "(.*a){20}" else []
    rows = await rest.json("GET", "/gold/customers")
    assert [row["customer"]["id"] for row in rows] == expected
