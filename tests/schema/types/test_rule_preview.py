"""The preview of a rule through GraphQL: what it shows, what it refuses, and that it changes nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update

from models.tables.customer_assignment import customer_assignment
from tests.factories.documents import segment
from tests.schema.client import USER_ERRORS, Graph

NOON = datetime(2036, 3, 1, 12, tzinfo=UTC)
"""After the machine's clock: rules are never looked at as of an instant before they were set."""
ASK = "query ($rule: SegmentRuleInput!, $at: DateTime) { segmentRulePreview(segmentId: "
COUNTS = "matches joins leaves keptByHand excluded"
PAGE = "nodes { id firstName } pageInfo { hasNextPage endCursor } totalCount"
RECENT = {
    "where": {"mixin": {"path": "shop.last", "withinLast": "P10D"}},
    "timeZone": "Europe/Berlin",
}
MEMBERS = '{ segment(id: "s1") { rule { version } customerAssignments { totalCount } } }'


async def ask(graph: Graph, selection: str, rule: dict[str, Any] = RECENT, **options: Any) -> Any:
    """The preview of a rule at noon, or as of `at`."""
    variables = {"rule": rule, "at": options.pop("at", None)}
    answer = await graph(
        f'{ASK}"s1", rule: $rule, at: $at) {{ {selection} }} }}', variables, now=NOON, **options
    )
    return answer["segmentRulePreview"]


async def fill(graph: Graph) -> None:
    """Members by hand (hand, gone, stranger) and by a rule (old, out), and an exclusion (out)."""
    await graph.shop.segments(segment("s1"))
    days = {"new": 25, "newer": 28, "old": 10, "out": 26, "hand": 1, "gone": 24}
    people = [
        {"id": id_, "firstName": id_.title(), "mixins": {"shop": {"last": f"2036-02-{day:02}"}}}
        for id_, day in days.items()
    ]
    await graph.shop.known_customers(*people)
    rule = '{where: {id: {in: ["old", "out"]}}}'
    await graph(f'mutation {{ segmentRuleSet(segmentId: "s1", rule: {rule}) {{ {USER_ERRORS} }} }}')
    await graph.shop.customers(("s1", "hand"), ("s1", "gone"), ("s1", "stranger"))
    await graph(
        'mutation { segmentCustomersRemove(segmentId: "s1", customers: [{customerId: "out"}])'
        " { userErrors { code } } }"
    )


async def test_counts_lists_and_forecast(graph: Graph) -> None:
    await fill(graph)
    before = await graph(MEMBERS)
    shown = await ask(
        graph,
        f"{COUNTS} joining {{ {PAGE} }} leaving {{ {PAGE} }} forecast(days: 12) {{ date joins leaves }}",
    )
    days = shown.pop("forecast")
    assert shown == {
        "matches": 4,
        "joins": 2,
        "leaves": 1,
        "keptByHand": 2,
        "excluded": 1,
        "joining": {
            "nodes": [{"id": "new", "firstName": "New"}, {"id": "newer", "firstName": "Newer"}],
            "pageInfo": {"hasNextPage": False, "endCursor": shown["joining"]["pageInfo"]["endCursor"]},
            "totalCount": 2,
        },
        "leaving": {
            "nodes": [{"id": "old", "firstName": "Old"}],
            "pageInfo": {"hasNextPage": False, "endCursor": shown["leaving"]["pageInfo"]["endCursor"]},
            "totalCount": 1,
        },
    }
    assert [day["date"] for day in days] == [f"2036-03-{number:02}" for number in range(1, 13)]
    assert {day["date"]: (day["joins"], day["leaves"]) for day in days if day["joins"] or day["leaves"]} == {
        "2036-03-06": (0, 1),
        "2036-03-09": (0, 1),
    }
    assert await graph(MEMBERS) == before


async def test_what_is_selected_together_is_found_together(graph: Graph) -> None:
    """Two statements check the rule, one looks at all customers, one a list reads the names."""
    await fill(graph)
    for selection, statements in (
        (COUNTS, 3),
        (f"{COUNTS} joining {{ nodes {{ id }} }} leaving {{ nodes {{ id }} }}", 5),
    ):
        query = f'{ASK}"s1", rule: $rule, at: $at) {{ {selection} }} }}'
        answer = await graph.ask(query, {"rule": RECENT}, now=NOON)
        assert (answer.errors, answer.statements) == ([], statements)


async def test_pages_go_on_as_of_the_instant_of_the_first(graph: Graph) -> None:
    await fill(graph)
    page = (await ask(graph, f"joining(first: 1) {{ {PAGE} }}"))["joining"]
    assert [node["id"] for node in page["nodes"]] == ["new"]
    assert page["pageInfo"]["hasNextPage"]
    after = f'joining(first: 1, after: "{page["pageInfo"]["endCursor"]}") {{ {PAGE} }}'
    query = f'{ASK}"s1", rule: $rule, at: $at) {{ {after} }} }}'
    year_later = NOON.replace(year=2037)
    answer = await graph.ask(query, {"rule": RECENT}, now=year_later)
    assert [node["id"] for node in answer.data["segmentRulePreview"]["joining"]["nodes"]] == ["newer"]
    for other in ({"rule": {**RECENT, "timeZone": "UTC"}}, {"rule": RECENT, "at": "2036-03-02T00:00:00Z"}):
        answer = await graph.ask(query, other, now=NOON)
        assert answer.codes == ["INVALID_ARGUMENT"]


async def test_another_instant(graph: Graph) -> None:
    await fill(graph)
    assert (await ask(graph, "matches", at="2036-03-08T12:00:00Z"))["matches"] == 1
    assert (await ask(graph, "matches", at="now+P7D"))["matches"] == 1
    assert (await ask(graph, "forecast(days: 1) { date }", at="2036-03-08T23:30:00Z"))["forecast"] == [
        {"date": "2036-03-09"}
    ]


async def test_unknown_customers_show_their_id(graph: Graph) -> None:
    """A rule has assigned somebody whom the gateway then forgot: only a data file leaves such a row."""
    await fill(graph)
    async with graph.shop.database.engine.begin() as connection:
        is_stranger = customer_assignment.c.customer_id == "stranger"
        of_tenant = customer_assignment.c.tenant == graph.shop.tenant
        automatic = (
            update(customer_assignment).where(of_tenant, is_stranger).values(assignment_type="AUTOMATIC")
        )
        await connection.execute(automatic)
    shown = await ask(graph, f"leaves leaving {{ {PAGE} }}")
    assert shown["leaving"]["nodes"] == [
        {"id": "old", "firstName": "Old"},
        {"id": "stranger", "firstName": None},
    ]
    assert shown["leaves"] == shown["leaving"]["totalCount"] == 2


@pytest.mark.parametrize(
    ("rule", "code", "path"),
    [
        ({"q": "phone:1"}, "INVALID_INPUT", ["rule", "q"]),
        ({"q": "id:a", "timeZone": "Mars"}, "INVALID_INPUT", ["rule", "timeZone"]),
        ({"q": "inSegment:s1"}, "INVALID_INPUT", ["rule", "q"]),
        ({"where": {"inSegment": "none"}}, "INVALID_INPUT", ["rule", "where"]),
        ({}, "INVALID_INPUT", ["rule", "where"]),
    ],
)
async def test_a_rule_that_could_not_be_set_has_no_preview(
    graph: Graph, rule: dict[str, Any], code: str, path: list[str]
) -> None:
    await fill(graph)
    query = f'{ASK}"s1", rule: $rule, at: $at) {{ joins }} }}'
    answer = await graph.ask(query, {"rule": rule})
    assert [(error["extensions"]["code"], error["extensions"]["inputPath"]) for error in answer.errors] == [
        (code, path)
    ]


@pytest.mark.parametrize(
    ("field", "code", "path"),
    [
        ('segmentRulePreview(segmentId: "none", rule: {q: "id:a"}) { joins }', "NOT_FOUND", ["segmentId"]),
        (
            'segmentRulePreview(segmentId: "s1", rule: {q: "id:a"}, at: "9000-01-01T00:00:00Z") { joins }',
            "INVALID_ARGUMENT",
            ["at"],
        ),
        (
            'segmentRulePreview(segmentId: "s1", rule: {q: "id:a"}) { forecast(days: 367) { date } }',
            "INVALID_ARGUMENT",
            ["days"],
        ),
        (
            'segmentRulePreview(segmentId: "s1", rule: {q: "id:a"}) { joining(first: 101) { totalCount } }',
            "INVALID_ARGUMENT",
            ["first"],
        ),
        (
            'segmentRulePreview(segmentId: "s1", rule: {q: "id:a"}) { leaving(after: "x") { totalCount } }',
            "INVALID_ARGUMENT",
            ["after"],
        ),
    ],
)
async def test_arguments_that_are_refused(graph: Graph, field: str, code: str, path: list[str]) -> None:
    await fill(graph)
    answer = await graph.ask(f"{{ {field} }}")
    assert [(error["extensions"]["code"], error["extensions"]["inputPath"]) for error in answer.errors] == [
        (code, path)
    ]
