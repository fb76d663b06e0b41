"""Which products are meant for which segments (behaviour D42)."""

import pytest

from tests.schema.client import Graph

MATCH = """query ($site: String!, $items: [ID!]!, $segments: [ID!]!) {
    matchItems(siteCode: $site, itemIds: $items, segmentIds: $segments)
}"""
ALL = ["hat", "chainsaw", "drill", "ghost", "unknown"]


@pytest.mark.parametrize(
    ("site", "segments", "items", "expected"),
    [
        ("main", ["gold"], ALL, ["chainsaw", "drill"]),
        ("main", ["gold"], ALL[::-1], ["drill", "chainsaw"]),
        ("main", ["gold", "gold"], ["drill", "drill", "hat", "drill"], ["drill"]),
        ("main", ["silver"], ALL, ["hat", "ghost"]),
        ("main", ["gold", "silver", "unknown"], ALL, ["hat", "chainsaw", "drill", "ghost"]),
        ("main", ["sleeping"], ALL, []),
        ("main", ["expired"], ALL, ["hat"]),
        ("main", ["bronze"], ALL, []),
        ("other", ["bronze"], ALL, ["chainsaw"]),
        ("other", ["gold"], ALL, []),
        ("none", ["gold"], ALL, []),
        ("main", [], ALL, []),
        ("main", ["gold"], [], []),
    ],
)
async def test_a_product_matches_by_itself_or_by_a_category_it_is_directly_in(
    world: Graph, site: str, segments: list[str], items: list[str], expected: list[str]
) -> None:
    data = await world(MATCH, {"site": site, "items": items, "segments": segments})
    assert data["matchItems"] == expected


async def test_a_category_id_is_no_product(world: Graph) -> None:
    data = await world(MATCH, {"site": "main", "items": ["saws"], "segments": ["gold"]})
    assert data["matchItems"] == []


@pytest.mark.parametrize("argument", ["items", "segments"])
async def test_more_than_10_000_ids_are_refused(world: Graph, argument: str) -> None:
    variables = {"site": "main", "items": ["drill"], "segments": ["gold"]}
    answer = await world.ask(MATCH, variables | {argument: ["x"] * 10_001})
    assert answer.codes == ["TOO_MANY_ELEMENTS"]
    within = await world(MATCH, variables | {argument: ["drill", "gold"] * 5_000})
    assert within["matchItems"] == ["drill"]


@pytest.mark.parametrize("count", [1, 10_000])
async def test_matching_is_one_statement(world: Graph, count: int) -> None:
    variables = {"site": "main", "items": [f"i{one}" for one in range(count)], "segments": ["gold"]}
    assert (await world.ask(MATCH, variables)).statements == 1
