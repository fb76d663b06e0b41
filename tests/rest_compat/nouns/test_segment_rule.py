"""The rule of a segment in REST: what is read, written, refused and previewed."""

from typing import Any

import pytest
from sqlalchemy import update

from models.tables.rule import segment_rule
from resolvers.rules.changing import remove
from resolvers.rules.upkeep.keeper import RuleKeeper
from tests.factories.shop import Shop
from tests.resolvers.rules.world import keep_others_away
from tests.rest_compat.rest import Rest, validation
from tests.schema.client import Graph

RULE = "/gold/rule"
BIG = {"where": {"mixin": {"path": "shop.turnover", "gte": 100}}}


async def fill(rest: Rest) -> None:
    await rest.segment("gold")
    await rest.known(
        legal_entities=[{"id": "acme", "name": "Acme"}],
        customers=[
            {
                "id": id_,
                "firstName": id_.title(),
                "mixins": {"shop": {"turnover": turnover}},
                "legalEntityIds": ["acme"],
            }
            for id_, turnover in (("anna", 100), ("bob", 5), ("carl", 300), ("dora", 200))
        ],
    )


async def members(rest: Rest) -> dict[str, str]:
    rows = await rest.json("GET", "/gold/customers")
    return {row["customer"]["id"]: row["assignmentType"] for row in rows}


async def put(rest: Rest, rule: Any, query: str = "", **options: Any) -> int:
    return (await rest("PUT", f"{RULE}{query}", rule, **options)).status_code


async def test_a_rule_is_set_read_paused_and_removed(rest: Rest) -> None:
    await fill(rest)
    assert (await rest("GET", RULE)).status_code == 404
    assert await put(rest, BIG) == 201
    shown = await rest.json("GET", RULE, scopes="R")
    assert shown.pop("evaluatedTo") >= shown["metadata"]["createdAt"]
    assert shown.pop("metadata")["version"] == 1
    assert shown == {
        **BIG,
        "subject": "CUSTOMER",
        "timeZone": "UTC",
        "state": "ACTIVE",
        "progress": 1.0,
        "dependsOn": ["mixins.shop"],
    }
    assert await members(rest) == dict.fromkeys(("anna", "carl", "dora"), "AUTOMATIC")
    assert await put(rest, {"q": "id:bob", "timeZone": "Europe/Berlin"}) == 204
    assert await members(rest) == {"bob": "AUTOMATIC"}
    assert (await rest("POST", f"{RULE}/pause")).status_code == 204
    shown = await rest.json("GET", RULE)
    assert (shown["q"], shown["state"], shown["timeZone"]) == ("id:bob", "PAUSED", "Europe/Berlin")
    assert (await rest("DELETE", f"{RULE}?keepMembers=true")).status_code == 204
    assert await members(rest) == {"bob": "MANUAL"}
    assert (await rest("DELETE", RULE)).status_code == 204
    assert (await rest("POST", f"{RULE}/pause")).status_code == 404


@pytest.mark.parametrize("by_rest", [True, False])
@pytest.mark.parametrize("keep_members", [True, False])
async def test_a_rule_that_is_being_removed_is_shown_so(
    rest: Rest, monkeypatch: pytest.MonkeyPatch, *, by_rest: bool, keep_members: bool
) -> None:
    """Both APIs show it, pause it no more, and have none of it once the background has removed it."""
    monkeypatch.setattr(remove, "MOST_CHANGES", 2)
    shop = Shop(rest.database, rest.tenant)
    await shop.write(keep_others_away)
    await fill(rest)
    assert await put(rest, BIG) == 201
    graph = Graph(shop)
    if by_rest:
        query = "?keepMembers=true" if keep_members else ""
        assert (await rest("DELETE", f"{RULE}{query}")).status_code == 204
    else:
        payload = await graph.mutate(REMOVE, {"keep": keep_members})
        assert payload == {"removedFromSegmentId": "gold", "userErrors": []}
    shown = await rest.json("GET", RULE)
    assert (shown["state"], shown["progress"], shown["metadata"]["version"]) == ("REMOVING", 1.0, 2)
    assert (await graph(STATE))["segment"]["rule"] == {"state": "REMOVING", "progress": 1.0, "version": 2}
    assert (await rest("POST", f"{RULE}/pause")).status_code == 404
    assert (await graph.mutate(PAUSE, {"id": "gold"}))["userErrors"][0]["code"] == "NOT_FOUND"
    assert await members(rest) == dict.fromkeys(("anna", "carl", "dora"), "AUTOMATIC")
    await RuleKeeper(rest.database, shop.policy, "one").build_all(rest.tenant)
    assert (await rest("GET", RULE)).status_code == 404
    assert (await graph(STATE))["segment"]["rule"] is None
    assert await members(rest) == (dict.fromkeys(("anna", "carl", "dora"), "MANUAL") if keep_members else {})


REMOVE = (
    '$keep: Boolean! => segmentRuleRemove(segmentId: "gold", keepMembers: $keep) '
    "{ removedFromSegmentId userErrors { code } }"
)
PAUSE = "$id: ID! => segmentRulePause(segmentId: $id) { userErrors { code } }"
STATE = '{ segment(id: "gold") { rule { state progress version } } }'


async def test_more_moves_than_meant_change_nothing(rest: Rest) -> None:
    await fill(rest)
    response = await rest("PUT", f"{RULE}?mostJoins=2", BIG)
    assert response.json() == validation("mostJoins", "3 customers would join, more than 2.")
    assert await put(rest, BIG, "?mostJoins=3&mostLeaves=0") == 201
    assert await put(rest, {"q": "id:anna"}, "?mostLeaves=1") == 400
    assert len(await members(rest)) == 3


async def test_a_preview_changes_nothing_and_is_what_a_put_does(rest: Rest) -> None:
    await fill(rest)
    await put(rest, BIG)
    await rest.assign("/gold/customers/bob")
    assert (await rest("DELETE", "/gold/customers/carl")).status_code == 204
    rule = {"q": "id:(carl,dora)"}
    before = await members(rest)
    shown = await rest.json(
        "POST", f"{RULE}/preview?forecastDays=2&at=2026-03-01T12:00:00Z", rule, scopes="R"
    )
    leaving = shown.pop("leaving")
    assert leaving.pop("cursor")
    assert leaving == {"customers": [{"customer": {"id": "anna", "firstName": "Anna"}}], "hasMore": False}
    assert shown == {
        "matches": 2,
        "joins": 0,
        "leaves": 1,
        "keptByHand": 1,
        "excluded": 1,
        "joining": {"customers": [], "hasMore": False},
        "forecast": [
            {"date": "2026-03-01", "joins": 0, "leaves": 0},
            {"date": "2026-03-02", "joins": 0, "leaves": 0},
        ],
    }
    assert await members(rest) == before
    await put(rest, rule)
    assert await members(rest) == {"bob": "MANUAL", "dora": "AUTOMATIC"}


PREVIEW = """query ($rule: SegmentRuleInput!, $at: DateTime) {
  segmentRulePreview(segmentId: "gold", rule: $rule, at: $at) {
    matches joins leaves keptByHand excluded
    joining { nodes { id firstName } pageInfo { endCursor hasNextPage } }
    leaving { nodes { id firstName } pageInfo { endCursor hasNextPage } }
    forecast(days: 5) { date joins leaves }
  }
}"""


@pytest.mark.parametrize(
    "rule",
    [BIG, {"q": "id:(bob,carl)"}, {**BIG, "subject": "CUSTOMER_OF_LEGAL_ENTITY", "timeZone": "Asia/Tokyo"}],
)
async def test_graphql_previews_and_sets_the_same(rest: Rest, rule: Any) -> None:
    await fill(rest)
    await put(rest, {"q": "id:(anna,bob)"})
    await rest.assign("/gold/customers/dora")
    graph, at = Graph(Shop(rest.database, rest.tenant)), "2036-03-01T12:00:00Z"
    expected = (await graph(PREVIEW, {"rule": rule, "at": at}))["segmentRulePreview"]
    shown = await rest.json("POST", f"{RULE}/preview?forecastDays=5&at={at}", rule)
    for name in ("joining", "leaving"):
        found, page = shown.pop(name), expected.pop(name)
        assert [one["customer"] for one in found["customers"]] == page["nodes"]
        assert found.get("cursor") == page["pageInfo"]["endCursor"]
        assert found["hasMore"] == page["pageInfo"]["hasNextPage"]
    assert shown == expected
    await graph.mutate(
        '$rule: SegmentRuleInput! => segmentRuleSet(segmentId: "gold", rule: $rule) { userErrors { code } }',
        {"rule": rule},
    )
    by_graphql, version = await members(rest), (await rest.json("GET", RULE))["metadata"]["version"]
    assert await put(rest, rule) == 204
    assert await members(rest) == by_graphql
    assert (await rest.json("GET", RULE))["metadata"]["version"] == version


RELEASE = """mutation ($customers: [CustomerKeyInput!]!) {
  segmentCustomersRelease(segmentId: "gold", customers: $customers) {
    results { effect }
  }
}"""


async def give_by_hand(rest: Rest) -> None:
    """Anna is put in, Bob as well, and Carl is taken out."""
    await put(rest, BIG)
    for customer in ("anna", "bob"):
        await rest.assign(f"/gold/customers/{customer}")
    assert (await rest("DELETE", "/gold/customers/carl")).status_code == 204
    assert await members(rest) == {"anna": "MANUAL", "bob": "MANUAL", "dora": "AUTOMATIC"}


async def test_customers_are_released_to_the_rule(rest: Rest) -> None:
    await fill(rest)
    await give_by_hand(rest)
    keys = [{"customerId": one} for one in ("anna", "bob", "carl", "dora", "erna")]
    response = await rest("POST", f"{RULE}/release", [*keys, {"customerId": "/"}, 1])
    assert response.status_code == 207
    entries = response.json()
    assert [entry["index"] for entry in entries] == [1, 2, 3, 4, 5, 6, 7]
    assert [entry["code"] for entry in entries] == [204, 204, 201, 204, 204, 400, 400]
    assert await members(rest) == dict.fromkeys(("anna", "carl", "dora"), "AUTOMATIC")


async def test_graphql_releases_the_same(rest: Rest) -> None:
    await fill(rest)
    graph = Graph(Shop(rest.database, rest.tenant))
    keys = [
        {"customerId": "anna"},
        {"customerId": "bob"},
        {"customerId": "carl"},
        {"customerId": "/"},
        {"customerId": "dora", "legalEntityId": "acme"},
    ]
    await give_by_hand(rest)
    by_graphql = (await graph(RELEASE, {"customers": keys}))["segmentCustomersRelease"]["results"]
    after = await members(rest)
    await put(rest, {"q": "id:nobody"})
    await give_by_hand(rest)
    by_rest = (await rest("POST", f"{RULE}/release", keys)).json()
    assert await members(rest) == after
    codes = {"CREATED": 201, "UPDATED": 204, "DELETED": 204, "UNCHANGED": 204, None: 400}
    assert [entry["code"] for entry in by_rest] == [codes[one["effect"]] for one in by_graphql]


async def test_a_release_is_checked(rest: Rest) -> None:
    await fill(rest)
    assert (await rest("POST", f"{RULE}/release", [])).status_code == 404
    await put(rest, BIG)
    assert (await rest("POST", f"{RULE}/release", [])).json() == []
    assert (await rest("POST", f"{RULE}/release", {"customerId": "anna"})).status_code == 400
    assert (await rest("POST", f"{RULE}/release", [{"customerId": "anna"}] * 201)).status_code == 400
    for scopes, status in (("R", 403), ("O", 403), ("M", 403), ("RM", 207)):
        response = await rest("POST", f"{RULE}/release", [], scopes=scopes, customer="anna")
        assert response.status_code == status, scopes


async def test_a_rule_that_cannot_be_read_is_shown_with_its_error(rest: Rest) -> None:
    await fill(rest)
    await put(rest, BIG)
    spoiled = update(segment_rule).where(segment_rule.c.tenant == rest.tenant).values(condition={"phone": 1})
    await rest.database.write(lambda transaction: transaction.write(spoiled))
    shown = await rest.json("GET", RULE)
    assert (shown["where"], shown["state"]) == ({"phone": 1}, "PAUSED")
    assert shown["error"].startswith("where.phone: There is no such member. Members: id, ")
    assert await put(rest, BIG) == 204
    assert "error" not in await rest.json("GET", RULE)


async def test_pages_of_a_preview(rest: Rest) -> None:
    await fill(rest)
    rule = {**BIG, "subject": "CUSTOMER_OF_LEGAL_ENTITY"}
    first = await rest.json("POST", f"{RULE}/preview?limit=2", rule)
    assert first["joining"]["hasMore"]
    assert [one["customer"]["id"] for one in first["joining"]["customers"]] == ["anna", "carl"]
    assert first["joining"]["customers"][0]["legalEntity"] == {"id": "acme", "name": "Acme"}
    cursor = first["joining"]["cursor"]
    behind = await rest.json("POST", f"{RULE}/preview?limit=2&joiningAfter={cursor}", rule)
    assert behind.keys() == {"joining"}
    assert [one["customer"]["id"] for one in behind["joining"]["customers"]] == ["dora"]
    for query, body in ((f"leavingAfter={cursor}", rule), (f"joiningAfter={cursor}", BIG)):
        response = await rest("POST", f"{RULE}/preview?{query}", body)
        assert response.status_code == 400
        assert response.json()["details"]["field"] == query.partition("=")[0]


@pytest.mark.parametrize("path", ["", "/preview"])
@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({}, "where"),
        ({"q": "phone:1"}, "q"),
        ({"where": {"phone": 1}}, "where.phone"),
        ({"where": {"inSegment": "nowhere"}}, "where"),
        ({"q": "inSegment:gold"}, "q"),
        ({"q": "id:a", "timeZone": "Mars"}, "timeZone"),
        ({"q": "id:a", "subject": "X"}, "subject"),
    ],
)
async def test_bad_rules_are_refused(rest: Rest, path: str, rule: Any, field: str) -> None:
    await fill(rest)
    response = await rest("POST" if path else "PUT", f"{RULE}{path}", rule)
    assert response.status_code == 400
    assert response.json()["details"]["field"] == field
    assert (await rest("GET", RULE)).status_code == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=101", "limit"),
        ("forecastDays=367", "forecastDays"),
        ("forecastDays=-1", "forecastDays"),
        ("at=yesterday", "at"),
        ("at=9999-01-01T00:00:00Z", "at"),
        ("joiningAfter=x", "joiningAfter"),
        (f"leavingAfter={'x' * 5_000}", "leavingAfter"),
    ],
)
async def test_bad_parameters_are_refused(rest: Rest, query: str, field: str) -> None:
    await fill(rest)
    response = await rest("POST", f"{RULE}/preview?{query}", BIG)
    assert response.status_code == 400
    assert response.json()["details"]["field"] == field


async def test_an_unknown_segment_is_404(rest: Rest) -> None:
    assert (await rest("GET", "/none/rule")).status_code == 404
    for method, path in (("PUT", ""), ("POST", "/preview"), ("POST", "/pause")):
        assert (await rest(method, f"/none/rule{path}", BIG)).status_code == 404
    assert (await rest("POST", "/none/rule/release", [])).status_code == 404


async def test_scopes(rest: Rest) -> None:
    await fill(rest)
    for method, path, scope in (
        ("GET", RULE, "R"),
        ("POST", f"{RULE}/preview", "R"),
        ("POST", f"{RULE}/pause", "M"),
        ("DELETE", RULE, "M"),
    ):
        for other in "ROM":
            status = (await rest(method, path, BIG, scopes=other, customer="anna")).status_code
            assert (status == 403) == (other != scope), (method, path, other)


async def test_setting_a_rule_needs_reading_as_well(rest: Rest) -> None:
    """What becomes of it tells what is stored."""
    await fill(rest)
    for scopes, status in (("R", 403), ("O", 403), ("M", 403), ("MO", 403), ("RM", 201)):
        response = await rest("PUT", RULE, BIG, scopes=scopes, customer="anna")
        assert response.status_code == status, scopes
