"""Lists that one statement reads as text on PostgreSQL, and as many statements on SQLite."""

from collections.abc import Mapping
from typing import Any

import pytest

from models.connection.failure import StatementTimeout
from resolvers.access import Reader
from schema.engine.plan.text import MOST_WEIGHT
from tests.schema.client import Graph
from tests.schema.engine.plan.both_ways import PlansByText, Visitor, ask_plan, ask_standard

SEGMENTS = (
    "segments(first: 9) { nodes { name customerAssignments(first: 2) { nodes { customer { email } } } } }"
)
ITEMS = 'items: itemAssignments(q: "type:PRODUCT", first: 3) { nodes { type segment { name } item { id } } }'
CATEGORIES = "(where: {type: {eq: CATEGORY}}, orderBy: [{field: ITEM_ID, direction: DESC}], last: 2)"
FILTERED = f"""a: segments(where: {{siteCode: {{eq: $site}}}}, orderBy: [{{field: NAME}}], first: $first) {{
    nodes {{ id b: itemAssignments{CATEGORIES} {{ nodes {{ type item {{ id }} }} }} }} }}"""
IDS = " ".join(f"i{number}: id" for number in range(MOST_WEIGHT))
VARIABLES = "query ($site: String, $first: Int) { %s }"


@pytest.mark.parametrize(
    ("query", "variables", "statements"),
    [
        (f"{{ {SEGMENTS} }}", {}, (1, 2)),
        (f"{{ {SEGMENTS} {ITEMS} }}", {}, (1, 3)),
        (VARIABLES % FILTERED, {"site": "main", "first": 3}, (1, 2)),
        (VARIABLES % (FILTERED + SEGMENTS + ITEMS), {"site": "main", "first": None}, (1, 5)),
        (f"{{ {SEGMENTS.replace('nodes', 'totalCount nodes', 1)} {ITEMS} }}", {}, (2, 4)),
        ("{ segments(first: 99) { nodes { itemAssignments(first: 10) { nodes { type } } } } }", {}, (2, 2)),
        (VARIABLES % FILTERED, {"site": "main", "first": 100}, (1, 2)),
        (f"{{ segments {{ nodes {{ {IDS} }} }} }}", {}, (1, 1)),
    ],
)
async def test_they_are_as_the_standard_execution_shows_them(
    world: Graph,
    plans: PlansByText,
    query: str,
    variables: Mapping[str, Any],
    statements: tuple[int, int],
) -> None:
    for caller in (world.shop.caller("R"), world.shop.caller("O", "carla")):
        visitor = Visitor(world.shop, caller, "de, fr;q=0.5")
        planned = await ask_plan(plans, visitor, query, variables)
        standard = await ask_standard(visitor, query, variables)
        assert planned is not None
        assert planned.json == standard.json
        assert planned.statements == statements[world.shop.database.is_sqlite]


async def test_a_failure_is_that_of_all_lists(
    world: Graph, plans: PlansByText, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The statement does not run again for the next list."""
    asked = []

    async def time_out(_reader: Reader, statement: object, **_: Any) -> None:
        asked.append(statement)
        raise StatementTimeout("too slow")

    monkeypatch.setattr(Reader, "rows", time_out)
    async with Visitor(world.shop, world.shop.caller("R")).context() as context:
        result = await plans.run(f"{{ {ITEMS} {SEGMENTS} }}", None, None, context)
    assert result is not None
    assert (result.data, [error.path for error in result.errors or ()]) == (None, [["items"]])
    assert len(asked) == 1
